import { type MediaEngine, type MediaEvent, startMediaEngine, startMediaMtx, startNginxRtmp } from '#live/media'
import { noteRecording } from '#live/replays'
import { authorizePublishOf, noteMediaEvent } from '#live/rooms'
import type { App } from '#platform/app'
import { recordingsFolder } from './folders.ts'

/** Starts the media engine that the settings name. Its events become what rooms and replays know. */
export async function startMedia(app: App): Promise<MediaEngine> {
  const { config, log } = app
  const authorizePublish = authorizePublishOf(app)
  const onEvent = (event: MediaEvent) => {
    const note = async () => {
      await noteMediaEvent(app, event)
      // Where nothing is recorded there is nothing to keep, and no replay to open.
      if (config.mediaEngine === 'built_in') await noteRecording(app, event)
    }
    note().catch((error: unknown) => log.error({ err: error }, 'a media event was lost'))
  }
  if (config.mediaEngine === 'built_in') {
    return await startMediaEngine({
      rtmpPort: config.rtmpPort,
      rtcPort: config.rtcPort,
      ...(config.rtcAddress === undefined ? {} : { rtcAddress: config.rtcAddress }),
      storageDir: recordingsFolder(config),
      log,
      authorizePublish,
      onEvent,
    })
  }
  const isNginx = config.mediaEngine === 'nginx_rtmp'
  const controlUrl = config.mediaEngineUrl ?? (isNginx ? 'http://127.0.0.1:8080' : 'http://127.0.0.1:9997')
  const playbackUrl = config.mediaPlaybackUrl ?? (isNginx ? controlUrl : 'http://127.0.0.1:8888')
  const start = isNginx ? startNginxRtmp : startMediaMtx
  return await start({
    controlUrl: new URL(controlUrl),
    playbackUrl: new URL(playbackUrl),
    rtmpPort: config.rtmpPort,
    hook: { host: config.mediaHookHost, port: config.mediaHookPort, secret: config.mediaHookSecret },
    log,
    authorizePublish,
    onEvent,
  })
}
