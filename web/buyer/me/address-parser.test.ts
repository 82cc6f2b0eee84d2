import { expect, test } from 'vitest'
import { parseAddress } from './address-parser.ts'

test('a line from a chat falls apart into a name, a phone, a region and a street', () => {
  expect(parseAddress('张三 13800138000 广东省深圳市南山区科技园路 1 号')).toEqual({
    recipient: '张三',
    phone: '13800138000',
    province: '广东省',
    city: '深圳市',
    district: '南山区',
    street: '科技园路1号',
  })
})

test('the order does not matter, nor do labels and signs', () => {
  expect(
    parseAddress('收货地址：浙江省杭州市西湖区文三路西溪里12幢3单元502室，收件人：林若溪，手机号：138-0013-8000'),
  ).toEqual({
    recipient: '林若溪',
    phone: '13800138000',
    province: '浙江省',
    city: '杭州市',
    district: '西湖区',
    street: '文三路西溪里12幢3单元502室',
  })
  expect(parseAddress('+86 139 1234 5678，四川成都市武侯区玉林北巷16号，赵清越')).toMatchObject({
    recipient: '赵清越',
    phone: '13912345678',
    province: '四川省',
    city: '成都市',
    district: '武侯区',
  })
})

test('a municipality is its own city, written once or twice', () => {
  const same = { province: '上海市', city: '上海市', district: '徐汇区', street: '梧桐弄28号601室' }
  expect(parseAddress('陈子墨 13800138001 上海市徐汇区梧桐弄28号601室')).toMatchObject(same)
  expect(parseAddress('陈子墨 13800138001 上海市上海市徐汇区梧桐弄28号601室')).toMatchObject(same)
  expect(parseAddress('上海徐汇区梧桐弄28号601室 陈子墨 13800138001')).toMatchObject(same)
})

test('autonomous regions, prefectures and counties keep their long names', () => {
  expect(parseAddress('买买提 13800138002 新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路 3 号')).toMatchObject({
    province: '新疆维吾尔自治区',
    city: '伊犁哈萨克自治州',
    district: '伊宁市',
    street: '解放路3号',
  })
  expect(parseAddress('杨丽 13800138003 广西桂林市阳朔县西街 20 号')).toMatchObject({
    province: '广西壮族自治区',
    city: '桂林市',
    district: '阳朔县',
    street: '西街20号',
  })
})

test('what is not there stays empty', () => {
  expect(parseAddress('')).toEqual({ recipient: '', phone: '', province: '', city: '', district: '', street: '' })
  expect(parseAddress('13800138000')).toMatchObject({ phone: '13800138000', recipient: '', street: '' })
})
