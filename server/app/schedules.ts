/** What is due by the platform's clock rather than caused by an event. Each sweep takes bounded bites. */

import { removeOldRecordingsFrom } from '#live/replays'
import { endAbandonedSessions, lapseAnnouncements, tellRemindersLeft } from '#live/rooms'
import { serveWaiting } from '#live/showcase'
import { finishWaitingPurchases, releaseDueGifts } from '#money/coins'
import { followPayments } from '#money/payments'
import { reconcile } from '#money/reconciliation'
import { payClosedPayouts, releaseDueEarnings } from '#money/settlements'
import { payApprovedWithdrawals } from '#money/withdrawals'
import { forgetOldSessions } from '#people/identity'
import { giveUpLostAsks } from '#people/verification'
import type { Schedule } from '#platform/jobs'
import { forgetOldRows } from '#platform/outbox'
import { advanceSandboxParcels } from '#supply/logistics'
import { moveFlashSales } from '#trade/flash'
import { approveSilentAfterSales, closeDueOrders, confirmDueOrders, lapseDueReturns } from '#trade/orders'
import { closeAppealWindows, expireViolations } from '#trust/conduct'
import { recordingsFolder } from './folders.ts'

const everyMinute = '* * * * *'
const everyHour = '17 * * * *'

export const schedules: readonly Schedule[] = [
  advanceSandboxParcels,
  // The server looks at these two each second as well: goods that nobody paid for are for sale again at once, and a flash sale
  // starts when its countdown says so.
  { name: 'close-due-orders', cron: everyMinute, sweep: closeDueOrders },
  { name: 'move-flash-sales', cron: everyMinute, sweep: moveFlashSales },
  { name: 'confirm-due-orders', cron: everyMinute, sweep: confirmDueOrders },
  { name: 'approve-silent-after-sales', cron: everyMinute, sweep: approveSilentAfterSales },
  { name: 'lapse-due-returns', cron: everyMinute, sweep: lapseDueReturns },
  { name: 'release-due-earnings', cron: everyMinute, sweep: releaseDueEarnings },
  { name: 'release-due-gifts', cron: everyMinute, sweep: releaseDueGifts },
  { name: 'finish-coin-purchases', cron: everyMinute, sweep: finishWaitingPurchases },
  { name: 'follow-payments', cron: everyMinute, sweep: followPayments },
  // A statement is of a day; looking each hour finds it soon after the day is over.
  { name: 'reconcile', cron: everyHour, sweep: reconcile },
  { name: 'pay-approved-withdrawals', cron: everyMinute, sweep: (app) => payApprovedWithdrawals(app) },
  { name: 'pay-closed-payouts', cron: everyMinute, sweep: (app) => payClosedPayouts(app) },
  { name: 'expire-violations', cron: everyMinute, sweep: expireViolations },
  { name: 'close-appeal-windows', cron: everyMinute, sweep: closeAppealWindows },
  { name: 'end-abandoned-sessions', cron: everyMinute, sweep: endAbandonedSessions },
  { name: 'lapse-announcements', cron: everyMinute, sweep: lapseAnnouncements },
  { name: 'tell-reminders-left', cron: everyMinute, sweep: tellRemindersLeft },
  { name: 'give-up-lost-verifications', cron: everyMinute, sweep: giveUpLostAsks },
  { name: 'serve-waiting', cron: everyMinute, sweep: serveWaiting },
  { name: 'forget-old-sessions', cron: everyHour, sweep: forgetOldSessions },
  {
    name: 'remove-old-recordings',
    cron: everyHour,
    sweep: removeOldRecordingsFrom((app) => recordingsFolder(app.config)),
  },
  { name: 'forget-old-rows', cron: everyHour, sweep: forgetOldRows },
]
