/**
 * Jobs: work that is due at a time rather than caused by an event, kept in PostgreSQL by pg-boss (schema `jobs`).
 *
 * Always true: a schedule runs on one process at a time; what is due is found by the platform's clock, so moving the
 * sandbox clock makes it happen; a run that fails is logged and the next one finds the same work again.
 * Not here: which schedules exist (`server/app/schedules.ts`).
 */
import { PgBoss } from 'pg-boss'
import type { App } from '#platform/app'

/** Sweeps whatever is due now; takes bounded bites and answers whether there may be more. */
export interface Schedule {
  name: string
  /** Five fields, minute first, in UTC. */
  cron: string
  sweep: (app: App) => Promise<{ more: boolean }>
}

export interface Jobs {
  /** Runs all sweeps now, until none has more: after the clock was moved, and in tests. */
  sweepAll(): Promise<void>
  stop(): Promise<void>
}

/** Does something again and again in real time while the process lives; for what needs no queue. Answers how to end it. */
export function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms)
  timer.unref()
  return () => clearInterval(timer)
}

/** One sweep may take this many bites in a row; the next minute goes on. */
export const bitesMax = 1_000

export async function startJobs(app: Omit<App, 'jobs'>, schedules: readonly Schedule[]): Promise<Jobs> {
  const boss = new PgBoss({
    connectionString: app.database.url,
    schema: 'jobs',
    max: 3,
    application_name: 'hawker-jobs',
  })
  boss.on('error', (error) => app.log.error({ err: error }, 'the job queue reports an error'))
  await boss.start()
  const jobs: Jobs = {
    async sweepAll() {
      for (const schedule of schedules) await sweep({ ...app, jobs }, schedule)
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 5_000 })
    },
  }
  for (const schedule of schedules) {
    await boss.createQueue(schedule.name)
    await boss.schedule(schedule.name, schedule.cron, null, { tz: 'UTC' })
    await boss.work(schedule.name, { pollingIntervalSeconds: 5 }, async () => sweep({ ...app, jobs }, schedule))
  }
  return jobs
}

async function sweep(app: App, schedule: Schedule): Promise<void> {
  for (let bites = 0; bites < bitesMax; bites++) {
    const { more } = await schedule.sweep(app)
    if (!more) return
  }
  app.log.warn({ schedule: schedule.name }, 'a sweep has more work than one run takes')
}
