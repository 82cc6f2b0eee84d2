/**
 * Storage: files by key (pictures, labels, recordings). Local disk here; an S3 adapter stands behind the same port.
 *
 * Always true: a key never leaves the root folder; a file appears whole or not at all (written aside, then renamed).
 * Not here: who may read a file (the route that serves it says so).
 */
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { newId } from '#platform/ids'

export interface Storage {
  put(key: string, bytes: Uint8Array): Promise<void>
  get(key: string): Promise<Buffer | null>
  open(key: string): Promise<{ stream: Readable; bytes: number } | null>
  delete(key: string): Promise<void>
}

export function openDiskStorage(root: string): Storage {
  const pathOf = (key: string) => {
    const path = normalize(join(root, key))
    if (key.length === 0 || key.includes('\0') || !path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new Error('The key leaves the storage.')
    }
    return path
  }
  return {
    async put(key, bytes) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true })
      const aside = `${path}.${newId()}.part`
      await writeFile(aside, bytes)
      await rename(aside, path)
    },
    async get(key) {
      return readFile(pathOf(key)).catch(absent)
    },
    async open(key) {
      const path = pathOf(key)
      const found = await stat(path).catch(absent)
      return found?.isFile() ? { stream: createReadStream(path), bytes: found.size } : null
    },
    async delete(key) {
      await rm(pathOf(key), { force: true })
    },
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return null
  throw error
}
