/**
 * Watches a stream by WebRTC (WHEP): a tenth of a second behind, for small rooms and for hosts who look at themselves.
 * Where it does not get through within a moment, the caller plays HLS instead.
 */
const connectedWithinMs = 3_000
const aliveMs = 3_000

export interface Watching {
  /** Settles when nothing comes any more, whoever ended it. */
  ended: Promise<void>
  stop(): void
}

/** Null where it does not work here, or the room is full. */
export async function watchByWebRtc(video: HTMLVideoElement, address: string): Promise<Watching | null> {
  if (typeof RTCPeerConnection === 'undefined') return null
  const peer = new RTCPeerConnection()
  let resource: string | null = null
  let finish: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    finish = resolve
  })
  const stop = () => {
    peer.close()
    if (resource !== null) void fetch(resource, { method: 'DELETE', keepalive: true }).catch(() => undefined)
    resource = null
    finish()
  }
  const stream = new MediaStream()
  peer.addEventListener('track', ({ track }) => stream.addTrack(track))
  peer.addTransceiver('video', { direction: 'recvonly' })
  peer.addTransceiver('audio', { direction: 'recvonly' })
  try {
    await peer.setLocalDescription(await peer.createOffer())
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: peer.localDescription?.sdp ?? '',
    })
    if (response.status !== 201) {
      stop()
      return null
    }
    resource = response.headers.get('location')
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() })
  } catch {
    stop()
    return null
  }
  if (!(await isConnected(peer))) {
    stop()
    return null
  }
  video.srcObject = stream
  watchOver(peer, stop)
  return { ended, stop }
}

function isConnected(peer: RTCPeerConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), connectedWithinMs)
    peer.addEventListener('connectionstatechange', () => {
      if (peer.connectionState !== 'connected' && peer.connectionState !== 'failed') return
      clearTimeout(timer)
      resolve(peer.connectionState === 'connected')
    })
  })
}

/** A publisher that has left leaves the connection open and silent: what counts is whether pictures come. */
function watchOver(peer: RTCPeerConnection, stop: () => void): void {
  let bytes = -1
  const timer = setInterval(() => {
    void peer.getStats().then((stats) => {
      let now = 0
      for (const report of stats.values()) if (report.type === 'inbound-rtp') now += report.bytesReceived ?? 0
      if (now === bytes || peer.connectionState === 'closed') {
        clearInterval(timer)
        stop()
      }
      bytes = now
    })
  }, aliveMs)
}
