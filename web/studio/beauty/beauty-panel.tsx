import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, ColorSwatch, Group, SegmentedControl, Slider, Stack, Switch, Text } from '@mantine/core'
import { Check } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import css from './beauty.module.css'
import {
  type BeautySettings,
  type LipColour,
  type LookName,
  lipColours,
  looks,
  type Slider as SliderName,
} from './settings.ts'
import { type BeautyState, hasWebGl2 } from './start-beauty.ts'

/** Five sliders and off. `state` is what the filter says of itself, once there is a picture. */
export function BeautyPanel(of: {
  settings: BeautySettings
  onChange: (settings: BeautySettings) => void
  state: BeautyState | null
  onTurnUp: () => void
}) {
  const { t } = useLingui()
  const { settings, state } = of
  const [canDraw] = useState(hasWebGl2)
  const change = (part: Partial<BeautySettings>) => of.onChange({ ...settings, ...part })
  const isOff = !settings.isOn || !canDraw
  const slider = (name: SliderName, label: string, needsFace = false) => (
    <Amount
      label={label}
      value={settings[name]}
      disabled={isOff || (needsFace && state !== null && state.level !== 'full')}
      onChange={(value) => change({ [name]: value })}
    />
  )
  const lipNames: Record<LipColour, string> = { rose: t`Rose`, brick: t`Brick`, coral: t`Coral`, plum: t`Plum` }
  const lookNames: Record<LookName, string> = { fresh: t`Fresh`, warm: t`Warm`, cool: t`Cool`, film: t`Film` }
  return (
    <Stack gap="md">
      <Switch
        checked={!isOff}
        disabled={!canDraw}
        onChange={(event) => change({ isOn: event.currentTarget.checked })}
        label={t`Beauty`}
        description={
          canDraw
            ? t`Only you can change it. It works on this device; nothing is sent anywhere for it.`
            : t`This browser has no WebGL2, so your picture goes out as your camera gives it. Turn on hardware acceleration, or use a current Chrome, Edge, Firefox or Safari.`
        }
      />
      {state !== null && state.turnedDownAtFps !== null && (
        <Alert color="orange" p="sm">
          <Stack gap="xs">
            <Text size="sm">
              {state.level === 'skin' ? (
                <Trans>
                  Turned down: with all of it this machine managed {state.turnedDownAtFps} pictures a second. Slimming
                  and lipstick rest.
                </Trans>
              ) : (
                <Trans>
                  Turned off: this machine managed {state.turnedDownAtFps} pictures a second. Your picture goes out as
                  it is.
                </Trans>
              )}
            </Text>
            <Button size="compact-sm" variant="default" onClick={of.onTurnUp}>
              <Trans>Try all of it again</Trans>
            </Button>
          </Stack>
        </Alert>
      )}
      {slider('smooth', t`Smooth skin`)}
      {slider('whiten', t`Bright skin`)}
      {slider('slim', t`Slim face`, true)}
      {slider('lips', t`Lipstick`, true)}
      <Group gap="xs" role="radiogroup" aria-label={t`Colour of the lipstick`}>
        {Object.entries(lipColours).map(([name, [red, green, blue]]) => (
          <ColorSwatch
            key={name}
            component="button"
            type="button"
            role="radio"
            aria-checked={settings.lipColour === name}
            aria-label={lipNames[name as LipColour]}
            disabled={isOff}
            size={32}
            color={`rgb(${[red, green, blue].map((part) => Math.round(part * 255)).join(' ')})`}
            className={css['swatch'] ?? ''}
            onClick={() => change({ lipColour: name as LipColour })}
          >
            {settings.lipColour === name && <Check size={16} color="white" aria-hidden="true" />}
          </ColorSwatch>
        ))}
      </Group>
      {slider('look', t`Look`)}
      <SegmentedControl<LookName>
        fullWidth
        aria-label={t`Which look`}
        disabled={isOff}
        value={settings.lookName}
        onChange={(lookName) => change({ lookName })}
        data={(Object.keys(looks) as LookName[]).map((value) => ({ value, label: lookNames[value] }))}
      />
      <FaceWord state={state} isWanted={!isOff && (settings.slim > 0 || settings.lips > 0)} />
    </Stack>
  )
}

function Amount(of: { label: string; value: number; disabled: boolean; onChange: (value: number) => void }) {
  const id = useId()
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={550} id={id} c={of.disabled ? 'dimmed' : undefined}>
          {of.label}
        </Text>
        <Text size="sm" c="dimmed" className="tabular">
          {of.value}
        </Text>
      </Group>
      <Slider
        label={null}
        thumbProps={{ 'aria-labelledby': id }}
        value={of.value}
        disabled={of.disabled}
        onChange={of.onChange}
        min={0}
        max={100}
        step={1}
      />
    </div>
  )
}

/** What the search for a face is at; said politely, because it changes by itself. */
function FaceWord({ state, isWanted }: { state: BeautyState | null; isWanted: boolean }) {
  let word: ReactNode = null
  if (isWanted && state?.level === 'full') {
    if (state.face === 'loading') word = <Trans>Loading what finds your face…</Trans>
    if (state.face === 'looking') word = <Trans>No face in the picture: slimming and lipstick wait.</Trans>
    if (state.face === 'failed')
      word = <Trans>Your face cannot be found on this device: slimming and lipstick rest.</Trans>
  }
  return (
    <Text size="sm" c="dimmed" aria-live="polite" mih="1.4em">
      {word}
    </Text>
  )
}
