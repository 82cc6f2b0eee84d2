/** An announcement as iCalendar (RFC 5545): one event, lines of at most 75 octets, folded between characters. */
export function calendarOf(of: {
  id: string
  title: string
  host: string
  startsAt: Temporal.Instant
  minutes: number
  url: string
  now: Temporal.Instant
}): string {
  const end = of.startsAt.add({ minutes: of.minutes })
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Hawker//Live//EN',
    'BEGIN:VEVENT',
    `UID:${of.id}`,
    `DTSTAMP:${stampOf(of.now)}`,
    `DTSTART:${stampOf(of.startsAt)}`,
    `DTEND:${stampOf(end)}`,
    `SUMMARY:${escaped(`${of.host}: ${of.title}`)}`,
    `URL:${of.url}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(of.title)}`,
    'TRIGGER:-PT10M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.flatMap(folded).join('\r\n')}\r\n`
}

function stampOf(instant: Temporal.Instant): string {
  return `${instant.round('second').toString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n]+/g, ' ')
}

const octetsMax = 75

function folded(line: string): string[] {
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > octetsMax) {
      parts.push(part)
      part = ' '
      octets = 1
    }
    part += character
    octets += size
  }
  return [...parts, part]
}
