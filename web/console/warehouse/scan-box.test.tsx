import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { Problem } from '../../client/index.ts'
import { I18n, startI18n } from '../../kit/index.ts'
import { ScanBox } from './scan-box.tsx'

const right = '6901234567892'
const wrong = '6909999999994'

beforeAll(() => startI18n({ en: () => import('../locales/en.po'), 'zh-CN': () => import('../locales/zh-CN.po') }))
afterEach(cleanup)

function open(onScan: (barcode: string) => Promise<string>) {
  const sounds: string[] = []
  render(
    <I18n>
      <MantineProvider env="test">
        <ScanBox onScan={onScan} sound={(kind) => sounds.push(kind)} />
      </MantineProvider>
    </I18n>,
  )
  return sounds
}

/** A wedge scanner types into whatever has the focus and ends with Enter. */
function scan(barcode: string) {
  const field = screen.getByRole('textbox')
  fireEvent.change(field, { target: { value: barcode } })
  fireEvent.submit(field.closest('form') as HTMLFormElement)
}

test('scans are sent one after the other, in their order', async () => {
  const asked: string[] = []
  const answers: (() => void)[] = []
  const sounds = open(
    (barcode) =>
      new Promise((resolve) => {
        asked.push(barcode)
        answers.push(() => resolve('Tea'))
      }),
  )
  scan(right)
  scan('6901234567893')
  await waitFor(() => expect(asked).toEqual([right]))
  answers[0]?.()
  await waitFor(() => expect(asked).toEqual([right, '6901234567893']))
  answers[1]?.()
  await waitFor(() => expect(sounds).toEqual(['right', 'right']))
  expect(screen.getByRole('status').textContent).toBe('Taken: Tea')
})

test('a wrong item beeps, says why, and stops the work until it was put back', async () => {
  const asked: string[] = []
  const sounds = open(async (barcode) => {
    asked.push(barcode)
    if (barcode === wrong) throw new Problem({ code: 'wrong_item', status: 422 })
    return 'Tea'
  })
  scan(wrong)
  const alert = await screen.findByRole('alertdialog')
  expect(alert.textContent).toContain('Wrong item')
  expect(sounds).toEqual(['wrong'])

  scan(right)
  await waitFor(() => expect(sounds).toEqual(['wrong', 'wrong']))
  expect(asked).toEqual([wrong])

  fireEvent.click(screen.getByRole('button', { name: /put it back/ }))
  expect(screen.queryByRole('alertdialog')).toBeNull()
  scan(right)
  await waitFor(() => expect(asked).toEqual([wrong, right]))
})

test("the scanner's Enter does not press the button under it", async () => {
  open(async () => {
    throw new Problem({ code: 'wrong_item', status: 422 })
  })
  scan(wrong)
  const button = await screen.findByRole('button', { name: /put it back/ })
  await waitFor(() => expect(document.activeElement).toBe(button))
  // What is prevented presses nothing.
  expect(fireEvent.keyDown(button, { key: 'Enter' })).toBe(false)
})

test('what is no barcode is not sent at all', async () => {
  const asked: string[] = []
  const sounds = open(async (barcode) => {
    asked.push(barcode)
    return 'Tea'
  })
  scan('https://example.com')
  expect((await screen.findByRole('alertdialog')).textContent).toContain('8 to 14 digits')
  expect({ asked, sounds }).toEqual({ asked: [], sounds: ['wrong'] })
})
