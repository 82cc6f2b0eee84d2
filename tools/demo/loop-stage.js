/*
 * The moving part of the looping streams, drawn in the browser's canvas. Every motion is a whole number of waves in one
 * loop, so the last frame leads into the first. Loaded by render-loops.ts, which calls setUp once and drawFrame for each frame.
 */
const width = 720
const height = 1280
const unit = 1.62 // Pixels per unit of the portrait's box.
const tableTop = 948

let scene
let context

globalThis.setUp = async (given) => {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  document.body.append(canvas)
  context = canvas.getContext('2d')
  const load = async (source) => {
    const image = new Image()
    image.src = source
    await image.decode()
    return image
  }
  const layers = {}
  for (const [name, source] of Object.entries(given.layers)) layers[name] = await load(source)
  scene = {
    ...given,
    layers,
    studio: await load(given.studio),
    goods: await Promise.all(given.goods.map(load)),
    plant: await load(given.plant),
  }
}

globalThis.drawFrame = (share) => {
  const time = momentOf(share)
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.drawImage(scene.studio, 0, 0)
  drawFairyLights(share)
  drawPlants()
  drawMotes(share)
  drawHost(time, share)
  drawTable()
  drawTurntable(time, share)
  drawMark()
  return context.canvas.toDataURL('image/jpeg', 0.96)
}

const wave = (share, count, phase = 0) => Math.sin(2 * Math.PI * (share * count + phase))
const clamp = (number, min, max) => Math.min(max, Math.max(min, number))
const ease = (number) => {
  const x = clamp(number, 0, 1)
  return x * x * (3 - 2 * x)
}
const between = (from, to, share) => from + (to - from) * share

/** Which of the goods is the topic, and where in showing it we are. */
function momentOf(share) {
  const topics = scene.goods.length
  const topic = Math.floor(share * topics) % topics
  const within = share * topics - topic
  const raise = ease((within - 0.1) / 0.14) * (1 - ease((within - 0.82) / 0.13))
  const near = ease((within - 0.36) / 0.12) * (1 - ease((within - 0.6) / 0.12))
  const turn = topic + ease((within - 0.86) / 0.14)
  const phrase = clamp((wave(share, 9) + 0.75) * 2.2, 0, 1) * (within < 0.06 ? ease(within / 0.06) : 1)
  const syllable = (0.5 + 0.5 * wave(share, 92)) * (0.62 + 0.38 * wave(share, 31, 0.2))
  return { topic, within, raise, near, turn, mouth: phrase * clamp(syllable, 0, 1) }
}

function drawFairyLights(share) {
  context.lineWidth = 2.5
  context.strokeStyle = 'rgba(255,255,255,0.55)'
  context.beginPath()
  context.moveTo(-10, 66)
  context.bezierCurveTo(180, 190, 320, 150, 380, 96)
  context.bezierCurveTo(460, 160, 600, 190, 730, 60)
  context.stroke()
  const bulbs = [
    [46, 98],
    [112, 132],
    [184, 149],
    [258, 147],
    [326, 127],
    [382, 100],
    [440, 131],
    [508, 148],
    [584, 143],
    [650, 110],
    [700, 78],
  ]
  for (const [index, [x, y]] of bulbs.entries()) {
    const glow = 0.55 + 0.35 * wave(share, 6 + (index % 3) * 2, index * 0.37)
    const halo = context.createRadialGradient(x, y + 8, 1, x, y + 8, 26)
    halo.addColorStop(0, `rgba(255,240,196,${glow})`)
    halo.addColorStop(1, 'rgba(255,240,196,0)')
    context.fillStyle = halo
    context.fillRect(x - 26, y - 18, 52, 52)
    context.fillStyle = `rgba(255,250,232,${0.6 + glow * 0.4})`
    context.beginPath()
    context.ellipse(x, y + 8, 6, 8, 0, 0, 7)
    context.fill()
  }
}

function drawPlants() {
  for (const [x, y, size, side] of [
    [84, tableTop + 22, 210, 1],
    [654, tableTop + 18, 170, -1],
  ]) {
    inside(() => {
      context.translate(x, y)
      context.scale(side, 1)
      context.drawImage(scene.plant, -size / 2, -size, size, size)
    })
  }
}

