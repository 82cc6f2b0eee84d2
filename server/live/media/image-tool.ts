import { spawn } from 'node:child_process'

/**
 * One picture out of a keyframe, by ffmpeg where the machine has it. Nothing of a broadcast waits for it: whoever asks for
 * a picture and there is no ffmpeg, or it is busy or fails, is told that there is none.
 */
export const jpegTimeoutMs = 8_000
export const jpegBytesMax = 2 * 1024 * 1024
export const jpegsAtOnceMax = 2
export const jpegsWaitingMax = 32

export type ImageTool = ReturnType<typeof createImageTool>

export function createImageTool() {
  let running = 0
  let isMissing = false
  const waiting: (() => void)[] = []

  /** Null: no picture could be made. The bytes are an initialisation and a fragment that begins with a keyframe. */
  async function jpegOf(of: { init: Buffer; fragment: Buffer; width: number }): Promise<Buffer | null> {
    if (isMissing || waiting.length >= jpegsWaitingMax) return null
    if (running >= jpegsAtOnceMax) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await run(of)
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }

  function run({ init, fragment, width }: { init: Buffer; fragment: Buffer; width: number }): Promise<Buffer | null> {
    return new Promise((resolve) => {
      const pieces: Buffer[] = []
      let bytes = 0
      const tool = spawn(
        'ffmpeg',
        [
          ...['-v', 'error', '-f', 'mp4', '-i', 'pipe:0', '-an', '-frames:v', '1', '-vf', `scale=${width}:-2`],
          ...['-threads', '1', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2pipe', 'pipe:1'],
        ],
        { stdio: ['pipe', 'pipe', 'ignore'], timeout: jpegTimeoutMs, killSignal: 'SIGKILL' },
      )
      tool.once('error', (fault: NodeJS.ErrnoException) => {
        if (fault.code === 'ENOENT') isMissing = true
        resolve(null)
      })
      tool.stdout?.on('data', (piece: Buffer) => {
        bytes += piece.length
        if (bytes <= jpegBytesMax) pieces.push(piece)
        else tool.kill('SIGKILL')
      })
      // It stops reading when it has its picture.
      tool.stdin?.on('error', () => undefined)
      tool.once('close', (code) => resolve(code === 0 && bytes > 0 ? Buffer.concat(pieces) : null))
      tool.stdin?.end(Buffer.concat([init, fragment]))
    })
  }

  return { jpegOf }
}

/** Whether pictures can be made here at all; asked once, when an engine starts. */
export function canMakeImages(): Promise<boolean> {
  return new Promise((resolve) => {
    const tool = spawn('ffmpeg', ['-version'], { stdio: 'ignore', timeout: jpegTimeoutMs })
    tool.once('error', () => resolve(false))
    tool.once('close', (code) => resolve(code === 0))
  })
}
