/** CPU that processes have used, from Linux' own accounts; elsewhere there is nothing to read and it stays 0. */
import { readdirSync, readFileSync } from 'node:fs'

const clockTicksPerSecond = 100 // Of Linux, for all programs.

/** Of a PostgreSQL cluster: the postmaster and all that it has started. Those who have ended are in the postmaster's sum. */
export function cpuUsOfCluster(postmasterPid: number): number {
  let ticks = 0
  for (const name of readable(() => readdirSync('/proc')) ?? []) {
    if (!/^\d+$/.test(name)) continue
    const stat = readable(() => readFileSync(`/proc/${name}/stat`, 'utf8'))
    // The name of the program stands in brackets and may hold spaces; the state and the parent follow it.
    const fields = stat?.slice(stat.lastIndexOf(') ') + 2).split(' ')
    if (fields === undefined) continue
    const isPostmaster = Number(name) === postmasterPid
    if (!isPostmaster && Number(fields[1]) !== postmasterPid) continue
    ticks += Number(fields[11]) + Number(fields[12])
    if (isPostmaster) ticks += Number(fields[13]) + Number(fields[14])
  }
  return (ticks * 1_000_000) / clockTicksPerSecond
}

/** Part of all cores that was busy, with whatever runs beside us: above what we used ourselves, others were at work. */
export function machineTicks(): { busy: number; all: number } {
  const line = readable(() => readFileSync('/proc/stat', 'utf8'))?.split('\n')[0] ?? ''
  const ticks = line.split(/\s+/).slice(1, 9).map(Number)
  const all = ticks.reduce((sum, each) => sum + each, 0)
  return { all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) }
}

function readable<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch {
    return null // The process has ended meanwhile, or this is not Linux.
  }
}
