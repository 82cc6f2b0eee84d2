/** A label is good when a scanner reads it and a courier too. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Label, renderLabel } from './label.ts'

const label: Label = {
  waybill: 'HK123456789018',
  carrierName: '云鹤速运',
  recipient: '欧阳婉清',
  phone: '+8613900001234',
  province: '四川省',
  city: '成都市',
  district: '武侯区',
  street: '人民南路四段甲11号锦绣花园8栋2单元1603室',
  senderName: '杭州仓',
  senderAddress: '浙江省杭州市萧山区集栖路118号6号库',
  parcelNumber: 'P100001',
  orderNumber: '2611220000017',
  weightGrams: 1_340,
  units: 3,
  printedAt: '2026-11-11 09:12',
}

const canDecode = ['pdftoppm', 'zbarimg', 'pdftotext'].every((tool) => spawnSync(tool, ['-h']).error === undefined)

test('it is one page of 100 by 150 millimetres', async () => {
  const pdf = (await renderLabel(label)).toString('latin1')
  expect(pdf.startsWith('%PDF-')).toBe(true)
  expect(pdf).toContain('/MediaBox [0 0 283.46')
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1)
})

test('a scanner reads the waybill, and the address is written out in full', async (context) => {
  if (!canDecode) context.skip('poppler-utils and zbar-tools are not installed: nobody here can look at a PDF')
  const folder = mkdtempSync(join(tmpdir(), 'hawker-label-'))
  try {
    // The longest address that the contract lets through.
    const street = `${label.street}${'请放在门卫处并电话联系我谢谢'.repeat(13)}`.slice(0, 200)
    for (const each of [label, { ...label, street }]) {
      const file = join(folder, 'label.pdf')
      writeFileSync(file, await renderLabel(each))
      // 203 dots an inch is what label printers print.
      execFileSync('pdftoppm', ['-r', '203', '-png', '-singlefile', file, join(folder, 'label')])
      const read = execFileSync('zbarimg', ['--quiet', '--raw', join(folder, 'label.png')], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      expect(read.trim()).toBe(each.waybill)
      const text = execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' }).replace(/\s/g, '')
      for (const words of [
        each.recipient,
        '139****1234',
        '四川省成都市武侯区',
        each.street,
        each.parcelNumber,
        '成都转运中心',
      ]) {
        expect(text).toContain(words)
      }
      expect(text).not.toContain('13900001234')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
