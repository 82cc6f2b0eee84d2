/** Hubs by region: where parcels of a province change trucks. */
type Words = { en: string; zh: string }

const hubs: readonly { hub: Words; provinces: readonly string[] }[] = [
  { hub: { en: 'the Hangzhou hub', zh: '杭州转运中心' }, provinces: ['浙江省', '福建省', '江西省'] },
  { hub: { en: 'the Shanghai hub', zh: '上海转运中心' }, provinces: ['上海市', '江苏省', '安徽省'] },
  {
    hub: { en: 'the Beijing hub', zh: '北京转运中心' },
    provinces: ['北京市', '天津市', '河北省', '山西省', '内蒙古自治区'],
  },
  { hub: { en: 'the Jinan hub', zh: '济南转运中心' }, provinces: ['山东省', '河南省'] },
  { hub: { en: 'the Shenyang hub', zh: '沈阳转运中心' }, provinces: ['辽宁省', '吉林省', '黑龙江省'] },
  {
    hub: { en: 'the Guangzhou hub', zh: '广州转运中心' },
    provinces: ['广东省', '广西壮族自治区', '海南省', '香港特别行政区', '澳门特别行政区'],
  },
  { hub: { en: 'the Wuhan hub', zh: '武汉转运中心' }, provinces: ['湖北省', '湖南省'] },
  {
    hub: { en: 'the Chengdu hub', zh: '成都转运中心' },
    provinces: ['四川省', '重庆市', '贵州省', '云南省', '西藏自治区'],
  },
  {
    hub: { en: "the Xi'an hub", zh: '西安转运中心' },
    provinces: ['陕西省', '甘肃省', '青海省', '宁夏回族自治区', '新疆维吾尔自治区'],
  },
]

export function hubOf(province: string): Words {
  const known = hubs.find(({ provinces }) => provinces.includes(province))
  return known?.hub ?? { en: `the hub of ${province}`, zh: `${province}转运中心` }
}
