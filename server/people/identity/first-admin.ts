import type { App } from '#platform/app'
import { type Tx, transact } from '#platform/database'
import { hashSecret, newSecret } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { openHashed } from './open-person.ts'
import { hasAdmin, insertSetupLink, lockSetupLinks, type SetupLink, spendSetupLinks } from './store.ts'

export const setupLinkLifeMinutes = 60

/** A fresh one-time link (path and token) while there is no administrator; null when there is one. */
export async function firstAdminLink(app: Pick<App, 'database'>): Promise<string | null> {
  const token = newSecret()
  const made = await transact(app, async (tx) => {
    if (await hasAdmin(tx.db)) return false
    const expiresAt = tx.now.add({ minutes: setupLinkLifeMinutes })
    await insertSetupLink(tx.db, { tokenHash: hashSecret(token), madeAt: tx.now, expiresAt })
    return true
  })
  return made ? `/setup?token=${token}` : null
}

export type FirstAdminRefusal = 'setup_link_used' | 'setup_link_wrong' | 'email_taken'

/** Makes the first administrator and spends every open link. Locks all links, so that two links make one administrator. */
export async function openFirstAdmin(
  tx: Tx,
  admin: { id: string; token: string; email: string; name: string; passwordHash: string },
): Promise<Outcome<{ personId: string }, FirstAdminRefusal>> {
  const links = await lockSetupLinks(tx.db)
  const verdict = judgeLink(links, hashSecret(admin.token), tx.now, await hasAdmin(tx.db))
  if (verdict !== 'good') return refuse(verdict)
  const { id, name, email, passwordHash } = admin
  const opened = await openHashed(tx, { id, name, email, passwordHash, roles: ['buyer', 'admin'] })
  if (!opened.ok) return refuse('email_taken')
  await spendSetupLinks(tx.db, tx.now)
  return done({ personId: id })
}

/** An old link says "used" rather than "wrong": both are gone, and the next start prints a new one. */
export function judgeLink(
  links: readonly SetupLink[],
  tokenHash: string,
  now: Temporal.Instant,
  adminThere: boolean,
): 'good' | 'setup_link_used' | 'setup_link_wrong' {
  const link = links.find((each) => each.tokenHash === tokenHash)
  if (link === undefined) return 'setup_link_wrong'
  if (link.used || adminThere || Temporal.Instant.compare(now, link.expiresAt) >= 0) return 'setup_link_used'
  return 'good'
}
