/**
 * Crash points: the moments between two effects at which a process may die, by name, so that `npm run crash` can make it die
 * exactly there.
 *
 * Always true: nothing happens at a point unless `HAWKER_CRASH_AT` names it, which is refused in live mode.
 * Not here: what must hold after the crash (`tools/crash`, the auditor).
 */
export const crashPoints = [
  /** The desk's batch is durable, and nobody has been told. */
  'desk.committed',
  /** A reaction has its deliveries, and has done nothing. */
  'outbox.claimed',
  /** A reaction has done its work, and its deliveries are not marked done. */
  'outbox.reacted',
  /** The payment provider has answered, and we have not written it down. */
  'provider.answered',
] as const
export type CrashPoint = (typeof crashPoints)[number]

let armed: { point: string; passesLeft: number } | null = null

/** `desk.committed:12` ends the process at the twelfth pass, without warning. Once per process. */
export function armCrashPoint(text: string): void {
  const [point = '', passes = '1'] = text.split(':')
  if (!(crashPoints as readonly string[]).includes(point) || !/^[1-9]\d{0,5}$/.test(passes))
    throw new Error(`There is no crash point ${text}; there are ${crashPoints.join(', ')}.`)
  armed = { point, passesLeft: Number(passes) }
}

export function crashPoint(point: CrashPoint): void {
  if (armed?.point !== point || --armed.passesLeft > 0) return
  process.kill(process.pid, 'SIGKILL')
}
