import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { Button, toast, wordsOf } from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'

/** For what is sold out: who presses is told when it is back, in the order in which people pressed. */
export function WaitButton({ productId }: { productId: string }) {
  const askWho = useAskWho()
  const [ahead, setAhead] = useState<number | null>(null)
  const wait = async () => {
    if ((await askWho('buy')) === null) return
    try {
      const params = { path: { id: productId } }
      setAhead((await must(api.PUT('/api/v1/products/{id}/waiting', { params, body: { wanted: true } }))).ahead)
    } catch (error) {
      toast(wordsOf(error), 'bad')
    }
  }
  return (
    <Button size="s" look="tinted" disabled={ahead !== null} onClick={() => void wait()}>
      {ahead === null ? <Trans>Tell me</Trans> : <Trans>{ahead} before you</Trans>}
    </Button>
  )
}