function drawHost(time, share) {
  const sway = { x: 6 * wave(share, 3), y: 2.5 * wave(share, 5), tilt: 0.024 * wave(share, 3, 0.1) + 0.02 * time.raise }
  const nod = 0.009 * wave(share, 17) * time.mouth
  const origin = { x: width / 2 - 200 * unit + sway.x * 0.4 - 12 * time.raise, y: 330 }
  const head = () => {
    context.translate(origin.x + sway.x * 0.6, origin.y + sway.y + 2.5 * time.mouth * wave(share, 17))
    context.scale(unit, unit)
    context.translate(200, 262)
    context.rotate(sway.tilt + nod)
    context.translate(-200, -262)
  }
  const layer = (name) => context.drawImage(scene.layers[name], 0, 0, 400, 430)

  inside(() => {
    head()
    layer('backHair')
  })
  inside(() => {
    context.translate(origin.x, origin.y)
    context.scale(unit, unit)
    layer('torso')
    drawApron()
  })
  inside(() => {
    head()
    layer('head')
    drawFace(time, share)
    layer('frontHair')
  })

  // The left hand talks along; the right one presents.
  const talk = clamp(0.35 + 0.42 * wave(share, 5, 0.3) + 0.2 * wave(share, 11), 0, 1) * (1 - 0.5 * time.near)
  drawArm({
    side: -1,
    origin,
    hand: { x: 176 + 24 * wave(share, 5), y: 918 - 120 * talk + sway.y },
    open: true,
    tilt: -0.25 - 0.5 * talk,
  })
  const shown = {
    x: between(598, 540, time.near) + 9 * wave(share, 7),
    y: between(1120, between(690, 786, time.near), time.raise) + 6 * wave(share, 9),
  }
  drawArm({ side: 1, origin, hand: { x: shown.x + 12, y: shown.y + 84 + 26 * time.near }, open: false, tilt: 0.2 })
  if (time.raise > 0.02) {
    const size = between(196, 262, time.near)
    drawGoods(scene.goods[time.topic], shown, size, 0.15 * wave(share, 8) - 0.06)
    drawFingers({ x: shown.x + 12, y: shown.y + 84 + 26 * time.near })
  }
}

function drawApron() {
  if (!scene.apron) return
  context.fillStyle = scene.apron
  context.beginPath()
  context.moveTo(150, 318)
  context.quadraticCurveTo(200, 352, 250, 318)
  context.lineTo(276, 430)
  context.lineTo(124, 430)
  context.closePath()
  context.fill()
  context.fillRect(146, 276, 11, 52)
  context.fillRect(243, 276, 11, 52)
  context.fillStyle = 'rgba(0,0,0,0.1)'
  context.fillRect(170, 388, 60, 4)
}

function drawFace(time, share) {
  const look = { x: 2.6 * time.raise * (1 - time.near) + 1.2 * wave(share, 6), y: 1.6 * time.raise + 1.4 * time.near }
  const lift = 2.6 * Math.max(0, wave(share, 10, 0.4)) + 2 * time.near
  // Blinks at times that are not evenly spaced; one of them double.
  const blinks = [0.04, 0.131, 0.214, 0.226, 0.347, 0.438, 0.54, 0.623, 0.731, 0.742, 0.849, 0.937]
  const shut = Math.max(...blinks.map((at) => clamp(1 - Math.abs(share - at) / 0.0036, 0, 1)))
  context.lineCap = 'round'
  context.strokeStyle = scene.hair
  context.lineWidth = 6.5
  for (const side of [-1, 1]) {
    context.beginPath()
    context.moveTo(200 + side * 54, 150 - lift)
    context.quadraticCurveTo(200 + side * 36, 139 - lift, 200 + side * 18, 149 - lift)
    context.stroke()
    drawEye(200 + side * 36, look, shut)
  }
  drawMouth(time.mouth)
}

function drawEye(x, look, shut) {
  context.save()
  context.translate(x, 180)
  if (shut > 0.72) {
    context.strokeStyle = '#33222c'
    context.lineWidth = 4.6
    context.beginPath()
    context.moveTo(-14, 1)
    context.quadraticCurveTo(0, 11, 14, 1)
    context.stroke()
    context.restore()
    return
  }
  context.scale(1, 1 - shut * 0.8)
  const oval = (cx, cy, rx, ry, colour) => {
    context.fillStyle = colour
    context.beginPath()
    context.ellipse(cx, cy, rx, ry, 0, 0, 7)
    context.fill()
  }
  oval(0, -2, 12.5, 15, '#fff')
  oval(look.x, -1 + look.y, 10.2, 13, '#3a2630')
  oval(look.x, 3 + look.y, 7, 7.5, '#6b4437')
  oval(look.x + 4, -7 + look.y, 4.2, 4.2, '#fff')
  oval(look.x - 4, 5 + look.y, 2, 2, 'rgba(255,255,255,0.8)')
  context.strokeStyle = '#33222c'
  context.lineWidth = 4.4
  context.beginPath()
  context.moveTo(-15, -9)
  context.quadraticCurveTo(0, -23, 15, -9)
  context.stroke()
  context.restore()
}

