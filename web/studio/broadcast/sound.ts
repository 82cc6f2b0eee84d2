/**
 * One track of sound that stays the same while microphones come and go behind it, so that nothing has to be agreed anew
 * with whoever receives it. It runs at 48,000 Hz, the one rate that Opus knows.
 */
export interface Sound {
  track: MediaStreamTrack
  use(microphone: MediaStream | null): void
  mute(isMuted: boolean): void
  /** How loud it is now, 0 to 1; also while muted, so that the host sees that his microphone works. */
  level(): number
  close(): void
}

export function openSound(): Sound | null {
  const context = new AudioContext({ sampleRate: 48_000 })
  const gain = context.createGain()
  const analyser = context.createAnalyser()
  const out = context.createMediaStreamDestination()
  analyser.fftSize = 1_024
  gain.connect(out)
  const samples = new Float32Array(analyser.fftSize)
  let source: MediaStreamAudioSourceNode | null = null
  let microphone: MediaStream | null = null
  const [track] = out.stream.getAudioTracks()
  if (track === undefined) return null
  const letGo = () => {
    source?.disconnect()
    for (const each of microphone?.getTracks() ?? []) each.stop()
  }
  return {
    track,
    use(next) {
      letGo()
      microphone = next
      source = next === null ? null : context.createMediaStreamSource(next)
      source?.connect(gain)
      source?.connect(analyser)
      void context.resume()
    },
    mute(isMuted) {
      gain.gain.value = isMuted ? 0 : 1
    },
    level() {
      analyser.getFloatTimeDomainData(samples)
      let most = 0
      for (const sample of samples) most = Math.max(most, Math.abs(sample))
      return source === null ? 0 : Math.min(1, most)
    },
    close() {
      letGo()
      void context.close()
    },
  }
}
