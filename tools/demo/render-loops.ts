/**
 * Makes the three looping live streams in `loops/`: a friendly host in a small studio, drawn frame by frame in a
 * browser's canvas, with music of our own. Their files are committed; this needs to run only when the drawing changes.
 *
 *   node tools/demo/render-loops.ts [beauty|kitchen|fashion] [--still SECONDS]
 *
 * It wants Chromium (or CHROMIUM=path) and ffmpeg on the machine. The product itself needs neither.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { darker, lighter, mix } from './colour.ts'
import { type DemoCreator, demoCreators, type RoomLoop } from './creators.ts'
import { synthesise, type Tune } from './loop-music.ts'
import { loopPath } from './loops.ts'
import { assetPath, renderStudio, wallOf } from './pictures.ts'
import { type PortraitLayer, portraitLayer, portraitPaints } from './portrait.ts'

const seconds = 20
const framesPerSecond = 30
const loopBytesMax = 900 * 1024

type LoopPlan = { host: string; goods: readonly string[]; apron?: string; tune: Tune }

const plans: Record<RoomLoop, LoopPlan> = {
  beauty: {
    host: 'mianmian.beauty',
    goods: ['1f484', '1f9f4', '1fa9e', '1f9fc'],
    tune: {
      chords: [
        [53, 60, 64, 69],
        [52, 59, 62, 67],
        [50, 57, 60, 65],
        [48, 55, 59, 64],
      ],
      melody: [76, null, 72, null, 74, 71, null, null, 72, null, 69, null, 67, null, null, null],
      swing: 0.08,
    },
  },
  kitchen: {
    host: 'laozhou.kitchen',
    goods: ['1f373', '1fad6', '1f9fa', '23f0'],
    apron: '#f6e7c8',
    tune: {
      chords: [
        [50, 57, 60, 65],
        [55, 62, 65, 71],
        [48, 55, 59, 64],
        [57, 60, 64, 67],
      ],
      melody: [69, null, 72, 74, null, null, 71, null, 67, null, 71, 72, null, null, 69, null],
      swing: 0.12,
    },
  },
  fashion: {
    host: 'su.wears',
    goods: ['1f457', '1f45c', '1f9e3', '1f452'],
    tune: {
      chords: [
        [51, 58, 62, 67],
        [48, 55, 58, 63],
        [56, 60, 63, 67],
        [58, 62, 65, 68],
      ],
      melody: [79, null, null, 77, 75, null, 74, null, 72, null, null, 75, 77, null, null, null],
      swing: 0.1,
    },
  },
}

/** How the frames are kept until the size is right. */
const recorderFlags = [
  ...['-f', 'image2pipe', '-framerate', `${framesPerSecond}`, '-c:v', 'mjpeg', '-i', '-'],
  ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv', '-pix_fmt', 'yuv420p'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '8'],
]

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { still: { type: 'string' } },
})
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
try {
  const names = Object.keys(plans) as RoomLoop[]
  for (const name of names.filter((one) => positionals.length === 0 || positionals.includes(one))) {
    const page = await browser.newPage({ viewport: { width: 720, height: 1280 } })
    await setUp(page, plans[name])
    if (flags.still === undefined) await film(page, name)
    else for (const at of flags.still.split(',')) await still(page, name, Number(at))
    await page.close()
  }
} finally {
  await browser.close()
}

async function setUp(page: Page, plan: LoopPlan): Promise<void> {
  const host = demoCreators.find((creator) => creator.handle === plan.host)
  if (host === undefined) throw new Error(`no creator is called ${plan.host}`)
  await page.addScriptTag({ path: join(import.meta.dirname, 'loop-stage.js') })
  await callIn(page, 'setUp', await sceneOf(host, plan))
}

