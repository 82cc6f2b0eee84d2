/** Cameras and microphones of this device, and words for why one does not open. */
export type DeviceTrouble = 'insecure' | 'denied' | 'no_camera' | 'in_use'
export interface Devices {
  cameras: { id: string; name: string }[]
  microphones: { id: string; name: string }[]
}

/** Upright, as viewers hold their phones. A camera that cannot gives what it can. */
const picture = {
  width: { ideal: 720 },
  height: { ideal: 1280 },
  aspectRatio: { ideal: 9 / 16 },
  frameRate: { ideal: 30 },
}

export function canOpenDevices(): boolean {
  return typeof navigator !== 'undefined' && navigator.mediaDevices !== undefined
}

/** Null where the asked one is not there: a broadcast without sound is better than none. */
export async function openMicrophone(id: string | null): Promise<MediaStream | null> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, ...(id === null ? {} : { deviceId: { exact: id } }) },
    })
  } catch {
    return null
  }
}

export async function openCamera(id: string | null): Promise<MediaStream> {
  return await navigator.mediaDevices.getUserMedia({
    video: { ...picture, ...(id === null ? { facingMode: 'user' } : { deviceId: { exact: id } }) },
  })
}

/** Names are told only once a device is open. */
export async function listDevices(): Promise<Devices> {
  const found = await navigator.mediaDevices.enumerateDevices()
  const of = (kind: MediaDeviceKind) =>
    found
      .filter((each) => each.kind === kind && each.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, name: label }))
  return { cameras: of('videoinput'), microphones: of('audioinput') }
}

export function troubleOf(error: unknown): DeviceTrouble {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  return name === 'NotReadableError' || name === 'AbortError' ? 'in_use' : 'no_camera'
}
