import { expect, test } from 'vitest'
import { serverNowMs } from '../client/clock.ts'
import { dateTime, day } from './time.ts'

const thisYear = new Date(serverNowMs()).getFullYear()

test('a day of this year needs no year, one of another has it', () => {
  expect(day(`${thisYear}-06-15T12:00:00Z`, 'en')).not.toContain(String(thisYear))
  expect(day(`${thisYear + 1}-06-15T12:00:00Z`, 'en')).toContain(String(thisYear + 1))
  expect(dateTime(`${thisYear - 1}-06-15T12:00:00Z`, 'zh-CN')).toContain(String(thisYear - 1))
})