function drawMouth(open) {
  const half = 21 - open * 4
  const drop = 8 + open * 22
  const lips = new Path2D()
  lips.moveTo(200 - half, 226)
  lips.quadraticCurveTo(200, 233 - open * 3, 200 + half, 226)
  lips.quadraticCurveTo(200 + half * 0.72, 228 + drop, 200, 229 + drop)
  lips.quadraticCurveTo(200 - half * 0.72, 228 + drop, 200 - half, 226)
  lips.closePath()
  context.fillStyle = open > 0.1 ? '#7c2636' : '#b3404d'
  context.fill(lips)
  inside(() => {
    context.clip(lips)
    context.fillStyle = '#fff'
    context.fillRect(200 - half, 222, half * 2, 9 + open * 2)
    context.fillStyle = '#e8717a'
    context.beginPath()
    context.ellipse(200, 238 + drop, 14, 10 + open * 3, 0, 0, 7)
    context.fill()
  })
  context.strokeStyle = scene.lips
  context.lineWidth = 2.6
  context.lineJoin = 'round'
  context.stroke(lips)
}

function drawArm({ side, origin, hand, open, tilt }) {
  const shoulder = { x: origin.x + (200 + side * 128) * unit, y: origin.y + 352 * unit }
  const elbow = {
    x: between(shoulder.x, hand.x, 0.35) + side * 66,
    y: Math.max(hand.y + 130, shoulder.y + 60),
  }
  const cloth = context.createLinearGradient(shoulder.x - 60, 0, shoulder.x + 60, 0)
  cloth.addColorStop(0, scene.cloth[0])
  cloth.addColorStop(1, scene.cloth[1])
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = cloth
  context.shadowColor = scene.shadow
  context.shadowBlur = 26
  context.shadowOffsetX = side * -6
  context.shadowOffsetY = 8
  context.lineWidth = 84
  context.beginPath()
  context.moveTo(shoulder.x, shoulder.y)
  context.lineTo(elbow.x, elbow.y)
  context.stroke()
  const wrist = { x: between(hand.x, elbow.x, 0.3), y: between(hand.y, elbow.y, 0.3) }
  context.lineWidth = 66
  context.beginPath()
  context.moveTo(elbow.x, elbow.y)
  context.lineTo(wrist.x, wrist.y)
  context.stroke()
  context.shadowColor = 'transparent'
  context.strokeStyle = scene.skinShade
  context.lineWidth = 46
  context.beginPath()
  context.moveTo(between(wrist.x, hand.x, 0.1), between(wrist.y, hand.y, 0.1))
  context.lineTo(hand.x, hand.y)
  context.stroke()
  const along = { x: hand.x - wrist.x, y: hand.y - wrist.y }
  const length = Math.hypot(along.x, along.y) || 1
  const across = { x: -along.y / length, y: along.x / length }
  context.strokeStyle = scene.cuff
  context.lineWidth = 20
  context.beginPath()
  context.moveTo(wrist.x + along.x * 0.16 - across.x * 27, wrist.y + along.y * 0.16 - across.y * 27)
  context.lineTo(wrist.x + along.x * 0.16 + across.x * 27, wrist.y + along.y * 0.16 + across.y * 27)
  context.stroke()
  inside(() => {
    context.translate(hand.x, hand.y)
    context.rotate(tilt)
    context.scale(1.14, 1.14)
    context.fillStyle = scene.skin
    if (open) {
      context.strokeStyle = scene.skin
      context.lineWidth = 17
      for (const [x, y] of [
        [-20, -54],
        [-5, -62],
        [11, -59],
        [25, -47],
      ]) {
        context.beginPath()
        context.moveTo(x * 0.6, -10)
        context.lineTo(x, y)
        context.stroke()
      }
      context.beginPath()
      context.moveTo(14, 6)
      context.lineTo(43, -14)
      context.stroke()
    }
    context.beginPath()
    context.ellipse(0, 0, 32, 36, 0, 0, 7)
    context.fill()
  })
}

function drawFingers({ x, y }) {
  context.strokeStyle = scene.skin
  context.lineCap = 'round'
  context.lineWidth = 18
  for (const [index, dx] of [-30, -11, 8].entries()) {
    context.beginPath()
    context.moveTo(x + dx + 12, y + 12)
    context.quadraticCurveTo(x + dx - 2, y - 12, x + dx - 4, y - 26 - (index === 1 ? 4 : 0))
    context.stroke()
  }
  context.strokeStyle = scene.skinShade
  context.lineWidth = 2
  for (const dx of [-15, 4]) {
    context.beginPath()
    context.moveTo(x + dx + 8, y + 6)
    context.lineTo(x + dx - 2, y - 16)
    context.stroke()
  }
}

