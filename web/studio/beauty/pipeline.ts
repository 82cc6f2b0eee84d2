/** The filter on a canvas: a picture goes in, a picture comes out; WebGL2, no library, everything freed at the end. */
import { type FacePoints, innerLips, outerLips, pullsOf } from './face.ts'
import type { Level } from './governor.ts'
import { type BeautySettings, lipColours, looks } from './settings.ts'
import { blur, mix, pullsMax, vertex, warp } from './shaders.ts'

/** A quarter of the size is enough for what is blurred anyway, and costs a sixteenth. */
const blurShrink = 4
/** How far apart the taps of the blur are, in pixels of the shrunk picture. */
const blurStep = 1.2
/** The lips are painted at half the size; the blur of their edge hides it. */
const lipShrink = 2

export interface Pipeline {
  draw(picture: TexImageSource, level: Level): void
  setFace(face: FacePoints | null): void
  setSettings(settings: BeautySettings): void
  close(): void
}

/** Null where the browser has no WebGL2; then the control says so and the camera goes out as it is. */
export function openPipeline(canvas: HTMLCanvasElement, size: { width: number; height: number }): Pipeline | null {
  canvas.width = size.width
  canvas.height = size.height
  const context = canvas.getContext('webgl2', { antialias: false, alpha: false, powerPreference: 'high-performance' })
  if (context === null) return null
  const gl = context
  const aspect = size.width / size.height

  const corners = gl.createBuffer()
  gl.bindBuffer(gl.ARRAY_BUFFER, corners)
  // One triangle that covers the whole picture.
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW)
  gl.enableVertexAttribArray(0)
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0)

  const programs = { warp: program(gl, warp), blur: program(gl, blur), mix: program(gl, mix) }
  const source = texture(gl)
  const lipMask = texture(gl)
  const small = { width: Math.ceil(size.width / blurShrink), height: Math.ceil(size.height / blurShrink) }
  const warped = target(gl, size)
  const softAcross = target(gl, small)
  const soft = target(gl, small)

  const lipCanvas = new OffscreenCanvas(Math.ceil(size.width / lipShrink), Math.ceil(size.height / lipShrink))
  const lipPen = lipCanvas.getContext('2d')
  let settings: BeautySettings | null = null
  let face: FacePoints | null = null
  const centres = new Float32Array(pullsMax * 3)
  const moves = new Float32Array(pullsMax * 2)

  function pass(which: Program, to: Target | null, inputs: Record<string, WebGLTexture>, set: (of: Uniforms) => void) {
    gl.bindFramebuffer(gl.FRAMEBUFFER, to?.frame ?? null)
    gl.viewport(0, 0, to?.width ?? size.width, to?.height ?? size.height)
    gl.useProgram(which.program)
    for (const [unit, [name, input]] of Object.entries(inputs).entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D, input)
      gl.uniform1i(which.at(name), unit)
    }
    set(which.at)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
  }

  function paintLips() {
    if (lipPen === null) return
    const { width, height } = lipCanvas
    lipPen.clearRect(0, 0, width, height)
    if (face !== null) {
      lipPen.filter = 'blur(1.5px)'
      lipPen.beginPath()
      for (const ring of [outerLips, innerLips]) {
        for (const [step, index] of ring.entries()) {
          const x = (face[index * 2] ?? 0) * width
          const y = (face[index * 2 + 1] ?? 0) * height
          if (step === 0) lipPen.moveTo(x, y)
          else lipPen.lineTo(x, y)
        }
        lipPen.closePath()
      }
      lipPen.fill('evenodd')
    }
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, lipMask)
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, lipCanvas)
  }

  return {
    setSettings(next) {
      settings = next
    },
    setFace(next) {
      if (next === null && face === null) return
      face = next
      paintLips()
    },
    draw(picture, level) {
      gl.activeTexture(gl.TEXTURE0)
      gl.bindTexture(gl.TEXTURE_2D, source)
      gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, true)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture)
      const wanted = settings?.isOn === true && level !== 'plain' ? settings : null
      const known = level === 'full' ? face : null
      const pulls = wanted === null || known === null ? [] : pullsOf(known, { aspect, slim: wanted.slim / 100 })
      for (const [index, { centre, radius, move }] of pulls.slice(0, pullsMax).entries()) {
        centres.set([...centre, radius], index * 3)
        moves.set(move, index * 2)
      }
      // With nothing to do the first pass goes straight to the canvas: the camera as it is.
      pass(programs.warp, wanted === null ? null : warped, { picture: source }, (at) => {
        gl.uniform1f(at('aspect'), aspect)
        gl.uniform1i(at('pulls'), Math.min(pulls.length, pullsMax))
        gl.uniform3fv(at('centres'), centres)
        gl.uniform2fv(at('moves'), moves)
      })
      if (wanted === null) return
      pass(programs.blur, softAcross, { picture: warped.texture }, (at) =>
        gl.uniform2f(at('along'), blurStep / small.width, 0),
      )
      pass(programs.blur, soft, { picture: softAcross.texture }, (at) =>
        gl.uniform2f(at('along'), 0, blurStep / small.height),
      )
      const look = looks[wanted.lookName]
      pass(programs.mix, null, { picture: warped.texture, soft: soft.texture, lipMask }, (at) => {
        gl.uniform1f(at('smoothing'), wanted.smooth / 100)
        gl.uniform1f(at('whitening'), wanted.whiten / 100)
        gl.uniform1f(at('lips'), known === null ? 0 : (wanted.lips / 100) * 0.8)
        gl.uniform1f(at('look'), wanted.look / 100)
        gl.uniform3fv(at('lipColour'), lipColours[wanted.lipColour])
        gl.uniformMatrix3fv(at('lookRows'), false, look.rows)
        gl.uniform3fv(at('lookOffset'), look.offset)
      })
    },
    close() {
      for (const each of [source, lipMask, warped.texture, softAcross.texture, soft.texture]) gl.deleteTexture(each)
      for (const each of [warped, softAcross, soft]) gl.deleteFramebuffer(each.frame)
      for (const each of Object.values(programs)) gl.deleteProgram(each.program)
      gl.deleteBuffer(corners)
      // A page may hold some sixteen contexts: the browser would throw away the oldest, which may be one in use.
      gl.getExtension('WEBGL_lose_context')?.loseContext()
    },
  }
}

