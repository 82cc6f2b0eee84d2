/**
 * What some tests need from the machine and npm cannot bring: a browser, fonts for Chinese, ffmpeg, a media server and
 * a cache to stand beside and before ours, a PostgreSQL of the distribution. Installed where we may (Debian, as root); elsewhere we say what is missing, and the tests that need it
 * skip with that reason.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

type Thing = { packages: string[]; isThere: () => boolean; without: string }

const things = {
  chromium: {
    packages: ['chromium'],
    isThere: () => ['chromium', 'chromium-browser', 'google-chrome'].some(isOnPath),
    without: 'the browser tests',
  },
  fonts: {
    packages: ['fonts-noto-cjk'],
    isThere: () => spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' }).stdout?.trim() !== '',
    without: 'Chinese on screenshots',
  },
  ffmpeg: { packages: ['ffmpeg'], isThere: () => isOnPath('ffmpeg'), without: 'the media tests that need ffmpeg' },
  nginx: {
    packages: ['nginx-light', 'libnginx-mod-rtmp'],
    isThere: () => existsSync('/usr/lib/nginx/modules/ngx_rtmp_module.so'),
    without: 'the media tests that need nginx with its RTMP module',
  },
  varnish: {
    packages: ['varnish'],
    isThere: () => existsSync('/usr/sbin/varnishd'),
    without: 'the media tests that need a cache',
  },
  postgresql: {
    packages: ['postgresql-15'],
    isThere: () => isOnPath('postgres') || hasServer('/usr/lib/postgresql'),
    without: 'the tests of two PostgreSQL servers',
  },
} satisfies Record<string, Thing>

const installLimitMs = 4 * 60_000

/** Brings what is missing; the lines say what was done and what could not be. */
export function equip(names: (keyof typeof things)[]): string[] {
  const missing = names.filter((name) => !things[name].isThere())
  if (missing.length === 0) return []
  const why = whyNotHere()
  if (why === undefined) install(missing.flatMap((name) => things[name].packages))
  return missing.map((name) => {
    if (things[name].isThere()) return `Installed ${things[name].packages.join(', ')}.`
    return `${name} is missing and could not be installed (${why ?? 'apt-get failed'}): skipped are ${things[name].without}.`
  })
}

function whyNotHere(): string | undefined {
  if (!existsSync('/etc/debian_version') || !isOnPath('apt-get')) return 'this is not Debian'
  if (process.getuid?.() !== 0) return 'not root'
  return undefined
}

function install(packages: string[]) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // The package would set up and start a server of its own; tests start theirs.
  const clusters = '/etc/postgresql-common/createcluster.conf'
  if (packages.some((name) => name.startsWith('postgresql')) && !existsSync(clusters)) {
    mkdirSync('/etc/postgresql-common', { recursive: true })
    writeFileSync(clusters, 'create_main_cluster = false\n')
  }
  const run = (...args: string[]) =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: installLimitMs })
  run('update', '--quiet=2')
  const options = ['--yes', '--no-install-recommends', '--quiet=2', '-o', 'Dpkg::Options::=--force-confold']
  // One by one if they do not come together: a name that this release does not know must not keep out the others.
  if (run('install', ...options, ...packages).status === 0) return
  for (const name of packages) run('install', ...options, name)
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

function hasServer(folder: string): boolean {
  if (!existsSync(folder)) return false
  return readdirSync(folder).some((version) => existsSync(join(folder, version, 'bin/postgres')))
}
