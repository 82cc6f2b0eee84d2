import { ProtocolError } from './protocol-error.ts'

/** AMF0, as far as RTMP commands use it. What a peer sends is bounded in values and in depth. */
export type AmfValue = number | boolean | string | null | undefined | AmfObject | AmfValue[]
export type AmfObject = { [name: string]: AmfValue }

export const amfValuesMax = 512
export const amfDepthMax = 8

const marker = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
  unsupported: 0x0d,
  xml: 0x0f,
  typedObject: 0x10,
} as const

export function decodeAmf(bytes: Buffer): AmfValue[] {
  let at = 0
  let valuesLeft = amfValuesMax

  function take(count: number): number {
    if (count > bytes.length - at) throw new ProtocolError('AMF value is cut short')
    const from = at
    at += count
    return from
  }

  function text(lengthBytes: 2 | 4): string {
    const length = bytes.readUIntBE(take(lengthBytes), lengthBytes)
    const from = take(length)
    return bytes.toString('utf8', from, from + length)
  }

  function properties(depth: number): AmfObject {
    // Without a prototype, a property that is called __proto__ is a property like any other.
    const object: AmfObject = Object.create(null)
    for (;;) {
      const name = text(2)
      if (name === '' && bytes[at] === marker.objectEnd) {
        at += 1
        return object
      }
      object[name] = value(depth)
    }
  }

  function value(depth: number): AmfValue {
    if (depth > amfDepthMax) throw new ProtocolError('AMF value is nested too deep')
    if (valuesLeft === 0) throw new ProtocolError('AMF message has too many values')
    valuesLeft -= 1
    const kind = bytes.readUInt8(take(1))
    switch (kind) {
      case marker.number:
        return bytes.readDoubleBE(take(8))
      case marker.boolean:
        return bytes.readUInt8(take(1)) !== 0
      case marker.string:
        return text(2)
      case marker.longString:
      case marker.xml:
        return text(4)
      case marker.null:
        return null
      case marker.undefined:
      case marker.unsupported:
        return undefined
      case marker.object:
        return properties(depth + 1)
      case marker.typedObject:
        text(2)
        return properties(depth + 1)
      case marker.ecmaArray:
        // The count is a hint that encoders get wrong; the end marker is what counts.
        take(4)
        return properties(depth + 1)
      case marker.strictArray: {
        const count = bytes.readUInt32BE(take(4))
        if (count > valuesLeft) throw new ProtocolError('AMF array is too long')
        const items: AmfValue[] = []
        for (let index = 0; index < count; index += 1) items.push(value(depth + 1))
        return items
      }
      case marker.date: {
        const epochMs = bytes.readDoubleBE(take(8))
        take(2) // A time zone that the format itself says to ignore.
        return epochMs
      }
      default:
        throw new ProtocolError(`AMF type ${kind} is not known`)
    }
  }

  const values: AmfValue[] = []
  while (at < bytes.length) values.push(value(0))
  return values
}

export function encodeAmf(values: readonly AmfValue[]): Buffer {
  return Buffer.concat(values.map(encodeValue))
}

function encodeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.from([marker.null])
  if (value === undefined) return Buffer.from([marker.undefined])
  if (typeof value === 'boolean') return Buffer.from([marker.boolean, value ? 1 : 0])
  if (typeof value === 'string') return encodeString(value)
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  if (Array.isArray(value)) {
    const head = Buffer.alloc(5)
    head.writeUInt8(marker.strictArray)
    head.writeUInt32BE(value.length, 1)
    return Buffer.concat([head, ...value.map(encodeValue)])
  }
  const entries = Object.entries(value).flatMap(([name, item]) => [encodeName(name), encodeValue(item)])
  return Buffer.concat([Buffer.from([marker.object]), ...entries, Buffer.from([0, 0, marker.objectEnd])])
}

function encodeString(value: string): Buffer {
  const text = Buffer.from(value)
  if (text.length <= 0xffff) return Buffer.concat([Buffer.from([marker.string]), encodeName(value)])
  const head = Buffer.alloc(5)
  head.writeUInt8(marker.longString)
  head.writeUInt32BE(text.length, 1)
  return Buffer.concat([head, text])
}

function encodeName(name: string): Buffer {
  const text = Buffer.from(name)
  const head = Buffer.alloc(2)
  head.writeUInt16BE(text.length)
  return Buffer.concat([head, text])
}