type Uniforms = (name: string) => WebGLUniformLocation | null
interface Program {
  program: WebGLProgram
  at: Uniforms
}
interface Target {
  texture: WebGLTexture
  frame: WebGLFramebuffer
  width: number
  height: number
}

function program(gl: WebGL2RenderingContext, fragment: string): Program {
  const made = gl.createProgram()
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind)
    if (shader === null) throw new Error('no shader')
    gl.shaderSource(shader, text)
    gl.compileShader(shader)
    if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true)
      throw new Error(gl.getShaderInfoLog(shader) ?? 'shader')
    gl.attachShader(made, shader)
    gl.deleteShader(shader)
  }
  gl.bindAttribLocation(made, 0, 'corner')
  gl.linkProgram(made)
  if (gl.getProgramParameter(made, gl.LINK_STATUS) !== true) throw new Error(gl.getProgramInfoLog(made) ?? 'program')
  const known = new Map<string, WebGLUniformLocation | null>()
  return {
    program: made,
    at(name) {
      if (!known.has(name)) known.set(name, gl.getUniformLocation(made, name))
      return known.get(name) ?? null
    },
  }
}

function texture(gl: WebGL2RenderingContext, size?: { width: number; height: number }): WebGLTexture {
  const made = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, made)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  const { width, height } = size ?? { width: 1, height: 1 }
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null)
  return made
}

function target(gl: WebGL2RenderingContext, size: { width: number; height: number }): Target {
  const made = texture(gl, size)
  const frame = gl.createFramebuffer()
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0)
  return { texture: made, frame, ...size }
}
