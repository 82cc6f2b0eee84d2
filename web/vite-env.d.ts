/** Compiled by the bundler from the catalogs. */
declare module '*.po' {
  export const messages: Record<string, string | (string | unknown[])[]>
}

/** The package ships no types for its light build, which has the same face without subtitles, DRM and CMCD. */
declare module 'hls.js/light' {
  export * from 'hls.js'
  export { default } from 'hls.js'
}

/** An address of a file that the bundler copies. */
declare module '*.webp?url&no-inline' {
  const address: string
  export default address
}
