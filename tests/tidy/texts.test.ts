/** The check of texts notices what it is there for; `npm run check` runs it on the pages themselves. */
import { expect, test } from 'vitest'
import { complaintsOf } from '../../tools/texts.ts'

const header = 'msgid ""\nmsgstr ""\n"Language: zh-CN\\n"\n\n'
const entry = (id: string, text: string) => `msgid "${id}"\nmsgstr "${text}"\n\n`

test('a catalog that says what the pages say, in Chinese, is in order', () => {
  const catalog = [header, entry('Buy', '购买'), 'msgid ""\n"Two "\n"lines"\nmsgstr "两行"\n'].join('')
  expect(complaintsOf(catalog, catalog)).toEqual([])
})

test('a text that was not extracted, has no Chinese, or is said no more, is reported', () => {
  const committed = header + entry('Sell', '') + entry('Gone', '没有了')
  const extracted = header + entry('Buy', '') + entry('Sell', '')
  expect(complaintsOf(committed, extracted)).toEqual(['not extracted: Buy', 'no Chinese: Sell', 'nobody says: Gone'])
  const twice = `${entry('open', '可开播')}msgctxt "of a break"\n${entry('open', '')}`
  expect(complaintsOf(twice, twice)).toEqual(['no Chinese: open (of a break)'])
})
