/**
 * An encoder with a clock in its picture: ffmpeg sends a test picture by RTMP, above it the strip that pages read back
 * (`pages.ts`), painted in the moment in which the picture is made.
 */
import { type ChildProcess, spawn } from 'node:child_process'

const blocks = 40
const light = 235
const dark = 16
const framesPerSecond = 30

export const encoderKinds = {
  /** As quick as an encoder can be: a keyframe a second, no picture out of order. */
  quick: ['-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '30', '-bf', '0'],
  /** As OBS does it: a keyframe every two seconds, two pictures out of order. */
  obs: ['-preset', 'veryfast', '-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-bf', '2'],
} as const

export interface ClockEncoder {
  process: ChildProcess
  /** Null while it runs. */
  exit: Promise<number | null>
  stop(): Promise<void>
}

export function startClockEncoder(of: {
  /** Several get the same bytes. */
  to: string | readonly string[]
  kind: keyof typeof encoderKinds
  width: number
  height: number
}): ClockEncoder {
  const { width, height } = of
  const addresses = typeof of.to === 'string' ? [of.to] : of.to
  const outputs =
    addresses.length === 1
      ? ['-flush_packets', '1', '-f', 'flv', ...addresses]
      : ['-flags', '+global_header', '-f', 'tee', addresses.map((to) => `[f=flv:flush_packets=1]${to}`).join('|')]
  // The strip is 32 of 640 wide in the reader's eyes.
  const stripHeight = width / 20
  const encoder = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${stripHeight}`],
      ...['-r', String(framesPerSecond), '-i', 'pipe:0'],
      ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height - stripHeight}:rate=${framesPerSecond}`],
      ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'],
      ...['-filter_complex', '[0]format=yuv420p[clock];[clock][1]vstack=shortest=1[picture]'],
      ...['-map', '[picture]', '-map', '2', '-shortest', '-c:v', 'libx264', '-b:v', '1500k', '-maxrate', '1500k'],
      ...['-bufsize', '1500k', '-pix_fmt', 'yuv420p', ...encoderKinds[of.kind], '-c:a', 'aac', '-ar', '44100'],
      ...outputs,
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  )
  const exit = new Promise<number | null>((resolve) => encoder.once('exit', resolve))
  const startedMs = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) * framesPerSecond) / 1_000
    for (; sent < due; sent += 1) encoder.stdin.write(strip(width, stripHeight, Date.now()))
  }, 5)
  encoder.stdin.on('error', () => clearInterval(timer)) // It went away; `exit` tells.
  void exit.then(() => clearInterval(timer))
  return {
    process: encoder,
    exit,
    async stop() {
      clearInterval(timer)
      encoder.kill('SIGKILL')
      await exit
    },
  }
}

/** The time as forty blocks: 32 bits, and a sum of eight. */
function strip(width: number, height: number, atMs: number): Buffer {
  const time = atMs % 2 ** 32
  const bytes = [3, 2, 1, 0].map((at) => Math.floor(time / 256 ** at) % 256)
  const sum = (bytes.reduce((total, byte) => total + byte, 0) & 255) ^ 0xa5
  const bits = [...bytes, sum].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((at) => (byte >> at) & 1))
  const row = Buffer.alloc(width)
  const block = width / blocks
  for (const [at, bit] of bits.entries()) row.fill(bit === 1 ? light : dark, at * block, (at + 1) * block)
  return Buffer.concat(Array.from({ length: height }, () => row))
}
