/** Sends by WebRTC (WHIP): the shortest way, where the network lets UDP through. */
import {
  type Connecting,
  framesPerSecond,
  type PublishRefusal,
  pictureBitsPerSecond,
  type Tracks,
} from './connection.ts'

const connectedWithinMs = 5_000
/** A line that is gone this long is not waited for any more. */
const disconnectedMs = 3_000
const refusals: Record<number, PublishRefusal> = {
  401: 'bad_key',
  403: 'banned',
  409: 'busy',
  415: 'codec_unsupported',
}

export async function connectByWebRtc(of: Tracks & { key: string; signal: AbortSignal }): Promise<Connecting> {
  if (typeof RTCPeerConnection === 'undefined') return 'blocked'
  const peer = new RTCPeerConnection()
  const authorization = `Bearer ${of.key}`
  let resource: string | null = null
  let finish: () => void = () => undefined
  const closed = new Promise<void>((resolve) => {
    finish = resolve
  })
  const stop = () => {
    peer.close()
    // Said aloud, so that the next try is not told that somebody else is sending.
    if (resource !== null)
      void fetch(resource, { method: 'DELETE', headers: { authorization }, keepalive: true }).catch(() => undefined)
    resource = null
    finish()
  }
  of.signal.addEventListener('abort', stop, { once: true })

  const stream = new MediaStream([of.video, ...(of.audio ? [of.audio] : [])])
  const video = peer.addTransceiver(of.video, { direction: 'sendonly', streams: [stream] })
  if (of.audio) peer.addTransceiver(of.audio, { direction: 'sendonly', streams: [stream] })
  try {
    await peer.setLocalDescription(await peer.createOffer())
    const response = await fetch('/media/whip', {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization },
      body: peer.localDescription?.sdp ?? '',
      signal: of.signal,
    })
    if (response.status !== 201) {
      peer.close()
      return await refusalOf(response)
    }
    resource = response.headers.get('location')
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() })
  } catch (error) {
    stop()
    if (of.signal.aborted) throw error
    return { refused: 'unavailable' }
  }
  if (!(await isConnected(peer))) {
    stop()
    return 'blocked'
  }
  await limit(video.sender)
  watch(peer, stop)
  return {
    connection: { way: 'webrtc', closed, stop, replaceVideo: (track) => video.sender.replaceTrack(track) },
  }
}

async function refusalOf(response: Response): Promise<Connecting> {
  if (response.status === 501) return 'blocked'
  const said = (await response.json().catch(() => ({}))) as { reason?: PublishRefusal }
  return { refused: said.reason ?? refusals[response.status] ?? 'unavailable' }
}

function isConnected(peer: RTCPeerConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), connectedWithinMs)
    const look = () => {
      if (
        peer.connectionState !== 'connected' &&
        peer.connectionState !== 'failed' &&
        peer.connectionState !== 'closed'
      )
        return
      clearTimeout(timer)
      resolve(peer.connectionState === 'connected')
    }
    peer.addEventListener('connectionstatechange', look)
    look()
  })
}

/** Of a slow line the browser would make a small picture: viewers get fewer pictures instead, and no change of size. */
async function limit(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters()
  parameters.degradationPreference = 'maintain-resolution'
  for (const encoding of parameters.encodings) {
    encoding.maxBitrate = pictureBitsPerSecond
    encoding.maxFramerate = framesPerSecond
  }
  await sender.setParameters(parameters).catch(() => undefined)
}

function watch(peer: RTCPeerConnection, stop: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  peer.addEventListener('connectionstatechange', () => {
    clearTimeout(timer)
    if (peer.connectionState === 'failed' || peer.connectionState === 'closed') stop()
    if (peer.connectionState === 'disconnected') timer = setTimeout(stop, disconnectedMs)
  })
}
