/** Rewraps the bytes of a clip, in a thread of its own: a minute of film is tenths of a second in which nobody may wait. */
import { parentPort, workerData } from 'node:worker_threads'
import { BufferSource, BufferTarget, Conversion, Input, MP4, Mp4OutputFormat, Output } from 'mediabunny'

const { bytes, startS, endS } = workerData as { bytes: Uint8Array; startS: number; endS: number }

const input = new Input({ formats: [MP4], source: new BufferSource(bytes) })
const target = new BufferTarget()
const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
const conversion = await Conversion.init({ input, output, trim: { start: startS, end: endS }, showWarnings: false })
const lost = conversion.discardedTracks.map(({ reason }) => reason)
if (conversion.isValid && lost.length === 0) await conversion.execute()
const film = target.buffer === null || lost.length > 0 ? null : new Uint8Array(target.buffer)
parentPort?.postMessage({ film, lost }, film === null ? [] : [film.buffer])
