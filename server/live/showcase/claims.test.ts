import { expect, test } from 'vitest'
import { claimIn } from './claims.ts'

test.each([
  ['sold 3', 3, 1],
  ['SOLD #3!', 3, 1],
  ['claim 12 x2', 12, 2],
  ['要3号', 3, 1],
  ['拍3', 3, 1],
  ['买3号2件', 3, 2],
  ['抢 3 号 × 2', 3, 2],
  ['要１２号链接', 12, 1],
  ['下单 100 号', 100, 1],
])('%s', (text, position, units) => expect(claimIn(text)).toEqual({ position, units }))

test.each([
  '1',
  '扣1',
  '666',
  '3号多少钱',
  'sold out?',
  'sold 0',
  'sold 101',
  'buy 3 x0',
  'I want to buy 3',
  '要3号还是4号',
])('%s claims nothing', (text) => expect(claimIn(text)).toBeNull())
