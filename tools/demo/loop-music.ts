/** A small quiet band for the looping streams: soft keys, bass, brush and a heart of a kick. It ends where it begins. */
export type Tune = { chords: readonly (readonly number[])[]; melody: readonly (number | null)[]; swing: number }

const rate = 44_100
const barSeconds = 2.5

/** Eight bars of 96 beats a minute as a WAV file: 20 seconds, stereo. Chords and melody are MIDI numbers. */
export function synthesise(tune: Tune): Buffer {
  const frames = rate * barSeconds * 8
  const left = new Float32Array(frames)
  const right = new Float32Array(frames)
  // What rings beyond the end is heard at the beginning, so that the loop has no seam.
  const add = (at: number, sample: number, pan: number) => {
    const index = ((at % frames) + frames) % frames
    left[index] = (left[index] as number) + sample * (1 - pan)
    right[index] = (right[index] as number) + sample * pan
  }
  const beat = barSeconds / 4
  for (let bar = 0; bar < 8; bar += 1) {
    const chord = tune.chords[bar % tune.chords.length] ?? []
    for (const [index, note] of chord.entries()) {
      keys(add, (bar * 4 + index * 0.04) * beat, note, 2.6, 0.05, 0.4 + index * 0.06)
      keys(add, (bar * 4 + 2.5 + tune.swing) * beat, note, 1.2, 0.03, 0.6 - index * 0.05)
    }
    const root = (chord[0] ?? 48) - 12
    bass(add, bar * 4 * beat, root, 1.5)
    bass(add, (bar * 4 + 2.5 + tune.swing) * beat, root + 7, 0.8)
    for (const at of [0, 2.5 + tune.swing]) kick(add, (bar * 4 + at) * beat)
    for (const at of [1, 3]) brush(add, (bar * 4 + at) * beat, 0.16, 0.05, bar * 8 + at)
    for (const at of [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]) {
      const late = at % 1 === 0 ? 0 : tune.swing
      brush(add, (bar * 4 + at + late) * beat, 0.035, at % 1 === 0 ? 0.012 : 0.02, bar * 16 + at)
    }
  }
  const step = (barSeconds * 8) / tune.melody.length
  for (const [index, note] of tune.melody.entries()) {
    if (note !== null) keys(add, index * step + 0.01, note, 1.6, 0.045, index % 2 === 0 ? 0.62 : 0.42)
  }
  return wavOf(left, right)
}

type Add = (at: number, sample: number, pan: number) => void

function keys(add: Add, seconds: number, note: number, length: number, loudness: number, pan: number): void {
  const hertz = 440 * 2 ** ((note - 69) / 12)
  const start = Math.round(seconds * rate)
  for (let index = 0; index < length * rate; index += 1) {
    const t = index / rate
    const body = Math.min(1, t / 0.012) * Math.exp((-t * 2.4) / length) * Math.min(1, (length - t) / 0.05)
    const wobble = 1 + 0.14 * Math.sin(2 * Math.PI * 4.5 * t)
    const bell = Math.sin(2 * Math.PI * hertz * 2 * t) * Math.exp(-t * 7) * 0.3
    add(start + index, (Math.sin(2 * Math.PI * hertz * t + bell) + bell) * body * wobble * loudness, pan)
  }
}

function bass(add: Add, seconds: number, note: number, length: number): void {
  const hertz = 440 * 2 ** ((note - 69) / 12)
  const start = Math.round(seconds * rate)
  for (let index = 0; index < length * rate; index += 1) {
    const t = index / rate
    const body = Math.min(1, t / 0.02) * Math.exp((-t * 2) / length) * Math.min(1, (length - t) / 0.08)
    add(start + index, Math.sin(2 * Math.PI * hertz * t) * body * 0.12, 0.5)
  }
}

function kick(add: Add, seconds: number): void {
  const start = Math.round(seconds * rate)
  for (let index = 0; index < 0.22 * rate; index += 1) {
    const t = index / rate
    const sweep = 52 * t + (60 / 26) * (1 - Math.exp(-26 * t))
    add(start + index, Math.sin(2 * Math.PI * sweep) * Math.exp(-t * 16) * 0.16, 0.5)
  }
}

/** Noise from a small generator of our own: the same hiss every time. */
function brush(add: Add, seconds: number, length: number, loudness: number, seed: number): void {
  let state = Math.round(seed * 7919 + 17) >>> 0
  let before = 0
  const start = Math.round(seconds * rate)
  for (let index = 0; index < length * rate; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const noise = state / 2 ** 31 - 1
    const high = noise - before
    before = noise * 0.9
    add(start + index, high * Math.exp((-index / rate) * (4 / length)) * loudness, 0.56)
  }
}

function wavOf(left: Float32Array, right: Float32Array): Buffer {
  const bytes = left.length * 4
  const file = Buffer.alloc(44 + bytes)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + bytes, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(2, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * 4, 28)
  file.writeUInt16LE(4, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(bytes, 40)
  for (let index = 0; index < left.length; index += 1) {
    file.writeInt16LE(Math.round(Math.tanh(left[index] as number) * 22_000), 44 + index * 4)
    file.writeInt16LE(Math.round(Math.tanh(right[index] as number) * 22_000), 46 + index * 4)
  }
  return file
}
