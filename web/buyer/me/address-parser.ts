/**
 * Takes a Chinese address in one line apart, as people copy it from a chat: name, phone, region and street in any order.
 * What it cannot find stays empty; the reader confirms the rest in the form.
 */
export interface ParsedAddress {
  recipient: string
  phone: string
  province: string
  city: string
  district: string
  street: string
}

const municipalities = ['北京', '上海', '天津', '重庆']
const autonomous: Record<string, string> = {
  内蒙古: '内蒙古自治区',
  广西: '广西壮族自治区',
  西藏: '西藏自治区',
  宁夏: '宁夏回族自治区',
  新疆: '新疆维吾尔自治区',
  香港: '香港特别行政区',
  澳门: '澳门特别行政区',
}
const provinces = [
  '河北',
  '山西',
  '辽宁',
  '吉林',
  '黑龙江',
  '江苏',
  '浙江',
  '安徽',
  '福建',
  '江西',
  '山东',
  '河南',
  '湖北',
  '湖南',
  '广东',
  '海南',
  '四川',
  '贵州',
  '云南',
  '陕西',
  '甘肃',
  '青海',
  '台湾',
]
const labels =
  /(?:收货人|收件人|联系人|姓名|手机号码|手机号|手机|电话|联系电话|所在地区|地区|详细地址|收货地址|地址)\s*[:：]?/g
const phonePattern = /(?:\+?86[-\s]?)?(1[3-9]\d)[-\s]?(\d{4})[-\s]?(\d{4})(?!\d)/
const landlinePattern = /0\d{2,3}-\d{7,8}/

export function parseAddress(line: string): ParsedAddress {
  let text = line.replaceAll(labels, ' ')
  const phone = takePhone(text)
  text = text.replace(phone.found, ' ')
  const parts = text.split(/[\s,，;；、|]+/).filter((part) => part !== '')
  const at = parts.findIndex((part) => provinceOf(part) !== null)
  const isPlace = (part: string) =>
    /(?:省|市|区|县|旗|镇|乡|街道|路|街|巷|村|号|栋|室|楼|自治州)/.test(part) || /\d/.test(part)
  // The name is the short part without words of places, be it before the address or after it.
  const nameAt = parts.findIndex((part, index) => index !== at && part.length <= 8 && !isPlace(part))
  const recipient = nameAt >= 0 ? (parts[nameAt] ?? '') : ''
  const region = splitRegion(parts.filter((_, index) => index !== nameAt).join(''))
  return { recipient, phone: phone.phone, ...region }
}

function takePhone(text: string): { phone: string; found: string } {
  const mobile = phonePattern.exec(text)
  if (mobile) return { phone: `${mobile[1]}${mobile[2]}${mobile[3]}`, found: mobile[0] }
  const landline = landlinePattern.exec(text)?.[0] ?? ''
  return { phone: landline, found: landline }
}

/** The province at the beginning of a text: its full name and how many letters it takes. */
function provinceOf(text: string): { full: string; length: number } | null {
  for (const short of municipalities) {
    if (text.startsWith(short)) return { full: `${short}市`, length: text.startsWith(`${short}市`) ? 3 : 2 }
  }
  for (const [short, full] of Object.entries(autonomous)) {
    if (text.startsWith(full)) return { full, length: full.length }
    if (text.startsWith(short)) return { full, length: text.startsWith(`${short}省`) ? short.length + 1 : short.length }
  }
  for (const short of provinces) {
    if (text.startsWith(short))
      return { full: `${short}省`, length: text.startsWith(`${short}省`) ? short.length + 1 : short.length }
  }
  return null
}

function splitRegion(text: string): Omit<ParsedAddress, 'recipient' | 'phone'> {
  const found = provinceOf(text)
  let rest = found ? text.slice(found.length) : text
  const province = found?.full ?? ''
  const take = (pattern: RegExp): string => {
    const match = pattern.exec(rest)?.[0] ?? ''
    rest = rest.slice(match.length)
    return match
  }
  let city: string
  if (municipalities.some((short) => province === `${short}市`)) {
    // A municipality is its own city; some write it twice.
    if (rest.startsWith(province)) rest = rest.slice(province.length)
    city = province
    take(/^(?:市辖区|县)/)
  } else city = take(/^.{1,10}?(?:自治州|地区|盟|市)/)
  const district = take(/^.{1,9}?(?:自治县|自治旗|新区|区|县|旗|市)/)
  return { province, city, district, street: rest.trim() }
}
