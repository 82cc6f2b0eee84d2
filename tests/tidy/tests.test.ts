/** Tests say something: each file asserts, none runs alone, and what is skipped says why. */
import ts from 'typescript'
import { aTest, habit, type SourceFile, walk } from './house.ts'

const at = 'server/trade/orders/order.test.ts'
const says = /\b(expect|assert|expectTypeOf)\b|\bassert\.|\bfc\.assert\b|\bhabit\(/

habit('every test file asserts something', {
  reads: aTest,
  complains: ({ text }) => (says.test(text) ? [] : ['asserts nothing']),
  canaries: [{ path: at, text: "test('is there', () => {})" }],
  allows: [{ path: at, text: "test('is true', () => expect(1).toBe(1))" }],
})

const isTestOrGroup = /^(test|it|describe|suite)\b/

function complainsOfOnly(file: SourceFile): string[] {
  const found: string[] = []
  walk(file, (node, line) => {
    if (!ts.isPropertyAccessExpression(node) || !isTestOrGroup.test(node.getText())) return
    if (node.name.text === 'only') found.push(`line ${line}: .only would silence every other test`)
  })
  return found
}

function complainsOfSkips(file: SourceFile): string[] {
  const found: string[] = []
  walk(file, (node, line) => {
    if (ts.isIdentifier(node) && /^(xit|xtest|xdescribe)$/.test(node.text)) found.push(`line ${line}: ${node.text}`)
    if (!ts.isPropertyAccessExpression(node)) return
    const name = node.name.text
    if (isTestOrGroup.test(node.getText()) && /^(skip|skipIf|runIf|todo)$/.test(name)) {
      found.push(`line ${line}: .${name} cannot say why; call context.skip('reason') in the test`)
    } else if (name === 'skip' && ts.isCallExpression(node.parent) && node.parent.expression === node) {
      const gives = node.parent.arguments.some(isAReason)
      if (!gives) found.push(`line ${line}: skip() without a reason`)
    }
  })
  return found
}

/** A text, or a name that may hold one; a bare condition is no reason. */
function isAReason(argument: ts.Expression): boolean {
  if (ts.isStringLiteral(argument)) return argument.text.trim().length > 0
  return (
    ts.isTemplateLiteral(argument) ||
    ts.isIdentifier(argument) ||
    ts.isPropertyAccessExpression(argument) ||
    ts.isConditionalExpression(argument)
  )
}

habit('no test runs alone', {
  reads: aTest,
  complains: complainsOfOnly,
  canaries: [
    { path: at, text: "test.only('a', () => {})" },
    { path: at, text: "describe.only('a', () => {})" },
    { path: at, text: "test.concurrent.only('a', () => {})" },
  ],
  allows: [{ path: at, text: "// test.only is for the desk\ntest('a', () => expect(rights.only).toBe(1))" }],
})

habit('what is skipped says why', {
  reads: aTest,
  complains: complainsOfSkips,
  canaries: [
    { path: at, text: "test.skip('a', () => {})" },
    { path: at, text: "test.skipIf(noFfmpeg)('a', () => {})" },
    { path: at, text: "describe.runIf(ffmpeg)('a', () => {})" },
    { path: at, text: "test.todo('a')" },
    { path: at, text: "xtest('a', () => {})" },
    { path: at, text: "test('a', (context) => context.skip())" },
    { path: at, text: "test('a', (context) => context.skip(''))" },
  ],
  allows: [
    { path: at, text: "test('a', (context) => context.skip('there is no ffmpeg'))" },
    { path: at, text: "test('a', (context) => context.skip(ffmpeg === undefined, 'there is no ffmpeg'))" },
  ],
})
