/** The areas are told the time and never roll dice of their own: what they do can be replayed. */
import ts from 'typescript'
import { forTests, habit, inAModule, type SourceFile, walk } from './house.ts'

/**
 * The media engine is a process of its own at the edge to the network: its deadlines are those of sockets, it never sees
 * the business clock, and nothing it decides is replayed. `engine.ts` is the parent that waits for that process to start
 * and to end, `foreign-engine.ts` looks at a server of another maker, `rtmp-publisher.ts` is an encoder made of code that keeps
 * real time. Only these files may set timers.
 */
const engineFiles = [
  'engine',
  'engine-main',
  'foreign-engine',
  'rtc',
  'rtmp-server',
  'rtmp-publisher',
  'live-window',
].map((name) => `server/live/media/${name}.ts`)

const forbidden = new Map(
  Object.entries({
    'Date.now': 'take tx.now or app.clock',
    'Temporal.Now': 'take tx.now or app.clock',
    'Math.random': 'take node:crypto or #platform/ids',
    setTimeout: 'take #platform/jobs or #platform/clock',
    setInterval: 'take #platform/jobs or #platform/clock',
  }),
)

function complains(file: SourceFile): string[] {
  if (!/Date|Temporal\.Now|Math\.random|set(Timeout|Interval)/.test(file.text)) return []
  const found: string[] = []
  walk(file, (node, line) => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date') found.push(`line ${line}: new Date`)
    if (ts.isCallExpression(node) && node.expression.getText() === 'Date') found.push(`line ${line}: Date()`)
    // Its name in an import is as good as its use: `import { setTimeout } from 'node:timers/promises'`.
    const isName = ts.isPropertyAccessExpression(node) || ts.isIdentifier(node)
    const advice = isName ? forbidden.get(node.getText().replace(/^globalThis\./, '')) : undefined
    if (advice !== undefined) found.push(`line ${line}: ${node.getText()}; ${advice}`)
  })
  return found
}

const at = 'server/trade/orders/order.ts'
habit('no module of the areas reads a clock, rolls dice or sets a timer', {
  reads: inAModule,
  except: new RegExp(`${forTests.source}|^(${engineFiles.join('|').replaceAll('.', '\\.')})$`),
  complains,
  canaries: [
    { path: at, text: 'export const now = () => Date.now()' },
    { path: at, text: 'export const now = () => new Date()' },
    { path: at, text: 'export const now = () => Temporal.Now.instant()' },
    { path: at, text: 'export const dice = () => Math.random()' },
    { path: at, text: 'setInterval(() => {}, 1)' },
    { path: at, text: 'globalThis.setTimeout(() => {}, 1)' },
    { path: at, text: "import { setTimeout as wait } from 'node:timers/promises'" },
    { path: 'server/live/media/tickets.ts', text: 'export const now = () => Date.now()' },
  ],
  allows: [
    { path: at, text: "export const toString = 1 // new Date() would be wrong here\nexport const text = 'Date.now()'" },
    { path: 'server/live/media/engine-main.ts', text: 'export const now = () => Date.now()' },
    { path: 'server/trade/orders/order.test.ts', text: 'export const now = () => Date.now()' },
  ],
})
