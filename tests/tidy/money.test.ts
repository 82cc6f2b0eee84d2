/** Arithmetic on money that could round stands in `contract/money.ts` alone. */
import ts from 'typescript'
import { forTests, habit, type SourceFile, walk } from './house.ts'

const operators = new Set([
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.SlashEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
])
const isMoney = /(^|\.|\?\.)(\w*Minor|minor)$/
const roundings = /^Math\.(round|floor|ceil|trunc)$/

/** `(line.payMinor as number)!` is still money; so are `Number(payMinor)` and `BigInt(payMinor)`. */
function isMoneyExpression(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)) {
    return isMoneyExpression(node.expression)
  }
  if (ts.isPrefixUnaryExpression(node)) return isMoneyExpression(node.operand)
  if (ts.isCallExpression(node) && /^(Number|BigInt)$/.test(node.expression.getText())) {
    return node.arguments.some(isMoneyExpression)
  }
  if (ts.isBinaryExpression(node)) return isMoneyExpression(node.left) || isMoneyExpression(node.right)
  return isMoney.test(node.getText())
}

function complains(file: SourceFile): string[] {
  if (!/[Mm]inor/.test(file.text)) return []
  const found: string[] = []
  walk(file, (node, line) => {
    if (ts.isBinaryExpression(node) && operators.has(node.operatorToken.kind)) {
      if (isMoneyExpression(node.left) || isMoneyExpression(node.right)) found.push(`line ${line}: ${node.getText()}`)
    }
    if (
      ts.isCallExpression(node) &&
      roundings.test(node.expression.getText()) &&
      node.arguments.some(isMoneyExpression)
    ) {
      found.push(`line ${line}: ${node.getText()}`)
    }
  })
  return found
}

const at = 'server/trade/orders/order.ts'
habit('money is multiplied, divided and rounded in contract/money.ts alone', {
  reads: /^(server|contract|web)\/.*\.tsx?$/,
  except: new RegExp(`${forTests.source}|^contract/money\\.ts$`),
  complains,
  canaries: [
    { path: at, text: 'export const a = payMinor / 2' },
    { path: at, text: 'export const a = rate * line.payMinor' },
    { path: at, text: 'export const a = (line?.payMinor ?? 0) * 2' },
    { path: at, text: 'export const a = (a.payMinor - b.payMinor) / 2' },
    { path: at, text: 'export const a = Number(payMinor) / 100' },
    { path: at, text: 'let a = 1; payMinor *= 2' },
    { path: at, text: 'export const a = Math.round(payMinor)' },
    { path: 'web/kit/price.tsx', text: 'export const A = () => <b>{price.minor / 100}</b>' },
  ],
  allows: [
    { path: at, text: 'export const a = payMinor + feeMinor // payMinor / 2' },
    { path: at, text: 'export const a = units * 2 + payMinor' },
    { path: 'contract/money.ts', text: 'export const a = payMinor / 2' },
  ],
})
