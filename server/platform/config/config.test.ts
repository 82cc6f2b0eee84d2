import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, configReference, environmentKey, readConfig, settings } from './index.ts'

test('with nothing set, every setting has a value or is openly absent', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ port: 4_100, mode: 'demo', currency: 'CNY', timeZone: 'Asia/Shanghai' })
  expect(configReference(config)).toHaveLength(Object.keys(settings).length)
})

test('an unknown key stops the start and names the nearest one', () => {
  expect(() => readConfig({ HAWKER_PROT: '80' })).toThrow('HAWKER_PROT is not a setting; the nearest is HAWKER_PORT.')
  expect(() => readConfig({ SOMETHING_ELSE: '1' })).not.toThrow()
})

test('all wrong keys are told at once', () => {
  const read = () => readConfig({ HAWKER_PORT: '0', HAWKER_MODE: 'production', HAWKER_DEMO_SALES: 'yes' })
  expect(read).toThrow(ConfigError)
  for (const key of ['HAWKER_PORT', 'HAWKER_MODE', 'HAWKER_DEMO_SALES']) expect(read).toThrow(key)
})

test('a secret may come from a file, and the reference never shows it', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hawker-config-')), 'secret')
  const secret = 'a secret that is long enough to sign with'
  writeFileSync(file, `${secret}\n`)
  const config = readConfig({ HAWKER_SECRET_FILE: file })
  expect(config.secret).toBe(secret)
  expect(JSON.stringify(configReference(config))).not.toContain(secret)
  expect(() => readConfig({ HAWKER_SECRET_FILE: '/nowhere/at/all' })).toThrow('cannot be read')
})

test('a hook that a network reaches needs a secret', () => {
  expect(() => readConfig({ HAWKER_MEDIA_HOOK_HOST: '0.0.0.0' })).toThrow('HAWKER_MEDIA_HOOK_SECRET is needed')
  const config = readConfig({ HAWKER_MEDIA_HOOK_HOST: '0.0.0.0', HAWKER_MEDIA_HOOK_SECRET: 'abcdefghijklmnop' })
  expect(config.mediaHookHost).toBe('0.0.0.0')
  expect(readConfig({ HAWKER_MEDIA_HOOK_HOST: '127.0.0.2' }).mediaHookSecret).toBeUndefined()
})

test('names and environment keys are the same words', () => {
  expect(environmentKey('deskQueueMax')).toBe('HAWKER_DESK_QUEUE_MAX')
  expect(readConfig({ DATABASE_URL: 'postgres://theirs' }).databaseUrl).toBe('postgres://theirs')
  expect(readConfig({ DATABASE_URL: 'postgres://theirs', HAWKER_DATABASE_URL: 'postgres://ours' }).databaseUrl).toBe(
    'postgres://ours',
  )
})
