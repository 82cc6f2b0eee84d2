import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Collapse, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Camera, Mic, MicOff, Radio, Sparkles, Square } from 'lucide-react'
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react'
import { toast, wordsOf } from '../../kit/index.ts'
import { BeautyPanel } from '../beauty/index.ts'
import type { Ingest } from '../types.ts'
import css from './broadcast.module.css'
import { type BroadcastState, broadcast } from './broadcast.ts'
import type { DeviceTrouble } from './devices.ts'
import type { PublishState } from './publish.ts'

interface Sent {
  /** A broadcast of one's own, or a seat beside another host. */
  stream: { id: string; isPublishing: boolean }
  ingest: Ingest | null
  onIngest: (ingest: Ingest) => void
  makeKey: () => Promise<Ingest>
}

/** Going live without an encoder: camera, microphone, beauty, and one button that sends. */
export default function BroadcastCard(of: Sent) {
  const { t } = useLingui()
  const state = useSyncExternalStore(broadcast.subscribe, broadcast.state)
  const heading = useId()
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby={heading}>
      <Text fw={650} size="sm" id={heading} mb={4}>
        <Trans>From this browser</Trans>
      </Text>
      {state.camera === 'on' ? (
        <Stack gap="sm">
          <Mirror picture={state.picture} />
          <DeviceChoice state={state} />
          <Loudness state={state} />
          <BeautyChoice state={state} />
          <Sending {...of} state={state} />
        </Stack>
      ) : (
        <Stack gap="xs">
          <Text size="sm" c="dimmed">
            <Trans>No encoder needed: your camera and microphone are enough.</Trans>
          </Text>
          {state.trouble !== null && <Trouble trouble={state.trouble} />}
          <Button
            variant="default"
            leftSection={<Camera size={16} aria-hidden="true" />}
            loading={state.camera === 'opening'}
            onClick={() => void broadcast.turnOn()}
          >
            {state.trouble === null ? t`Turn the camera on` : t`Try again`}
          </Button>
        </Stack>
      )}
    </Paper>
  )
}

function Mirror({ picture }: { picture: MediaStream | null }) {
  const { t } = useLingui()
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (element === null) return
    element.srcObject = picture
    void element.play().catch(() => undefined)
  }, [picture])
  return <video ref={video} className={css['mirror']} muted playsInline aria-label={t`Your camera, as you send it`} />
}

function DeviceChoice({ state }: { state: BroadcastState }) {
  const { t } = useLingui()
  const optionsOf = (devices: { id: string; name: string }[], unnamed: string) =>
    devices.map(({ id, name }, index) => ({ value: id, label: name === '' ? `${unnamed} ${index + 1}` : name }))
  const { cameras, microphones } = state.devices
  const current = state.picture === null ? null : state.cameraId
  return (
    <Group grow gap="xs" align="flex-start">
      <NativeSelect
        size="sm"
        label={t`Camera`}
        data={optionsOf(cameras, t`Camera`)}
        value={current ?? cameras[0]?.id ?? ''}
        onChange={(event) => void broadcast.chooseCamera(event.currentTarget.value)}
      />
      <NativeSelect
        size="sm"
        label={t`Microphone`}
        data={optionsOf(microphones, t`Microphone`)}
        value={state.microphoneId ?? microphones[0]?.id ?? ''}
        disabled={microphones.length === 0}
        onChange={(event) => void broadcast.chooseMicrophone(event.currentTarget.value)}
      />
    </Group>
  )
}

const meterMs = 100
const silentAfterMs = 4_000
const audible = 0.01

