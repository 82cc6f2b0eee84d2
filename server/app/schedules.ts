/** What is due by the platform's clock rather than caused by an event. Each sweep takes bounded bites. */
import { endAbandonedSessions } from '#live/rooms'
import { releaseDueEarnings } from '#money/settlements'
import { forgetOldSessions } from '#people/identity'
import type { Schedule } from '#platform/jobs'
import { forgetOldRows } from '#platform/outbox'
import { advanceSandboxParcels } from '#supply/logistics'
import { confirmDueOrders } from '#trade/orders'
import { expireViolations } from '#trust/conduct'

export const schedules: readonly Schedule[] = [
  { name: 'advance-sandbox-parcels', cron: '* * * * *', sweep: advanceSandboxParcels },
  { name: 'confirm-due-orders', cron: '* * * * *', sweep: confirmDueOrders },
  { name: 'release-due-earnings', cron: '* * * * *', sweep: releaseDueEarnings },
  { name: 'expire-violations', cron: '* * * * *', sweep: expireViolations },
  { name: 'end-abandoned-sessions', cron: '* * * * *', sweep: endAbandonedSessions },
  { name: 'forget-old-sessions', cron: '37 * * * *', sweep: forgetOldSessions },
  { name: 'forget-old-rows', cron: '17 * * * *', sweep: forgetOldRows },
]
