import { expect, test } from 'vitest'
import { type Gift, Problem } from '../../client/index.ts'
import { batchUnitsMax, type Given, startCombo, type Ways } from './give.ts'

const rose: Gift = { id: 'rose', name: { en: 'Rose', zh: '玫瑰' }, picture: 'rose', coins: 1, effect: 'small' }

function desk(answer: (tries: number) => Promise<Given> | Given) {
  const sent: { id: string; units: number; comboId: string }[] = []
  const refused: unknown[] = []
  const given: Given[] = []
  let waiting: (() => void)[] = []
  const ways: Ways = {
    async send(batch) {
      sent.push(batch)
      return answer(sent.length)
    },
    wait: (run) => void waiting.push(run),
    onGiven: (each) => void given.push(each),
    onRefused: (problem) => void refused.push(problem),
  }
  const pass = async () => {
    const runs = waiting
    waiting = []
    for (const run of runs) run()
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
  return { ways, sent, refused, given, pass }
}
const yes = { sent: {}, coins: 1 } as Given

test('taps of a moment are one batch, later ones another of the same combo', async () => {
  const { ways, sent, pass } = desk(() => yes)
  const combo = startCombo(rose, ways)
  for (let tap = 0; tap < 99; tap++) combo.tap(1)
  await pass()
  combo.tap(10)
  await pass()
  expect(sent.map((batch) => batch.units)).toEqual([99, 10])
  expect(new Set(sent.map((batch) => batch.comboId)).size).toBe(1)
  expect(new Set(sent.map((batch) => batch.id)).size).toBe(2)
  expect(combo.units).toBe(109)
})

test('a batch without an answer is sent again under its own id, and what was tapped meanwhile waits its turn', async () => {
  const { ways, sent, given, pass } = desk((tries) => {
    if (tries < 3) throw new TypeError('the line broke')
    return yes
  })
  const combo = startCombo(rose, ways)
  combo.tap(5)
  await pass()
  combo.tap(2)
  await pass()
  await pass()
  await pass()
  expect(sent.map((batch) => batch.units)).toEqual([5, 5, 5, 2])
  expect(new Set(sent.slice(0, 3).map((batch) => batch.id)).size).toBe(1)
  expect(given).toHaveLength(2)
})

test('a no ends the combo: nothing that was tapped after it is sent', async () => {
  const { ways, sent, refused, pass } = desk(() => {
    throw new Problem({ code: 'coins_too_low', status: 402 })
  })
  const combo = startCombo(rose, ways)
  combo.tap(1)
  await pass()
  combo.tap(1)
  await pass()
  expect(sent).toHaveLength(1)
  expect(refused).toHaveLength(1)
})

test('no batch is larger than the server takes', async () => {
  const { ways, sent, pass } = desk(() => yes)
  const combo = startCombo(rose, ways)
  combo.tap(batchUnitsMax)
  combo.tap(7)
  await pass()
  await pass()
  expect(sent.map((batch) => batch.units)).toEqual([batchUnitsMax, 7])
})