async function sceneOf(host: DemoCreator, plan: LoopPlan) {
  const { avatar } = host
  const wall = wallOf(host)
  const picture = async (asset: string) => dataUrl('image/webp', await readFile(assetPath(asset)))
  const layer = (name: PortraitLayer) => {
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="860" viewBox="0 0 400 430">${portraitPaints(avatar)}${portraitLayer(avatar, name)}</svg>`
    return dataUrl('image/svg+xml', Buffer.from(drawing))
  }
  return {
    studio: dataUrl('image/png', await renderStudio(host)),
    layers: { backHair: layer('backHair'), torso: layer('torso'), head: layer('head'), frontHair: layer('frontHair') },
    goods: await Promise.all(plan.goods.map(picture)),
    plant: await picture('1fab4'),
    apron: plan.apron ?? null,
    hair: avatar.hair,
    lips: mix(avatar.skin, '#a8323f', 0.75),
    skin: avatar.skin,
    skinShade: mix(avatar.skin, '#b9613f', 0.22),
    cloth: [lighter(avatar.top, 0.1), darker(avatar.top, 0.1)],
    cuff: lighter(avatar.top, 0.3),
    shadow: `${darker(wall, 0.75)}66`,
    shadowSoft: `${darker(wall, 0.75)}30`,
    table: [lighter(wall, 0.62), mix(wall, '#ffe9d2', 0.35)],
    tray: [lighter(wall, 0.82), mix(wall, '#ffffff', 0.3)],
  }
}

async function film(page: Page, name: RoomLoop): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hawker-loop-'))
  try {
    const sound = join(folder, 'music.wav')
    await writeFile(sound, synthesise(plans[name].tune))
    const master = join(folder, 'master.mkv')
    const recorder = ffmpeg([...recorderFlags, master])
    const frames = seconds * framesPerSecond
    for (let frame = 0; frame < frames; frame += 1) {
      if (!recorder.stdin.write(await drawnAt(page, frame / frames))) await once(recorder.stdin, 'drain')
    }
    recorder.stdin.end()
    await finished(recorder)

    const target = loopPath(name)
    for (const crf of [31, 33, 34, 35, 36]) {
      await finished(ffmpeg(['-i', master, '-i', sound, ...encoderFlags(crf), target]))
      const { size } = await stat(target)
      console.log(`${name}: ${Math.round(size / 1024)} KB at crf ${crf}`)
      if (size <= loopBytesMax) return
    }
    throw new Error(`${name} does not fit into ${loopBytesMax} bytes: calm the motion`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function ffmpeg(flags: readonly string[]) {
  return spawn('ffmpeg', ['-y', '-loglevel', 'error', ...flags], { stdio: ['pipe', 'inherit', 'inherit'] })
}

async function finished(child: ReturnType<typeof ffmpeg>): Promise<void> {
  const code = child.exitCode ?? (await once(child, 'close'))[0]
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`)
}

/** What every player and our remuxer take: main profile, no B-frames, a keyframe each second, AAC stereo. */
function encoderFlags(crf: number): string[] {
  return [
    ...['-map', '0:v', '-map', '1:a', '-t', `${seconds}`],
    ...['-c:v', 'libx264', '-profile:v', 'main', '-preset', 'slow', '-crf', `${crf}`, '-pix_fmt', 'yuv420p'],
    ...[
      '-x264-params',
      'bframes=0:keyint=30:min-keyint=30:scenecut=0:ref=3:aq-mode=1:aq-strength=0.6:psy-rd=0.3,0:ipratio=1.2:deblock=1,1',
    ],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    ...['-c:a', 'aac', '-b:a', '40k', '-ar', '44100', '-ac', '2', '-f', 'flv'],
  ]
}

async function still(page: Page, name: RoomLoop, at: number): Promise<void> {
  const file = join(tmpdir(), `hawker-${name}-${at}.jpg`)
  await writeFile(file, await drawnAt(page, at / seconds))
  console.log(file)
}

async function drawnAt(page: Page, share: number): Promise<Buffer> {
  const url = await callIn(page, 'drawFrame', share)
  return Buffer.from(String(url).slice('data:image/jpeg;base64,'.length), 'base64')
}

/** The drawing functions live in the page; here they are known by name only. */
function callIn(page: Page, name: 'setUp' | 'drawFrame', argument: unknown): Promise<unknown> {
  return page.evaluate(`globalThis.${name}(${JSON.stringify(argument)})`)
}

function dataUrl(type: string, bytes: Buffer): string {
  return `data:${type};base64,${bytes.toString('base64')}`
}
