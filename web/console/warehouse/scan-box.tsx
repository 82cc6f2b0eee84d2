import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Paper, Text, TextInput } from '@mantine/core'
import { OctagonX, ScanBarcode } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { codeOf } from '../../client/index.ts'
import { wordsOf } from '../../kit/index.ts'
import { beep } from './beep.ts'

/** As many scans may wait for their answer; a hand is not faster. */
export const scansWaitingMax = 20

const barcodeShape = /^\d{8,14}$/

/**
 * Takes barcodes from a keyboard-wedge scanner (which types and ends with Enter) or from a keyboard.
 *
 * Scans are sent one after the other. What was wrong stops the work until somebody has said that it was put back: the
 * button for that does not follow Enter, because the scanner's next item would press it unseen.
 */
export function ScanBox({
  onScan,
  sound = beep,
}: {
  /** Resolves with the name of what was taken, rejects with the reason. */
  onScan: (barcode: string) => Promise<string>
  sound?: (kind: 'right' | 'wrong') => void
}) {
  const { t } = useLingui()
  const [typed, setTyped] = useState('')
  const [waiting, setWaiting] = useState(0)
  const [taken, setTaken] = useState('')
  const [wrong, setWrong] = useState<{ barcode: string; reason: string; code: string } | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const putBack = useRef<HTMLButtonElement>(null)
  const queue = useRef<Promise<void>>(Promise.resolve())
  const blocked = useRef(false)
  const inQueue = useRef(0)
  const reasonId = useId()

  useEffect(() => {
    if (wrong === null) input.current?.focus()
    else putBack.current?.focus()
  }, [wrong])

  const stop = (barcode: string, reason: string, code: string) => {
    blocked.current = true
    sound('wrong')
    setWrong({ barcode, reason, code })
  }

  const submit = () => {
    const barcode = typed.trim()
    setTyped('')
    if (barcode === '') return
    if (blocked.current || inQueue.current >= scansWaitingMax) {
      sound('wrong')
      return
    }
    if (!barcodeShape.test(barcode)) {
      stop(barcode, t`This is no barcode: it has 8 to 14 digits.`, 'bad_input')
      return
    }
    inQueue.current++
    setWaiting(inQueue.current)
    queue.current = queue.current.then(async () => {
      try {
        // What was scanned after a wrong item is not taken: nobody knows which of them was put back.
        if (blocked.current) return
        setTaken(await onScan(barcode))
        sound('right')
      } catch (error) {
        stop(barcode, wordsOf(error), codeOf(error))
      } finally {
        inQueue.current--
        setWaiting(inQueue.current)
      }
    })
  }

  const resume = () => {
    blocked.current = false
    setWrong(null)
  }

  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            ref={input}
            style={{ flex: 1 }}
            size="lg"
            label={t`Scan a barcode`}
            leftSection={<ScanBarcode size={22} aria-hidden="true" />}
            inputMode="numeric"
            autoComplete="off"
            enterKeyHint="done"
            maxLength={40}
            value={typed}
            disabled={wrong !== null}
            error={wrong !== null}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" size="lg" variant="default" disabled={wrong !== null}>
            <Trans>Take</Trans>
          </Button>
        </Group>
      </form>
      <Text size="sm" c="dimmed" mt={6} role="status" mih={22}>
        {waiting > 0 ? <Trans>Checking…</Trans> : taken !== '' && wrong === null ? <Trans>Taken: {taken}</Trans> : ''}
      </Text>
      {wrong && (
        <Alert
          role="alertdialog"
          aria-labelledby={reasonId}
          variant="filled"
          color="red"
          mt="xs"
          icon={<OctagonX aria-hidden="true" />}
          data-code={wrong.code}
        >
          <Text id={reasonId} fw={650} size="lg">
            {wrong.reason}
          </Text>
          <Text mb="sm" className="tabular">
            <Trans>Scanned: {wrong.barcode}. Put it back, nothing was changed.</Trans>
          </Text>
          <Button
            ref={putBack}
            color="dark"
            size="md"
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.preventDefault()
              if (event.key === 'Escape') resume()
            }}
            onClick={resume}
          >
            <Trans>I have put it back (Space)</Trans>
          </Button>
        </Alert>
      )}
    </Paper>
  )
}
