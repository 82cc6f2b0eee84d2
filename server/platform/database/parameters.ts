/**
 * Arrays as PostgreSQL reads them fastest. Most of what a batch writes are ids, numbers and instants, some hundred an order:
 * in the binary form neither side prints or parses them, and nothing is left for the garbage collector but one buffer.
 */

type Element = string | number | boolean | Buffer | null | undefined
/** Null when an element is not of the type: then PostgreSQL gets the text form, and says what is wrong with it. */
type Encoder = (elements: readonly Element[]) => Buffer | null

const declared = /\$(\d+)::([a-z0-9]+)(\[\])?/g
const known = new Map<string, ReadonlyMap<number, Encoder>>()
/** Statements are named in the code, so there are some hundred of them; a name that is made up at run time is not kept. */
const knownMax = 2_000

/** The values as the driver takes them. A parameter's type is read from its cast in the statement: `$1::uuid[]`. */
export function parametersOf(name: string, text: string, values: readonly unknown[]): unknown[] {
  const encoders = encodersOf(name, text)
  return values.map((value, index) =>
    Array.isArray(value) ? (encoders.get(index + 1)?.(value) ?? textOf(value)) : value,
  )
}

function encodersOf(name: string, text: string): ReadonlyMap<number, Encoder> {
  const cached = known.get(name)
  if (cached !== undefined) return cached
  const found = new Map<number, Encoder>()
  const types = new Map<number, string>()
  for (const [, place, type, isArray] of text.matchAll(declared)) {
    const declaredAs = `${type}${isArray ?? ''}`
    const before = types.get(Number(place))
    types.set(Number(place), before === undefined || before === declaredAs ? declaredAs : '')
  }
  for (const [place, type] of types) {
    const encoder = encoders[type]
    if (encoder !== undefined) found.set(place, encoder)
  }
  if (known.size < knownMax) known.set(name, found)
  return found
}

/** A header of one dimension, then each element after its length. */
const headBytes = 20
const emptyBytes = 12
const lengthBytes = 4

function open(oid: number, count: number, bytes: number): { buffer: Buffer; view: DataView } {
  const buffer = Buffer.allocUnsafe(count === 0 ? emptyBytes : bytes)
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  view.setInt32(0, count === 0 ? 0 : 1)
  view.setInt32(4, 1)
  view.setInt32(8, oid)
  if (count > 0) {
    view.setInt32(12, count)
    view.setInt32(16, 1)
  }
  return { buffer, view }
}

/** For types whose values all have the same length. `write` answers false for what is not of the type. */
function fixed(oid: number, bytes: number, write: (view: DataView, at: number, element: Element) => boolean): Encoder {
  return (elements) => {
    const { buffer, view } = open(oid, elements.length, headBytes + elements.length * (lengthBytes + bytes))
    if (elements.length === 0) return buffer
    let at = headBytes
    for (let index = 0; index < elements.length; index++) {
      const element = elements[index]
      if (element === null || element === undefined) {
        view.setInt32(at, -1)
        at += lengthBytes
        continue
      }
      view.setInt32(at, bytes)
      if (!write(view, at + lengthBytes, element)) return null
      at += lengthBytes + bytes
    }
    return at < buffer.length ? buffer.subarray(0, at) : buffer
  }
}

/** The value of a digit at its character's place; what is no digit has bits that no value has. */
const low = new Uint16Array(65_536).fill(0x1000)
const high = new Uint16Array(65_536).fill(0x1000)
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  for (const character of [digit, digit.toUpperCase()]) {
    low[character.charCodeAt(0)] = value
    high[character.charCodeAt(0)] = value << 4
  }
}
/** Where the sixteen bytes of an id stand in its text. */
const idPlaces = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34)
const dash = 45

function writeId(view: DataView, at: number, id: Element): boolean {
  if (typeof id !== 'string' || id.length !== 36) return false
  const dashes =
    (id.charCodeAt(8) ^ dash) | (id.charCodeAt(13) ^ dash) | (id.charCodeAt(18) ^ dash) | (id.charCodeAt(23) ^ dash)
  let seen = 0
  for (let index = 0; index < 16; index++) {
    const place = idPlaces[index] as number
    const byte = (high[id.charCodeAt(place)] as number) | (low[id.charCodeAt(place + 1)] as number)
    seen |= byte
    view.setUint8(at + index, byte & 0xff)
  }
  return dashes === 0 && seen < 0x1000
}

function writeWhole(min: number, max: number, write: (view: DataView, at: number, value: number) => void) {
  return (view: DataView, at: number, value: Element): boolean => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) return false
    write(view, at, value)
    return true
  }
}

