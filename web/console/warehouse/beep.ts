/** Sounds for hands that are busy: a short high one for right, a low long one for wrong. Silent where sound is forbidden. */
let context: AudioContext | undefined

export function beep(kind: 'right' | 'wrong'): void {
  try {
    context ??= new AudioContext()
    void context.resume()
    const start = context.currentTime
    const tones = kind === 'right' ? [{ hz: 1_320, from: 0, seconds: 0.07 }] : wrongTones
    for (const { hz, from, seconds } of tones) {
      const tone = context.createOscillator()
      const volume = context.createGain()
      tone.type = kind === 'right' ? 'sine' : 'square'
      tone.frequency.value = hz
      volume.gain.setValueAtTime(0.18, start + from)
      volume.gain.exponentialRampToValueAtTime(0.001, start + from + seconds)
      tone.connect(volume).connect(context.destination)
      tone.start(start + from)
      tone.stop(start + from + seconds)
    }
  } catch {
    // The screen says the same.
  }
}

const wrongTones = [
  { hz: 220, from: 0, seconds: 0.22 },
  { hz: 180, from: 0.26, seconds: 0.34 },
]
