/**
 * How better-auth reaches our tables. Two things differ from its own adapters: instants come and go as texts, since our
 * driver speaks Temporal; and what a cookie carries is hashed on its way in, so that the table alone opens no session.
 */
import { createAdapterFactory } from 'better-auth/adapters'
import type { Db } from '#platform/database'
import { hashSecret, newId } from '#platform/ids'
import { type Condition, deleteEngineRows, findEngineRows, insertEngineRow, updateEngineRows } from './store.ts'

interface EngineCondition {
  field: string
  value: unknown
  operator: string
  connector: string
}

const rowsMax = 100

export function engineAdapter(db: Db) {
  return createAdapterFactory({
    config: {
      adapterId: 'hawker',
      supportsDates: false,
      supportsBooleans: true,
      supportsNumericIds: false,
      supportsUUIDs: true,
      customIdGenerator: () => newId(),
    },
    adapter: () => ({
      create: async <T extends Record<string, unknown>>({ model, data }: { model: string; data: T }) => {
        const row = await insertEngineRow(db, model, withHash(data))
        return {
          ...inTexts(row ?? {}),
          ...('token_hash' in data ? { token_hash: data['token_hash'] } : {}),
        } as unknown as T
      },
      findOne: async <T>({ model, where }: { model: string; where: EngineCondition[] }) =>
        ((await findEngineRows(db, model, conditionsOf(where), 1)).map((row) => asAsked(row, where))[0] ??
          null) as T | null,
      findMany: async <T>({ model, where, limit }: { model: string; where?: EngineCondition[]; limit: number }) =>
        (await findEngineRows(db, model, conditionsOf(where ?? []), Math.min(limit, rowsMax))).map(inTexts) as T[],
      update: async <T>({ model, where, update }: { model: string; where: EngineCondition[]; update: T }) => {
        const rows = await updateEngineRows(db, model, conditionsOf(where), withHash(update as Record<string, unknown>))
        return (rows.map((row) => asAsked(row, where))[0] ?? null) as T | null
      },
      updateMany: async ({ model, where, update }) =>
        (await updateEngineRows(db, model, conditionsOf(where), withHash(update))).length,
      delete: async ({ model, where }) => void (await deleteEngineRows(db, model, conditionsOf(where))),
      deleteMany: async ({ model, where }) => deleteEngineRows(db, model, conditionsOf(where)),
      count: async ({ model, where }) => (await findEngineRows(db, model, conditionsOf(where ?? []), rowsMax)).length,
    }),
  })
}

function conditionsOf(where: readonly EngineCondition[]): Condition[] {
  return where.map(({ field, value, operator, connector }, index) => {
    if (operator !== 'eq' || (connector !== 'AND' && index > 0)) {
      throw new Error(`The session engine asks ${connector} ${field} ${operator}, which is not allowed for here.`)
    }
    return { field, value: field === 'token_hash' ? hashSecret(String(value)) : value }
  })
}

function withHash(row: Record<string, unknown>): Record<string, unknown> {
  return 'token_hash' in row ? { ...row, token_hash: hashSecret(String(row['token_hash'])) } : row
}

/** The engine signs the token that it asked with into the cookie, so it gets that back, not the hash. */
function asAsked(row: Record<string, unknown>, where: readonly EngineCondition[]): Record<string, unknown> {
  const asked = where.find(({ field }) => field === 'token_hash')
  return asked === undefined ? inTexts(row) : { ...inTexts(row), token_hash: asked.value }
}

function inTexts(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [field, value instanceof Temporal.Instant ? value.toString() : value]),
  )
}