function drawGoods(image, at, size, angle) {
  inside(() => {
    context.translate(at.x, at.y)
    context.rotate(angle)
    context.shadowColor = scene.shadow
    context.shadowBlur = 22
    context.shadowOffsetX = 8
    context.shadowOffsetY = 14
    const scale = size / Math.max(image.width, image.height)
    context.drawImage(
      image,
      (-image.width * scale) / 2,
      (-image.height * scale) / 2,
      image.width * scale,
      image.height * scale,
    )
  })
}

function drawTable() {
  const top = context.createLinearGradient(0, tableTop, 0, 1180)
  top.addColorStop(0, scene.table[0])
  top.addColorStop(1, scene.table[1])
  context.fillStyle = top
  context.beginPath()
  context.moveTo(0, tableTop + 26)
  context.quadraticCurveTo(width / 2, tableTop - 30, width, tableTop + 26)
  context.lineTo(width, height)
  context.lineTo(0, height)
  context.closePath()
  context.fill()
  context.strokeStyle = 'rgba(255,255,255,0.65)'
  context.lineWidth = 4
  context.beginPath()
  context.moveTo(0, tableTop + 28)
  context.quadraticCurveTo(width / 2, tableTop - 28, width, tableTop + 28)
  context.stroke()
}

/** The goods stand on a round tray that turns when the topic changes. */
function drawTurntable(time, share) {
  const middle = { x: width / 2, y: 1118 }
  const disc = (y, rx, ry, colour) => {
    context.fillStyle = colour
    context.beginPath()
    context.ellipse(middle.x, y, rx, ry, 0, 0, 7)
    context.fill()
  }
  disc(middle.y + 34, 322, 74, scene.shadowSoft)
  disc(middle.y + 18, 306, 66, scene.tray[1])
  disc(middle.y, 306, 66, scene.tray[0])
  context.strokeStyle = 'rgba(255,255,255,0.7)'
  context.lineWidth = 3
  context.stroke()

  const count = scene.goods.length
  const seats = scene.goods.map((image, index) => {
    const angle = (2 * Math.PI * (index - time.turn)) / count
    return { image, index, x: middle.x + 218 * Math.sin(angle), depth: Math.cos(angle) }
  })
  seats.sort((a, b) => a.depth - b.depth)
  for (const seat of seats) {
    const front = clamp(seat.depth, 0, 1)
    const size = 118 + 34 * seat.depth + 34 * front
    const y = middle.y + 40 * seat.depth
    const shade = context.createRadialGradient(seat.x, 0, 2, seat.x, 0, size * 0.52)
    shade.addColorStop(0, scene.shadow)
    shade.addColorStop(1, 'rgba(0,0,0,0)')
    inside(() => {
      context.translate(0, y)
      context.scale(1, 0.2)
      context.fillStyle = shade
      context.fillRect(seat.x - size, -size, size * 2, size * 2)
    })
    inside(() => {
      const scale = size / Math.max(seat.image.width, seat.image.height)
      const w = seat.image.width * scale
      const h = seat.image.height * scale
      context.translate(seat.x, y + 4 - 4 * front * (1 + wave(share, 4)))
      context.rotate(0.03 * front * wave(share, 4))
      context.drawImage(seat.image, -w / 2, -h, w, h)
    })
  }
}

/** Soft motes of light that rise past the table. */
function drawMotes(share) {
  for (let index = 0; index < 9; index += 1) {
    const life = (share * (1 + (index % 2)) + index * 0.381) % 1
    const x = 50 + ((index * 173) % 620) + 22 * wave(share, 2, index * 0.21)
    const y = 1040 - life * 720
    const radius = 9 + (index % 3) * 6
    const light = context.createRadialGradient(x, y, radius * 0.2, x, y, radius)
    light.addColorStop(0, `rgba(255,252,240,${0.7 * Math.sin(Math.PI * life)})`)
    light.addColorStop(1, 'rgba(255,252,240,0)')
    context.fillStyle = light
    context.fillRect(x - radius, y - radius, radius * 2, radius * 2)
  }
}

function drawMark() {
  context.font = '600 15px sans-serif'
  context.textAlign = 'right'
  context.fillStyle = 'rgba(255,255,255,0.75)'
  context.fillText('DEMO', width - 18, 236)
}

function inside(draw) {
  context.save()
  draw()
  context.restore()
}