/** A bar that moves with the voice; silence that lasts is said in words, before the viewers say it. */
function Loudness({ state }: { state: BroadcastState }) {
  const { t } = useLingui()
  const bar = useRef<HTMLSpanElement>(null)
  const [isSilent, setSilent] = useState(false)
  useEffect(() => {
    let heardMs = performance.now()
    const timer = setInterval(() => {
      const level = broadcast.level()
      if (level > audible) heardMs = performance.now()
      bar.current?.style.setProperty('transform', `scaleX(${Math.sqrt(level).toFixed(3)})`)
      setSilent(performance.now() - heardMs > silentAfterMs)
    }, meterMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="sm"
          variant={state.isMuted ? 'filled' : 'default'}
          color="red"
          px={10}
          aria-pressed={state.isMuted}
          aria-label={state.isMuted ? t`Unmute the microphone` : t`Mute the microphone`}
          onClick={() => broadcast.mute(!state.isMuted)}
        >
          {state.isMuted ? <MicOff size={16} aria-hidden="true" /> : <Mic size={16} aria-hidden="true" />}
        </Button>
        <span className={css['meter']} data-muted={state.isMuted || undefined} aria-hidden="true">
          <span ref={bar} />
        </span>
      </Group>
      <Text size="xs" mt={4} role="status">
        {state.isMuted ? (
          <Trans>Muted: viewers hear nothing.</Trans>
        ) : !state.hasMicrophone ? (
          <Trans>No microphone: viewers will hear nothing. Plug one in or allow it beside the address.</Trans>
        ) : isSilent ? (
          <Trans>Nothing is heard. Is this the right microphone, and is it switched on?</Trans>
        ) : null}
      </Text>
    </div>
  )
}

function BeautyChoice({ state }: { state: BroadcastState }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div>
      <Button
        size="xs"
        variant="subtle"
        leftSection={<Sparkles size={14} aria-hidden="true" />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Trans>How you look</Trans>
      </Button>
      <Collapse expanded={isOpen}>
        <BeautyPanel
          settings={state.beauty}
          onChange={broadcast.applyBeauty}
          state={state.beautyState}
          onTurnUp={() => broadcast.turnBeautyUp()}
        />
      </Collapse>
    </div>
  )
}

function Sending(of: Sent & { state: BroadcastState }) {
  const { stream, state } = of
  const sending = state.sending?.sessionId === stream.id ? state.sending.state : null
  const isForeign = stream.isPublishing && sending === null
  const send = useMutation({
    // The key is shown once: a page that does not have it makes a new one, and whoever had the old one is cut off.
    mutationFn: async () => {
      if (of.ingest !== null && !isForeign) return of.ingest
      const ingest = await of.makeKey()
      of.onIngest(ingest)
      return ingest
    },
    onSuccess: (ingest) => broadcast.send({ sessionId: stream.id, key: ingest.streamKey }),
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const isOver = sending === null || sending.phase === 'refused'
  return (
    <Stack gap="xs">
      {sending !== null && <Words of={sending} />}
      {isOver ? (
        <>
          {isForeign && (
            <Text size="xs">
              <Trans>Another encoder is sending to this room. If you go on, it is cut off and needs the new key.</Trans>
            </Text>
          )}
          <Button
            loading={send.isPending || !state.isReady}
            leftSection={<Radio size={16} aria-hidden="true" />}
            onClick={() => send.mutate()}
          >
            {isForeign ? <Trans>Take over from the encoder</Trans> : <Trans>Send this picture</Trans>}
          </Button>
        </>
      ) : (
        <Button
          variant="default"
          leftSection={<Square size={16} aria-hidden="true" />}
          onClick={() => broadcast.stopSending()}
        >
          <Trans>Stop sending</Trans>
        </Button>
      )}
      <Button size="xs" variant="subtle" color="gray" onClick={() => broadcast.turnOff()}>
        <Trans>Turn the camera off</Trans>
      </Button>
    </Stack>
  )
}

function Words({ of }: { of: PublishState }) {
  if (of.phase === 'refused') {
    return (
      <Alert color="red" p="xs" role="alert">
        <Text size="sm">
          <Refusal reason={of.reason} />
        </Text>
      </Alert>
    )
  }
  return (
    <Text size="sm" role="status">
      {of.phase === 'connecting' && <Trans>Connecting…</Trans>}
      {of.phase === 'lost' && <Trans>The line was lost. Trying again; viewers see a waiting card meanwhile.</Trans>}
      {of.phase === 'sending' && of.way === 'webrtc' && <Trans>Your picture arrives.</Trans>}
      {of.phase === 'sending' && of.way === 'websocket' && (
        <Trans>
          Your picture arrives. This network lets no direct connection through, so it goes a longer way, about a second
          later.
        </Trans>
      )}
    </Text>
  )
}

function Refusal({ reason }: { reason: Extract<PublishState, { phase: 'refused' }>['reason'] }) {
  switch (reason) {
    case 'bad_key':
      return <Trans>A newer stream key was made elsewhere. Send again to make one for this browser.</Trans>
    case 'banned':
      return <Trans>You may not broadcast now. The violations page says why.</Trans>
    case 'no_session':
      return <Trans>This session is over. Open a new one.</Trans>
    case 'busy':
      return <Trans>Another encoder is sending with this key. Stop it first, or make a new key.</Trans>
    case 'browser_unsupported':
      return <Trans>This browser cannot send pictures from here. Use a current Chrome or Edge, or an encoder.</Trans>
    case 'codec_unsupported':
      return <Trans>This browser has no H.264 encoder. Use a current Chrome, Edge or Safari, or an encoder.</Trans>
    default:
      return <Trans>The server takes no picture right now. Try again in a moment.</Trans>
  }
}

function Trouble({ trouble }: { trouble: DeviceTrouble }) {
  return (
    <Alert color="orange" p="xs" role="alert">
      <Text size="sm">
        {trouble === 'insecure' && (
          <Trans>Browsers give the camera to secure pages only. Open the studio by https, or on this machine.</Trans>
        )}
        {trouble === 'denied' && (
          <Trans>The browser keeps the camera from this page. Allow it beside the address, then try again.</Trans>
        )}
        {trouble === 'no_camera' && <Trans>No camera was found. Plug one in, then try again.</Trans>}
        {trouble === 'in_use' && <Trans>Something else uses the camera. Close it there, then try again.</Trans>}
      </Text>
    </Alert>
  )
}
