import { expect, test } from 'vitest'
import { type Address, addressesMax, becomesDefault, freeSlot } from './address.ts'

const address = (id: string, isDefault: boolean): Address => ({
  id,
  recipient: '林',
  phone: '13800000000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '文三路 1 号',
  isDefault,
})

test('who has addresses has a default', () => {
  expect(becomesDefault({ id: 'a', isDefault: false }, [])).toBe(true)
  expect(becomesDefault({ id: 'a', isDefault: false }, [address('a', true)])).toBe(true)
  expect(becomesDefault({ id: 'b', isDefault: false }, [address('a', true)])).toBe(false)
  expect(becomesDefault({ id: 'b', isDefault: true }, [address('a', true)])).toBe(true)
})

test('there are twenty places, and a place that was left is used again', () => {
  const all = Array.from({ length: addressesMax }, (_, index) => index + 1)
  expect(freeSlot(all)).toBeNull()
  expect(freeSlot(all.filter((slot) => slot !== 7))).toBe(7)
  expect(freeSlot([])).toBe(1)
})