function writeLong(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32)
  view.setInt32(at, high)
  view.setUint32(at + 4, value - high * 2 ** 32)
}

/** PostgreSQL counts microseconds since 2000. Of a batch most instants are the same, and reading one costs more than an id. */
const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/
const epochMs = Date.UTC(2000, 0, 1)
let lastInstant = { text: '', micros: 0 }

function writeInstant(view: DataView, at: number, text: Element): boolean {
  if (typeof text !== 'string') return false
  if (text !== lastInstant.text) {
    const ms = instantForm.test(text) ? Date.parse(text) : Number.NaN
    if (Number.isNaN(ms)) return false
    lastInstant = { text, micros: (ms - epochMs) * 1_000 }
  }
  writeLong(view, at, lastInstant.micros)
  return true
}

/** Up to here, letters are written one by one: asking the runtime to write a text costs as much as forty of them. */
const writtenByHandMax = 48

function encodeTexts(elements: readonly Element[]): Buffer | null {
  let bytes = headBytes
  for (const element of elements) {
    if (element === null || element === undefined) bytes += lengthBytes
    // No character is more than three bytes for each of its code units.
    else if (typeof element === 'string') bytes += lengthBytes + element.length * 3
    else return null
  }
  const { buffer, view } = open(25, elements.length, bytes)
  if (elements.length === 0) return buffer
  let at = headBytes
  for (const element of elements as readonly (string | null | undefined)[]) {
    if (element === null || element === undefined) {
      view.setInt32(at, -1)
      at += lengthBytes
      continue
    }
    const written = writeText(buffer, at + lengthBytes, element)
    view.setInt32(at, written)
    at += lengthBytes + written
  }
  return buffer.subarray(0, at)
}

function writeText(buffer: Buffer, at: number, text: string): number {
  if (text.length > writtenByHandMax) return buffer.write(text, at, 'utf8')
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) return buffer.write(text, at, 'utf8')
    buffer[at + index] = code
  }
  return text.length
}

function encodeBytes(elements: readonly Element[]): Buffer | null {
  let bytes = headBytes
  for (const element of elements) {
    if (element === null || element === undefined) bytes += lengthBytes
    else if (Buffer.isBuffer(element)) bytes += lengthBytes + element.length
    else return null
  }
  const { buffer, view } = open(17, elements.length, bytes)
  let at = headBytes
  for (const element of elements as readonly (Buffer | null | undefined)[]) {
    view.setInt32(at, element?.length ?? -1)
    at += lengthBytes
    if (element) at += element.copy(buffer, at)
  }
  return buffer
}

const short = fixed(
  21,
  2,
  writeWhole(-(2 ** 15), 2 ** 15 - 1, (view, at, value) => view.setInt16(at, value)),
)
const integer = fixed(
  23,
  4,
  writeWhole(-(2 ** 31), 2 ** 31 - 1, (view, at, value) => view.setInt32(at, value)),
)
const encoders: Readonly<Record<string, Encoder>> = {
  'uuid[]': fixed(2950, 16, writeId),
  'smallint[]': short,
  'int[]': integer,
  'integer[]': integer,
  'bigint[]': fixed(20, 8, writeWhole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, writeLong)),
  'boolean[]': fixed(16, 1, (view, at, value) => {
    if (typeof value !== 'boolean') return false
    view.setUint8(at, value ? 1 : 0)
    return true
  }),
  'timestamptz[]': fixed(1184, 8, writeInstant),
  'text[]': encodeTexts,
  'bytea[]': encodeBytes,
}

/** Plain in an array: no quotes, no escapes. `null` would be read as nothing. */
const plainElement = /^(?!null$)[\w:.+/-]+$/i

/** The text form, for what is not declared or of a rarer type. The driver makes it too, but quotes and escapes every element. */
function textOf(elements: readonly unknown[]): unknown {
  let text = '{'
  for (const [index, element] of elements.entries()) {
    if (index > 0) text += ','
    if (element === null || element === undefined) text += 'NULL'
    else if (typeof element === 'string') text += plainElement.test(element) ? element : quoted(element)
    else if (typeof element === 'number' || typeof element === 'boolean') text += element
    else if (Buffer.isBuffer(element)) text += `"\\\\x${element.toString('hex')}"`
    else return elements // Something rarer: the driver knows what to do with it.
  }
  return `${text}}`
}

/** JSON and PostgreSQL escape quotes and backslashes alike, and JSON's way is fast; they part at control characters. */
function quoted(element: string): string {
  return element.isWellFormed() && !hasControl(element)
    ? JSON.stringify(element)
    : `"${element.replace(/["\\]/g, '\\$&')}"`
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 32) return true
  return false
}
