import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDiskStorage } from './index.ts'

test('what is put is there whole, what is deleted or never put is not', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hawker-storage-'))
  const storage = openDiskStorage(root)
  await storage.put('labels/one.pdf', Buffer.from('first'))
  await storage.put('labels/one.pdf', Buffer.from('second'))
  expect(String(await storage.get('labels/one.pdf'))).toBe('second')
  expect(await readdir(join(root, 'labels'))).toEqual(['one.pdf'])
  await storage.delete('labels/one.pdf')
  expect(await storage.get('labels/one.pdf')).toBeNull()
  expect(await storage.open('labels')).toBeNull()
})

test('no key leaves the folder', async () => {
  const storage = openDiskStorage(await mkdtemp(join(tmpdir(), 'hawker-storage-')))
  for (const key of ['../secret', 'a/../../secret', '', 'a\0b'])
    await expect(storage.get(key)).rejects.toThrow('leaves the storage')
})
