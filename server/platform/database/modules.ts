import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The order of the table in design and architecture checks; `platform` comes first, since all stand on it. */
export const areaFolders = [
  'platform',
  'trust',
  'people',
  'goods',
  'money',
  'supply',
  'trade',
  'live',
  'discovery',
  'insight',
] as const

/** Every module's folder (`server/<area>/<module>`), areas in order, modules by name. */
export async function moduleFolders(root: string): Promise<string[]> {
  const folders: string[] = []
  for (const area of areaFolders) {
    const entries = await readdir(join(root, area), { withFileTypes: true }).catch(() => [])
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
    for (const name of names.sort()) folders.push(join(root, area, name))
  }
  return folders
}
