/**
 * The broadcast from this browser: one for the whole studio, so that it goes on while the host looks at another page.
 *
 * Always true: what is sent is what the mirror shows; the camera's light is on only while there is a picture here; a
 * microphone that is muted sends silence, not nothing.
 */
import {
  type Beauty,
  type BeautySettings,
  type BeautyState,
  loadSettings,
  saveSettings,
  startBeauty,
} from '../beauty/index.ts'
import {
  canOpenDevices,
  type Devices,
  type DeviceTrouble,
  listDevices,
  openCamera,
  openMicrophone,
  troubleOf,
} from './devices.ts'
import { type Publishing, type PublishState, publish } from './publish.ts'
import { openSound, type Sound } from './sound.ts'

export interface BroadcastState {
  camera: 'off' | 'opening' | 'on'
  trouble: DeviceTrouble | null
  /** What is shown to the host, and sent. */
  picture: MediaStream | null
  devices: Devices
  cameraId: string | null
  microphoneId: string | null
  hasMicrophone: boolean
  /** The picture is the one that would be sent. */
  isReady: boolean
  isMuted: boolean
  beauty: BeautySettings
  beautyState: BeautyState | null
  /** Of which session, and how it goes; null while nothing is sent. */
  sending: { sessionId: string; state: PublishState } | null
}

const off: BroadcastState = {
  camera: 'off',
  trouble: null,
  picture: null,
  devices: { cameras: [], microphones: [] },
  cameraId: null,
  microphoneId: null,
  hasMicrophone: false,
  isReady: false,
  isMuted: false,
  beauty: loadSettings(),
  beautyState: null,
  sending: null,
}

let state = off
let camera: MediaStream | null = null
let beauty: Beauty | null = null
let sound: Sound | null = null
let publishing: Publishing | null = null
let attempts = 0
let wakeLock: WakeLockSentinel | null = null
const listeners = new Set<() => void>()

function set(change: Partial<BroadcastState>): void {
  state = { ...state, ...change }
  for (const listener of listeners) listener()
}

export const broadcast = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  state: () => state,
  /** 0 to 1, asked as often as a meter is drawn. */
  level: () => sound?.level() ?? 0,

  async turnOn(): Promise<void> {
    if (state.camera !== 'off') return
    if (!canOpenDevices()) return set({ trouble: 'insecure' })
    set({ camera: 'opening', trouble: null })
    try {
      sound = openSound()
      await Promise.all([showCamera(state.cameraId), hear(state.microphoneId)])
      set({ devices: await listDevices() })
    } catch (error) {
      broadcast.turnOff()
      set({ trouble: troubleOf(error) })
    }
  },

  turnOff(): void {
    broadcast.stopSending()
    letGoOfCamera()
    sound?.close()
    sound = null
    set({ camera: 'off', picture: null, beautyState: null, hasMicrophone: false })
  },

  async chooseCamera(id: string): Promise<void> {
    try {
      await showCamera(id)
      const [video] = state.picture?.getVideoTracks() ?? []
      if (video !== undefined) publishing?.replaceVideo(video)
      set({ cameraId: id, trouble: null })
    } catch (error) {
      set({ trouble: troubleOf(error) })
    }
  },

  async chooseMicrophone(id: string): Promise<void> {
    set({ microphoneId: id })
    await hear(id)
  },

  mute(isMuted: boolean): void {
    sound?.mute(isMuted)
    set({ isMuted })
  },

  applyBeauty(settings: BeautySettings): void {
    saveSettings(settings)
    beauty?.apply(settings)
    set({ beauty: settings })
  },
  turnBeautyUp: () => beauty?.turnUp(),

  send(of: { sessionId: string; key: string }): void {
    const [video] = state.picture?.getVideoTracks() ?? []
    if (video === undefined) return
    publishing?.stop()
    void keepAwake()
    attempts += 1
    const attempt = attempts
    publishing = publish({
      video,
      audio: sound?.track ?? null,
      key: of.key,
      onState(now) {
        // What was stopped has nothing to say any more.
        if (attempt === attempts) set({ sending: { sessionId: of.sessionId, state: now } })
      },
    })
  },

  stopSending(): void {
    attempts += 1
    publishing?.stop()
    publishing = null
    void wakeLock?.release().catch(() => undefined)
    wakeLock = null
    set({ sending: null })
  },
}

async function showCamera(id: string | null): Promise<void> {
  const opened = await openCamera(id)
  letGoOfCamera()
  camera = opened
  // A slow machine takes seconds for its first picture through the filter: until then the host sees himself as he is.
  set({ picture: opened, camera: 'on', isReady: false })
  beauty = await startBeauty(opened, state.beauty).catch(() => null)
  beauty?.watch((beautyState) => set({ beautyState }))
  set({ picture: beauty?.stream ?? opened, isReady: true })
}

function letGoOfCamera(): void {
  beauty?.stop()
  beauty = null
  for (const track of camera?.getTracks() ?? []) track.stop()
  camera = null
}

async function hear(id: string | null): Promise<void> {
  const microphone = await openMicrophone(id)
  sound?.use(microphone)
  set({ hasMicrophone: microphone !== null })
}

/** A phone that falls asleep stops its camera. */
async function keepAwake(): Promise<void> {
  wakeLock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null
}
