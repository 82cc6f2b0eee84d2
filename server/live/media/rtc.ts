import { createSocket } from 'node:dgram'
import type * as NodeDataChannel from 'node-datachannel'
import type { PeerConnection } from 'node-datachannel'
import type { EngineLog } from './engine-clock.ts'
import { withPublicAddress } from './sdp.ts'

/**
 * The door to the WebRTC library. It is loaded when the process starts, and where there is no build of it for this
 * machine the engine does without: browsers then send over a WebSocket, and watch by HLS.
 *
 * All peers share one UDP port, so that one port has to be opened and not thousands.
 */
export const gatherTimeoutMs = 3_000
export const portsTriedMax = 20

export type RtcLibrary = typeof NodeDataChannel
export type Rtc = {
  library: RtcLibrary
  port: number
  open(name: string): PeerConnection
  /** Answers an offer, with our candidates in it: nothing trickles. */
  answer(peer: PeerConnection, offer: string): Promise<string>
  close(): void
}

export async function openRtc(options: {
  port: number
  publicAddress: string | null
  log: EngineLog
}): Promise<Rtc | null> {
  let library: RtcLibrary
  try {
    library = await import('node-datachannel')
  } catch (fault) {
    options.log('warn', 'There is no WebRTC on this machine; browsers send over a WebSocket', { reason: String(fault) })
    return null
  }
  const held = await holdPort(library, options.port)
  if (held === null) {
    options.log('warn', 'No UDP port for WebRTC is free; browsers send over a WebSocket', { port: options.port })
    return null
  }
  const { port } = held
  if (port !== options.port && options.port !== 0) {
    options.log('warn', 'The UDP port of WebRTC was taken; the next is used', { wanted: options.port, port })
  }
  return {
    library,
    port,
    open: (name) =>
      new library.PeerConnection(name, {
        iceServers: [],
        enableIceUdpMux: true,
        portRangeBegin: port,
        portRangeEnd: port,
      }),
    async answer(peer, offer) {
      const sdp = await new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('No address was found in time')), gatherTimeoutMs)
        peer.onGatheringStateChange((state) => {
          const description = state === 'complete' ? peer.localDescription() : null
          if (description === null) return
          clearTimeout(timer)
          resolve(description.sdp)
        })
        try {
          peer.setRemoteDescription(offer, 'offer')
        } catch (fault) {
          clearTimeout(timer)
          reject(fault instanceof Error ? fault : new Error(String(fault)))
        }
      })
      return withPublicAddress(sdp, options.publicAddress)
    },
    close() {
      held.stop()
      library.cleanup()
    },
  }
}

/** The library would bind the port with its first peer and let go of it with the last: somebody else could take it. */
async function holdPort(library: RtcLibrary, wanted: number): Promise<{ port: number; stop(): void } | null> {
  for (let step = 0; step < portsTriedMax; step += 1) {
    const port = wanted === 0 ? await anyFreePort() : wanted + step
    try {
      const listener = new library.IceUdpMuxListener(port)
      return { port, stop: () => listener.stop() }
    } catch {
      // It is taken: the next may not be.
    }
  }
  return null
}

async function anyFreePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(0, () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
