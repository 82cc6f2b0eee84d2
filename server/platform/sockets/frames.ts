/**
 * A text as one WebSocket frame (RFC 6455, section 5.2), ready for the wire. What a thousand people get is framed once and
 * written to each as it is: a server's frames are not masked, so they are the same for everybody.
 */
export function textFrame(text: string): Buffer {
  const size = Buffer.byteLength(text)
  const head = size < 126 ? 2 : size < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + size)
  frame[0] = 0x81 // The whole message, a text.
  if (head === 2) frame[1] = size
  else if (head === 4) {
    frame[1] = 126
    frame.writeUInt16BE(size, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(size), 2)
  }
  frame.write(text, head)
  return frame
}

/** A ping without a payload. */
export const pingFrame = Buffer.from([0x89, 0x00])
