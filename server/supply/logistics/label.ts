/** The paper on the parcel: 100 x 150 mm, the waybill as Code 128, the address in Chinese. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import bwip from 'bwip-js/node'
import PDFDocument from 'pdfkit'
import { assert } from '#platform/outcome'
import { hubOf } from './regions.ts'

export interface Label {
  waybill: string
  carrierName: string
  recipient: string
  phone: string
  province: string
  city: string
  district: string
  street: string
  senderName: string
  senderAddress: string
  parcelNumber: string
  orderNumber: string
  weightGrams: number
  units: number
  printedAt: string
}

const pointsPerMm = 72 / 25.4
const mm = (millimetres: number) => millimetres * pointsPerMm
const width = mm(100)
const height = mm(150)
const margin = mm(5)
const inner = width - 2 * margin
/** A label that cannot be scanned at arm's length is none: bars are at least this wide. */
const barWidthMinMm = 0.33

export async function renderLabel(label: Label): Promise<Buffer> {
  const fonts = await labelFonts()
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    info: { Title: `${label.parcelNumber} ${label.waybill}` },
  })
  document.registerFont('regular', fonts.regular)
  document.registerFont('bold', fonts.bold)
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve)
    document.on('error', reject)
  })

  const line = (y: number) =>
    document
      .moveTo(margin, y)
      .lineTo(width - margin, y)
      .lineWidth(0.8)
      .stroke()
  document
    .font('bold')
    .fontSize(15)
    .text(label.carrierName, margin, mm(6), { width: inner * 0.6, lineBreak: false })
  document
    .font('regular')
    .fontSize(9)
    .text(label.printedAt, margin, mm(7.5), { width: inner, align: 'right', lineBreak: false })
  line(mm(14))

  // What sorters look for: the hub in large letters.
  document
    .font('bold')
    .fontSize(26)
    .text(hubOf(label.province).zh, margin, mm(16), { width: inner, align: 'center', lineBreak: false })
  line(mm(28))

  drawBarcode(document, label.waybill, { top: mm(31), height: mm(22) })
  document
    .font('bold')
    .fontSize(14)
    .text(spaced(label.waybill), margin, mm(54.5), { width: inner, align: 'center', lineBreak: false })
  line(mm(62))

  const field = (title: string, y: number) =>
    document
      .font('bold')
      .fontSize(11)
      .text(title, margin, y, { width: mm(10), align: 'center', lineBreak: false })
  field('收', mm(66))
  document
    .font('bold')
    .fontSize(16)
    .text(`${label.recipient}  ${maskedPhone(label.phone)}`, margin + mm(12), mm(64.5), {
      width: inner - mm(12),
      height: mm(8),
      ellipsis: true,
    })
  document
    .font('bold')
    .fontSize(13)
    .text(`${label.province}${label.city}${label.district}`, margin + mm(12), mm(73), {
      width: inner - mm(12),
      height: mm(7),
      ellipsis: true,
    })
  // An address is never cut: a long one is set smaller.
  const street = { width: inner - mm(12), height: mm(19) }
  const fits = (points: number) => document.fontSize(points).heightOfString(label.street, street) <= street.height
  document.font('regular')
  document.fontSize([13, 11, 9.5, 8, 6.5].find(fits) ?? 5.5).text(label.street, margin + mm(12), mm(80), { ...street })
  line(mm(100))

  field('寄', mm(103))
  document
    .font('regular')
    .fontSize(10)
    .text(label.senderName, margin + mm(12), mm(102.5), { width: inner - mm(12), height: mm(6), ellipsis: true })
  document
    .font('regular')
    .fontSize(9)
    .text(label.senderAddress, margin + mm(12), mm(108), { width: inner - mm(12), height: mm(10), ellipsis: true })
  line(mm(119))

  const rows: readonly [string, string][] = [
    ['包裹号 Parcel', label.parcelNumber],
    ['订单号 Order', label.orderNumber],
    ['重量 Weight', `${(label.weightGrams / 1_000).toFixed(2)} kg`],
    ['件数 Units', String(label.units)],
  ]
  rows.forEach(([title, value], index) => {
    const x = margin + (index % 2) * (inner / 2)
    const y = mm(122) + Math.floor(index / 2) * mm(11)
    document
      .font('regular')
      .fontSize(7.5)
      .text(title, x, y, { width: inner / 2, lineBreak: false })
    document
      .font('bold')
      .fontSize(11)
      .text(value, x, y + mm(3.6), { width: inner / 2, lineBreak: false })
  })
  document.end()
  await ended
  return Buffer.concat(chunks)
}

/** Bars as rectangles, not as a picture: they stay sharp on any printer. */
function drawBarcode(document: PDFKit.PDFDocument, text: string, at: { top: number; height: number }): void {
  const [symbol] = bwip.raw({ bcid: 'code128', text }) as unknown as { sbs: number[] }[]
  assert(symbol, 'a waybill can be written as Code 128')
  const modules = symbol.sbs.reduce((sum, one) => sum + one, 0)
  // Ten empty modules on either side, or a scanner does not find the beginning.
  const module = inner / (modules + 20)
  assert(module >= mm(barWidthMinMm), 'the bars of a waybill are wide enough to be scanned')
  let x = margin + 10 * module
  symbol.sbs.forEach((widthInModules, index) => {
    if (index % 2 === 0) document.rect(x, at.top, widthInModules * module, at.height)
    x += widthInModules * module
  })
  document.fill('black')
}

function spaced(waybill: string): string {
  return waybill.replace(/(.{4})(?=.)/g, '$1 ')
}

/** The courier calls through the platform; the paper shows no number that others could use. */
function maskedPhone(phone: string): string {
  const national = phone.replace(/^\+86/, '')
  return national.length < 7 ? national : `${national.slice(0, 3)}****${national.slice(-4)}`
}

let loaded: Promise<{ regular: Buffer; bold: Buffer }> | undefined

/** Read once: each file has thousands of characters and some megabytes; a label embeds only those it shows. */
function labelFonts(): Promise<{ regular: Buffer; bold: Buffer }> {
  loaded ??= (async () => {
    const folder = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')), '..', 'fonts')
    const [regular, bold] = await Promise.all(
      ['Regular', 'Bold'].map((weight) => readFile(join(folder, `NotoSansHans-${weight}.otf`))),
    )
    assert(regular && bold, 'both weights of the font are there')
    return { regular, bold }
  })()
  return loaded
}
