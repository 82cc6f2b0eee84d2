import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Card, Title } from '@mantine/core'
import { Camera, Eye } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { EmptyState } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import css from './beauty.module.css'
import { BeautyPanel } from './beauty-panel.tsx'
import { type BeautySettings, loadSettings, saveSettings } from './settings.ts'
import { type Beauty, type BeautyState, startBeauty } from './start-beauty.ts'

const camera: MediaStreamConstraints = {
  video: { width: { ideal: 720 }, height: { ideal: 1280 }, frameRate: { ideal: 30 }, facingMode: 'user' },
  audio: false,
}

type Trouble = 'denied' | 'no_camera' | 'in_use'

/** Looks before the broadcast does: the camera, the light, and what the filter makes of them. Nobody else sees it. */
export function MirrorPage() {
  const { t } = useLingui()
  const [settings, setSettings] = useState(loadSettings)
  const [state, setState] = useState<BeautyState | null>(null)
  const [isComparing, setComparing] = useState(false)
  const mirror = useMirror(settings, setState)
  const change = (next: BeautySettings) => {
    setSettings(next)
    saveSettings(next)
    mirror.apply(next)
  }
  const compare = (on: boolean) => {
    setComparing(on)
    mirror.apply(on ? { ...settings, isOn: false } : settings)
  }
  return (
    <Page
      title={t`Mirror`}
      lead={<Trans>Your picture, your light and your beauty settings, before you go live.</Trans>}
    >
      <div className={css['mirror']}>
        <div className={css['picture']}>
          <video ref={mirror.video} muted playsInline aria-label={t`Your picture`} hidden={!mirror.isOn} />
          {mirror.isOn ? (
            <>
              {state?.fps !== null && state !== null && (
                <span className={`${css['fps']} tabular`}>
                  <Trans>{state.fps} a second</Trans>
                </span>
              )}
              <Button
                className={css['compare'] ?? ''}
                variant="white"
                color="dark"
                size="sm"
                leftSection={<Eye size={16} aria-hidden="true" />}
                aria-pressed={isComparing}
                onClick={() => compare(!isComparing)}
              >
                {isComparing ? <Trans>With beauty</Trans> : <Trans>Without</Trans>}
              </Button>
            </>
          ) : (
            <EmptyState icon={<Camera />} title={<Waiting trouble={mirror.trouble} />}>
              <Button loading={mirror.isStarting} onClick={() => void mirror.start()}>
                <Trans>Turn the camera on</Trans>
              </Button>
            </EmptyState>
          )}
        </div>
        <Card withBorder radius="lg" p="lg">
          <Title order={2} size="h4" mb="md">
            <Trans>How you look</Trans>
          </Title>
          <BeautyPanel settings={settings} onChange={change} state={state} onTurnUp={mirror.turnUp} />
        </Card>
      </div>
    </Page>
  )
}

function Waiting({ trouble }: { trouble: Trouble | null }) {
  if (trouble === 'denied')
    return <Trans>The browser keeps the camera from this page. Allow it beside the address, then try again.</Trans>
  if (trouble === 'no_camera') return <Trans>No camera was found. Plug one in, then try again.</Trans>
  if (trouble === 'in_use') return <Trans>Something else uses the camera. Close it there, then try again.</Trans>
  return <Trans>See yourself before others do. Nobody else sees this.</Trans>
}

function useMirror(settings: BeautySettings, onState: (state: BeautyState | null) => void) {
  const video = useRef<HTMLVideoElement>(null)
  const running = useRef<{ source: MediaStream; beauty: Beauty | null } | null>(null)
  const [isOn, setOn] = useState(false)
  const [isStarting, setStarting] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)

  const stop = () => {
    running.current?.beauty?.stop()
    for (const track of running.current?.source.getTracks() ?? []) track.stop()
    running.current = null
  }
  const stopAtEnd = useRef(stop)
  useEffect(() => stopAtEnd.current, [])

  const start = async () => {
    setStarting(true)
    setTrouble(null)
    try {
      const source = await navigator.mediaDevices.getUserMedia(camera)
      const beauty = await startBeauty(source, settings)
      running.current = { source, beauty }
      beauty?.watch(onState)
      const element = video.current
      if (element === null) return stop()
      element.srcObject = beauty?.stream ?? source
      setOn(true)
      await element.play()
    } catch (error) {
      stop()
      setOn(false)
      setTrouble(troubleOf(error))
    } finally {
      setStarting(false)
    }
  }
  return {
    video,
    isOn,
    isStarting,
    trouble,
    start,
    apply: (next: BeautySettings) => running.current?.beauty?.apply(next),
    turnUp: () => running.current?.beauty?.turnUp(),
  }
}

function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  return name === 'NotReadableError' ? 'in_use' : 'no_camera'
}
