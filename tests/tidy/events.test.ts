/** Every event has somebody who tells it and somebody who hears it. */
import ts from 'typescript'
import { expect, test } from 'vitest'
import { forTests, house, type SourceFile, walk } from './house.ts'

const declaring = /^server\/events\/.*\.ts$/
const listening = 'server/app/reactions.ts'
const telling = /^server\/(?!events\/).*\.ts$/

/** `{ name: 'orders.paid'; … }` in the types of `server/events`. */
function declared(files: SourceFile[]): string[] {
  const names: string[] = []
  for (const file of files.filter(({ path }) => declaring.test(path) && !forTests.test(path))) {
    walk(file, (node) => {
      if (!ts.isPropertySignature(node) || node.name.getText() !== 'name' || node.type === undefined) return
      if (ts.isLiteralTypeNode(node.type) && ts.isStringLiteral(node.type.literal)) names.push(node.type.literal.text)
    })
  }
  return names
}

/** Names that stand in a call of `emit`, in whatever shape: `emit({ name: a ? 'x' : 'y' })`, `emit(eventOf(…))`. */
function told(files: SourceFile[]): Set<string> {
  const names = new Set<string>()
  for (const file of files.filter(({ path }) => telling.test(path) && path !== listening && !forTests.test(path))) {
    if (!file.text.includes('emit(')) continue
    const inFile: string[] = []
    let isMadeElsewhere = false
    walk(file, (node) => {
      if (ts.isPropertyAssignment(node) && node.name.getText() === 'name') {
        const named = [...node.initializer.getText().matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '')
        inFile.push(...named)
        const call = node.parent.parent
        if (ts.isCallExpression(call) && isEmit(call)) for (const name of named) names.add(name)
      }
      if (ts.isCallExpression(node) && isEmit(node)) {
        const event = node.arguments[0]
        if (event !== undefined && !ts.isObjectLiteralExpression(event)) isMadeElsewhere = true
      }
    })
    // An event that got a variable of its own before it was told: any name in the file may be it.
    if (isMadeElsewhere) for (const name of inFile) names.add(name)
  }
  return names
}

function isEmit(call: ts.CallExpression): boolean {
  return /(^|\.)emit$/.test(call.expression.getText())
}

/** Keys of the map of reactions that have at least one reaction. */
function heard(files: SourceFile[]): Set<string> {
  const names = new Set<string>()
  for (const file of files.filter(({ path }) => path === listening)) {
    walk(file, (node) => {
      if (!ts.isPropertyAssignment(node) || !ts.isStringLiteral(node.name)) return
      const isEmpty = ts.isArrayLiteralExpression(node.initializer) && node.initializer.elements.length === 0
      if (!isEmpty) names.add(node.name.text)
    })
  }
  return names
}

function complaints(files: SourceFile[]): string[] {
  const producers = told(files)
  const reactions = heard(files)
  return declared(files).flatMap((name) => [
    ...(producers.has(name) ? [] : [`${name} is told by nobody: no emit({ name: '${name}' …`]),
    ...(reactions.has(name) ? [] : [`${name} is heard by nobody: it has no reaction in ${listening}`]),
  ])
}

test('every event has a producer and a reaction', () => {
  expect(declared(house()).length).toBeGreaterThan(0)
  expect(complaints(house())).toEqual([])
})

test('an event that nobody tells or hears is reported', () => {
  const events = {
    path: 'server/events/trade.ts',
    text: "export type TradeEvent = { name: 'orders.paid'; orders: { name: string }[] } | { name: 'order.lost' }",
  }
  const producer = { path: 'server/trade/orders/a.ts', text: "tx.emit({ name: 'orders.paid', orders })" }
  const reactions = { path: listening, text: "export const reactions = { 'orders.paid': [count], 'order.lost': [] }" }
  expect(complaints([events, producer, reactions])).toEqual([
    "order.lost is told by nobody: no emit({ name: 'order.lost' …",
    `order.lost is heard by nobody: it has no reaction in ${listening}`,
  ])
  expect(complaints([events])).toHaveLength(4)
  // Told in a test only is not told.
  expect(complaints([events, { ...producer, path: 'server/trade/orders/a.test.ts' }, reactions])).toHaveLength(3)
})
