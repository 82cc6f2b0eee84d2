/**
 * Every text that the pages say is in the catalog of its app and has its Chinese; a text that no page says any more is gone from
 * it. The bundler alone would not notice a text that was never extracted: it would be shown in English.
 *
 * The texts are extracted from a copy of the pages; what the extraction changes there was not extracted here.
 */
import { execFile } from 'node:child_process'
import { cp, glob, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')

/** The messages of a catalog with their translations, as gettext writes them; the header has no message. */
function entriesOf(catalog: string): Map<string, string> {
  const entries = [...catalog.matchAll(/^(?:msgctxt "(.*)"\n)?msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)/gm)]
  return new Map(
    entries
      .filter(([, , id = '']) => unquoted(id) !== '')
      // The same word in two places may be two in Chinese: then the place is part of it.
      .map(([, where, id = '', text = '']) => [
        where === undefined ? unquoted(id) : `${unquoted(id)} (${where})`,
        unquoted(text),
      ]),
  )
}

function unquoted(lines: string): string {
  return lines
    .trim()
    .split('\n')
    .map((line) => line.slice(1, -1))
    .join('')
}

/** What is wrong with a committed catalog, beside what the pages say now. */
export function complaintsOf(committed: string, extracted: string): string[] {
  const known = entriesOf(committed)
  const said = entriesOf(extracted)
  return [
    ...[...said.keys()].filter((id) => !known.has(id)).map((id) => `not extracted: ${id}`),
    ...[...said.keys()].filter((id) => known.get(id)?.trim() === '').map((id) => `no Chinese: ${id}`),
    ...[...known.keys()].filter((id) => !said.has(id)).map((id) => `nobody says: ${id}`),
  ]
}

async function main() {
  const copy = await mkdtemp(join(tmpdir(), 'hawker-texts-'))
  try {
    await cp(join(root, 'web'), join(copy, 'web'), { recursive: true })
    await cp(join(root, 'lingui.config.ts'), join(copy, 'lingui.config.ts'))
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
    await promisify(execFile)(join(root, 'node_modules/.bin/lingui'), ['extract', '--clean'], { cwd: copy })
    let read = 0
    for await (const path of glob('web/*/locales/zh-CN.po', { cwd: root })) {
      const extracted = await readFile(join(copy, path), 'utf8')
      read += entriesOf(extracted).size
      for (const complaint of complaintsOf(await readFile(join(root, path), 'utf8'), extracted)) {
        console.log(`${path}: ${complaint}`)
        process.exitCode = 1
      }
    }
    console.log(`${read} texts read`)
    if (read === 0) process.exitCode = 1
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

if (import.meta.main) await main()
