/**
 * The passes of the filter, in the order in which a picture goes through them: warp (the face a little narrower), blur (twice, at a
 * quarter of the size, along edges and not across them), mix (skin, light, lips, look).
 */

export const vertex = `#version 300 es
in vec2 corner;
out vec2 uv;
void main() { uv = corner * .5 + .5; gl_Position = vec4(corner, 0, 1); }`

const head = `#version 300 es
precision highp float;
in vec2 uv;
out vec4 colour;
`

/** So many places of a face are pulled at once. */
export const pullsMax = 8

/** Each pull moves what lies within its radius along its direction, most in its middle and not at all at its edge. */
export const warp = `${head}
uniform sampler2D picture;
uniform float aspect;
uniform int pulls;
uniform vec3 centres[${pullsMax}]; // x, y and radius, in widths of the picture
uniform vec2 moves[${pullsMax}];
void main() {
  vec2 at = vec2(uv.x, uv.y / aspect);
  vec2 from = at;
  for (int i = 0; i < ${pullsMax}; i++) {
    if (i >= pulls) break;
    float far = distance(at, centres[i].xy) / centres[i].z;
    if (far >= 1.) continue;
    float weight = 1. - far * far;
    from -= moves[i] * weight * weight;
  }
  colour = texture(picture, vec2(from.x, from.y * aspect));
}`

/** Seven taps along one axis; a tap counts less the more its colour differs, so that eyes and hair stay sharp. */
export const blur = `${head}
uniform sampler2D picture;
uniform vec2 along;
void main() {
  vec3 middle = texture(picture, uv).rgb;
  vec3 sum = middle;
  float weights = 1.;
  for (int i = -3; i <= 3; i++) {
    if (i == 0) continue;
    vec3 tap = texture(picture, uv + along * float(i)).rgb;
    vec3 apart = tap - middle;
    float weight = 1. / (1. + dot(apart, apart) * 80. + float(i * i) * .06);
    sum += tap * weight;
    weights += weight;
  }
  colour = vec4(sum / weights, 1);
}`

/**
 * Skin is found by its chroma (the usual box of Cb and Cr for skin of all tones, with soft sides), not by how bright it is.
 * Smoothing keeps a quarter of the fine structure: skin without any looks like plastic.
 */
export const mix = `${head}
uniform sampler2D picture, soft, lipMask;
uniform float smoothing, whitening, lips, look;
uniform vec3 lipColour;
uniform mat3 lookRows;
uniform vec3 lookOffset;
float luma(vec3 c) { return dot(c, vec3(.299, .587, .114)); }
float skinOf(vec3 c) {
  float y = luma(c);
  float blue = .5 + (c.b - y) * .564;
  float red = .5 + (c.r - y) * .713;
  float inBlue = smoothstep(.0, .06, .10 - abs(blue - .43));
  float inRed = smoothstep(.0, .06, .10 - abs(red - .60));
  return inBlue * inRed * smoothstep(.10, .22, y);
}
void main() {
  vec3 sharp = texture(picture, uv).rgb;
  vec3 calm = texture(soft, uv).rgb;
  float skin = skinOf(calm);
  vec3 c = mix(sharp, calm + (sharp - calm) * .25, skin * smoothing);
  // Lifts the middle and leaves black and white where they are.
  c += whitening * mix(.12, .55, skin) * c * (1. - c);
  float painted = texture(lipMask, vec2(uv.x, 1. - uv.y)).a * lips;
  c = mix(c, lipColour * (.35 + luma(c) * .9), painted);
  c = mix(c, c * lookRows + lookOffset, look);
  colour = vec4(clamp(c, 0., 1.), 1);
}`
