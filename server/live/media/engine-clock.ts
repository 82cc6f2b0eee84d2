/** The two clocks of the media process. `nowMs` never jumps and is for durations; `wallMs` is for what people read. */
export type EngineClock = { nowMs(): number; wallMs(): number }

/** How the media process writes to the log of its parent: it has no log of its own. */
export type EngineLog = (level: 'info' | 'warn' | 'error', message: string, fields?: LogFields) => void
export type LogFields = Record<string, string | number | boolean>
