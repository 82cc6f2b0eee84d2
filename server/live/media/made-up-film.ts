/**
 * An FLV file of 720 by 1280 at 30 fps with a keyframe a second, and AAC, about 1.5 Mbit/s. No decoder would like its
 * pictures; to an engine that only rewraps they are what real ones are. For benchmarks, and for tests without an encoder.
 */
export function madeUpFilm(options: { seconds: number }): Buffer {
  const avcC = '0164001fffe1001a6764001facd940b40a1b0110000003001000000303c0f183196001000468efbcb0fdf8f800'
  const tags: { type: number; timeMs: number; payload: Buffer }[] = [
    { type: 9, timeMs: 0, payload: Buffer.from(`1700000000${avcC}`, 'hex') },
    { type: 8, timeMs: 0, payload: Buffer.from('af00120856e500', 'hex') },
  ]
  for (let frame = 0; frame < options.seconds * 30; frame += 1) {
    const isKey = frame % 30 === 0
    const head = Buffer.from([isKey ? 0x17 : 0x27, 1, 0, 0, 0])
    const picture = Buffer.alloc(isKey ? 30_000 : 5_200, frame)
    tags.push({ type: 9, timeMs: Math.round((frame * 1_000) / 30), payload: Buffer.concat([head, picture]) })
  }
  for (let packet = 0; packet < (options.seconds * 44_100) / 1_024; packet += 1) {
    const payload = Buffer.concat([Buffer.from([0xaf, 1]), Buffer.alloc(186, packet)])
    tags.push({ type: 8, timeMs: Math.round((packet * 1_024_000) / 44_100), payload })
  }
  tags.sort((one, other) => one.timeMs - other.timeMs)
  const head = Buffer.from('464c5601050000000900000000', 'hex')
  return Buffer.concat([head, ...tags.map((tag) => flvTag(tag))])
}

function flvTag(tag: { type: number; timeMs: number; payload: Buffer }): Buffer {
  const head = Buffer.alloc(11)
  head.writeUInt8(tag.type, 0)
  head.writeUIntBE(tag.payload.length, 1, 3)
  head.writeUIntBE(tag.timeMs, 4, 3)
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(head.length + tag.payload.length)
  return Buffer.concat([head, tag.payload, tail])
}
