/**
 * The bundle: four apps on one origin, each an HTML file with its own router.
 *
 *   web/index.html    ->  /          buyer
 *   web/studio.html   ->  /studio    for creators
 *   web/console.html  ->  /console   for the operator
 *   web/screen.html   ->  /screen    the big screen
 *
 * Whoever serves `dist/web` answers a path that is no file with the HTML file of its first segment, else with
 * `index.html`; `fallbackPages` below does the same while developing. `assets/` carries content hashes and may be kept
 * for ever, all else may not. `dist/web/.vite/manifest.json` says which file an entry became (budgets read it).
 *
 * Texts are compiled from the `.po` files while bundling: there is no step before. A text without its Chinese stops the
 * build; `lingui check missing` and `lingui check sync` say the same without building.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { lingui } from '@lingui/vite-plugin'
import babel, { defineRolldownBabelPreset } from '@rolldown/plugin-babel'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const root = join(import.meta.dirname, 'web')
/** Page -> folder of the app. */
const apps = { index: 'buyer', studio: 'studio', console: 'console', screen: 'bigscreen' }
const server = process.env['HAWKER_DEV_SERVER'] ?? 'http://127.0.0.1:4100'

/** Macros are written with Babel, and only files of ours that use one pay for it. */
const linguiMacros = defineRolldownBabelPreset({
  preset: () => ({ plugins: ['@lingui/babel-plugin-lingui-macro'] }),
  rolldown: { filter: { id: /\/web\/.*\.tsx?$/, code: /from ['"]@lingui\/(core|react)\/macro['"]/ } },
})

/** A path inside an app is answered with the app's page, as the server does it. */
function fallbackPages(): Plugin {
  return {
    name: 'fallback-pages',
    configureServer({ middlewares }) {
      middlewares.use((request, _response, next) => {
        const path = new URL(request.url ?? '/', 'http://local').pathname
        const first = path.split('/')[1] ?? ''
        const isPage = !path.includes('.') && !path.startsWith('/@')
        if (isPage) request.url = Object.hasOwn(apps, first) ? `/${first}.html` : '/index.html'
        next()
      })
    },
  }
}

/**
 * Tells each page where its texts are, by language: `before-paint.js` asks for those of the reader while the program still
 * loads, which saves a round trip. A text module is known by the name of its `.po` file.
 */
function announceTexts(): Plugin {
  return {
    name: 'announce-texts',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle, filename }) {
        const app = apps[basename(filename, '.html') as keyof typeof apps]
        const chunks = Object.values(bundle ?? {}).filter((each) => each.type === 'chunk')
        return ['en', 'zh-CN'].map((language) => {
          const files = chunks.filter((chunk) =>
            [app, 'kit'].some((folder) => chunk.facadeModuleId?.includes(`/web/${folder}/locales/${language}.po`)),
          )
          const content = files.map((chunk) => `/${chunk.fileName}`).join(' ')
          return { tag: 'meta', attrs: { name: `texts-${language}`, content }, injectTo: 'head-prepend' }
        })
      },
    },
  }
}

const packages = join(import.meta.dirname, 'node_modules')
/** What finds a face in the host's own picture: two models and their runtime, loaded by name from one folder. */
const faceFiles = [
  ...['blazeface', 'facemesh'].flatMap((model) =>
    [`${model}.json`, `${model}.bin`].map((file) => `@vladmandic/human/models/${file}`),
  ),
  ...['', '-simd', '-threaded-simd'].map((kind) => `@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm${kind}.wasm`),
]

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as { version: string }).version
}

/** Serves those files from our own origin, so that no picture and no request leaves it. */
function faceModels(): Plugin {
  const folder = `assets/face-${versionOf('@vladmandic/human')}/`
  const files = new Map(faceFiles.map((file) => [`${folder}${basename(file)}`, join(packages, file)]))
  return {
    name: 'face-models',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const file = files.get(new URL(request.url ?? '/', 'http://local').pathname.slice(1))
        if (file === undefined) return next()
        response.setHeader('content-type', file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream')
        createReadStream(file).pipe(response)
      })
    },
    config: () => ({ define: { __FACE_FOLDER__: JSON.stringify(`/${folder}`) } }),
    generateBundle() {
      for (const [fileName, file] of files) this.emitFile({ type: 'asset', fileName, source: readFileSync(file) })
    },
  }
}

export default defineConfig({
  root,
  appType: 'mpa',
  plugins: [
    react(),
    lingui({ failOnMissing: true, failOnCompileError: true }),
    babel({ presets: [linguiMacros] }),
    fallbackPages(),
    announceTexts(),
    faceModels(),
  ],
  worker: { format: 'es' },
  // `light-dark()` (Features.LightDark) stays as it is: rewritten, a dark region on a light page would keep light colours.
  css: { transformer: 'lightningcss', lightningcss: { exclude: 1 << 20 } },
  build: {
    outDir: join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    manifest: true,
    // What knows `light-dark()`, `<dialog>`, popovers and `@starting-style`.
    target: ['chrome123', 'safari17.5', 'firefox129'],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(
        Object.entries(apps)
          .filter(([, folder]) => existsSync(join(root, folder, 'main.tsx')))
          .map(([page]) => [page, join(root, `${page}.html`)]),
      ),
      output: {
        codeSplitting: {
          groups: [
            // What every app needs and what changes with a release of theirs, not of ours: one file, long in caches.
            {
              name: 'base',
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@lingui|@tanstack|openapi-fetch)\//,
              priority: 30,
            },
            // On a slow line each file costs a round trip, and a browser asks for six at a time: the first page of the
            // buyer is three files, not twelve.
            { name: 'icons', test: /node_modules\/lucide-react\//, minShareCount: 2, priority: 20 },
            {
              // What plays recordings brings a player of 110 kB, which only two pages want.
              name: 'kit',
              test: /web\/(client|kit)\/(?!desk|mantine|locales|recording)[^/]*$/,
              minShareCount: 2,
              priority: 20,
            },
            {
              name: 'buyer',
              test: /web\/buyer\/(router|queries|shell|feed\/(feed-page|cards|preview|feed)|live\/badges)\b/,
              priority: 10,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/media': server,
      '/pictures': server,
      '/ws': { target: server, ws: true },
    },
  },
})
