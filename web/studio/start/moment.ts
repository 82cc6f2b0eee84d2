/** A moment of a recording, as people say it. */

/** 12:34 -> 754; null when it is no such time. */
export function secondsOf(text: string): number | null {
  const match = /^(?:(\d{1,2}):)?(\d{1,2}):(\d{2})$/.exec(text.trim())
  if (match === null) return null
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  if (hours === undefined || minutes === undefined || seconds === undefined || minutes > 59 || seconds > 59) return null
  return hours * 3_600 + minutes * 60 + seconds
}

/** 754 -> 12:34. */
export function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return (parts[0] === 0 ? parts.slice(1) : parts).map((part) => String(part).padStart(2, '0')).join(':')
}
