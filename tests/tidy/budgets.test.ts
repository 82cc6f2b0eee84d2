/** The gate on the bytes of the pages: what is too large is reported, and what is loaded is counted once. */
import { expect, test } from 'vitest'
import { type Manifest, measure } from '../../tools/budgets.ts'

const kb = 1_024
const manifest: Manifest = {
  'index.html': {
    file: 'index.js',
    isEntry: true,
    imports: ['_react.js'],
    dynamicImports: ['buyer/live/room.tsx'],
    css: ['a.css'],
  },
  '_react.js': { file: 'react.js' },
  'buyer/live/room.tsx': { file: 'room.js', imports: ['_react.js', '_socket.js'], css: ['a.css', 'room.css'] },
  '_socket.js': { file: 'socket.js' },
  'screen.html': {
    file: 'screen.js',
    isEntry: true,
    dynamicImports: ['bigscreen/chart.ts', 'bigscreen/locales/en.po'],
  },
  'bigscreen/chart.ts': { file: 'chart.js' },
  'bigscreen/locales/en.po': { file: 'en.js' },
}
const small: Record<string, number> = {
  'index.js': 40,
  'react.js': 68,
  'a.css': 3,
  'room.js': 20,
  'socket.js': 5,
  'room.css': 1,
  'screen.js': 70,
  'chart.js': 214,
  'en.js': 9,
}

function measured(sizes: Record<string, number>) {
  return measure(manifest, (file) => (sizes[file] ?? Number.NaN) * kb)
}

test('the first load is what the entry imports, a route is what it adds', () => {
  const rows = measured(small).map(({ what, javascriptKb, cssKb, isOver }) => ({ what, javascriptKb, cssKb, isOver }))
  expect(rows).toEqual([
    { what: 'buyer, first load', javascriptKb: 108, cssKb: 3, isOver: false },
    { what: 'buyer, live room: buyer/live/room.tsx', javascriptKb: 25, cssKb: 4, isOver: false },
    { what: 'big screen, all of it', javascriptKb: 284, cssKb: 0, isOver: false },
  ])
})

test('a page or a route above its budget is reported', () => {
  const over = (sizes: Record<string, number>) => measured({ ...small, ...sizes }).filter(({ isOver }) => isOver)
  expect(over({ 'react.js': 101 }).map(({ what }) => what)).toEqual(['buyer, first load'])
  expect(over({ 'room.js': 146 }).map(({ what }) => what)).toEqual(['buyer, live room: buyer/live/room.tsx'])
  expect(over({ 'chart.js': 271 }).map(({ what }) => what)).toEqual(['big screen, all of it'])
  expect(over({ 'a.css': 16 })).not.toEqual([])
})

test('pages that were not built are measured as nothing, which the command refuses', () => {
  expect(measure({}, () => 0)).toEqual([])
})
