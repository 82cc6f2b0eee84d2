/**
 * Config: every setting with its default, its unit and a sentence; read once from the environment at the start.
 *
 * Always true: an unknown `HAWKER_*` key stops the start and names the nearest known one; a `*_FILE` twin reads a secret
 * from a file; the printed reference never shows a secret's value.
 * Not here: rules that people are judged by (rates, gates, fees): those are versioned rows with an effective time.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

interface Setting<Value> {
  schema: z.ZodType<Value>
  unit: string
  sentence: string
  secret?: boolean
}

const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

function setting<Value>(schema: z.ZodType<Value>, unit: string, sentence: string, secret = false): Setting<Value> {
  return { schema, unit, sentence, secret }
}

/** Keys are written in camel case here and as HAWKER_SCREAMING_SNAKE in the environment. */
export const settings = {
  host: setting(z.string().default('0.0.0.0'), 'address', 'The address on which the one port listens.'),
  port: setting(
    count(1, 65_535).default(4100),
    'port',
    'The one port of everything; if it is taken, the next free one is used and said.',
  ),
  rtmpPort: setting(
    count(1, 65_535).default(1935),
    'port',
    'Where encoders publish; if it is taken, the next free one is used and said.',
  ),
  rtcPort: setting(
    count(1, 65_535).default(8189),
    'UDP port',
    'Where browsers publish and watch by WebRTC; if it is taken, the next free one is used and said.',
  ),
  rtcAddress: setting(
    z.union([z.ipv4(), z.ipv6()]).optional(),
    'address',
    'The public address of the UDP port, when this machine stands behind a translated one.',
  ),
  mediaEngine: setting(
    z.enum(['built_in', 'nginx_rtmp', 'mediamtx']).default('built_in'),
    'engine',
    'What takes broadcasts: our own process, or a server of another maker that runs beside us (docs/operations/).',
  ),
  mediaEngineUrl: setting(
    z.url({ protocol: /^http$/ }).optional(),
    'URL',
    "The HTTP interface of another maker's server: http://127.0.0.1:8080 (nginx), http://127.0.0.1:9997 (MediaMTX) by default.",
  ),
  mediaPlaybackUrl: setting(
    z.url({ protocol: /^http$/ }).optional(),
    'URL',
    'Where its HLS is read from: the same (nginx), http://127.0.0.1:8888 (MediaMTX) by default.',
  ),
  mediaHookHost: setting(
    z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
    'address',
    'Where it asks us who may publish; another address than the loopback needs the secret.',
  ),
  mediaHookPort: setting(count(1, 65_535).default(4190), 'port', 'The port of that address.'),
  mediaHookSecret: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{16,}$/)
      .optional(),
    'text',
    'With it, the path at which the server asks begins with it: http://…:4190/<secret>/publish.',
    true,
  ),
  publicUrl: setting(
    z.url().optional(),
    'URL',
    'The address people type, for links in messages only; pages need none.',
  ),
  dataDir: setting(z.string().default('.data'), 'folder', 'Where the built-in database, recordings and pictures live.'),
  databaseUrl: setting(
    z.string().optional(),
    'URL',
    'A PostgreSQL of your own (15 or newer); without it the built-in one is started.',
    true,
  ),
  databaseConnectionsMax: setting(
    count(4, 500).default(24),
    'connections',
    'The most database connections that this process opens.',
  ),
  databaseStatementTimeoutMs: setting(
    count(100, 600_000).default(15_000),
    'ms',
    'A statement that takes longer is cancelled.',
  ),
  mode: setting(
    z.enum(['demo', 'sandbox', 'live']).default('demo'),
    'mode',
    'demo: sandbox plus a demo world with one-click logins; sandbox: sandbox providers and a clock that can be moved; live: neither.',
  ),
  currency: setting(
    z.enum(['CNY', 'USD', 'EUR', 'HKD', 'SGD', 'GBP']).default('CNY'),
    'currency',
    'The currency in which this operator sells and keeps its books.',
  ),
  timeZone: setting(z.string().default('Asia/Shanghai'), 'zone', 'The zone in which a business day begins and ends.'),
  platformName: setting(z.string().min(1).max(40).default('Hawker'), 'text', 'The name people see.'),
  secret: setting(
    z.string().min(32).optional(),
    'text',
    'Signs sessions and attribution; without it one is made and kept in the data folder.',
    true,
  ),
  logLevel: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
    'level',
    'How much is logged.',
  ),
  crashAt: setting(
    z.string().max(60).optional(),
    'point:passes',
    'For `npm run crash` only: the process ends without warning at this pass of a named point. Refused in live mode.',
  ),
  deskBatchMax: setting(
    count(1, 5_000).default(500),
    'orders',
    'The most orders that one commit of the order desk takes.',
  ),
  deskQueueMax: setting(
    count(10, 1_000_000).default(20_000),
    'orders',
    'Orders that may wait at the desk; beyond it askers are told to come back.',
  ),
  deskWaitMsMax: setting(
    count(100, 60_000).default(2_000),
    'ms',
    'An order that waited longer at the desk is refused with a time to come back.',
  ),
  socketsMax: setting(
    count(10, 1_000_000).default(20_000),
    'sockets',
    'Open sockets of this process; one more is turned away.',
  ),
  drainMsMax: setting(
    count(0, 120_000).default(10_000),
    'ms',
    'How long a stopping server lets running requests finish.',
  ),
  demoSales: setting(
    flag.default(true),
    'true or false',
    'In demo mode: demo visitors watch, comment and buy at a gentle pace.',
  ),
  stripeSecretKey: setting(
    z.string().min(10).optional(),
    'text',
    'With it, buyers may pay by card on a page of Stripe. Needs the webhook secret and the public URL.',
    true,
  ),
  stripeWebhookSecret: setting(
    z.string().min(10).optional(),
    'text',
    "Checks that a message is Stripe's; shown where the webhook for /api/v1/payment-callbacks/stripe is set up.",
    true,
  ),
  stripeFeeBasisPoints: setting(
    count(0, 10_000).default(290),
    'basis points',
    'What Stripe may keep of a payment, beside the fixed fee; another fee in a statement is a break.',
  ),
  stripeFeeFixedMinor: setting(count(0, 100_000).default(30), 'minor units', 'What Stripe may keep of each payment.'),
  alipayAppId: setting(
    z.string().min(10).optional(),
    'text',
    'With it, buyers may pay by Alipay. Needs both keys and the public URL.',
  ),
  alipayPrivateKey: setting(
    z.string().min(100).optional(),
    'text',
    'Our RSA2 private key, with which everything that goes to Alipay is signed.',
    true,
  ),
  alipayPublicKey: setting(
    z.string().min(100).optional(),
    'text',
    "Alipay's RSA2 public key (not ours), with which everything that comes from it is checked.",
  ),
  alipayGateway: setting(
    z.url().default('https://openapi.alipay.com/gateway.do'),
    'URL',
    "Alipay's gateway; its own sandbox has another.",
  ),
  alipayFeeBasisPoints: setting(
    count(0, 10_000).default(60),
    'basis points',
    'What Alipay may keep of a payment; another fee in a statement is a break.',
  ),
  metricsToken: setting(
    z.string().min(16).optional(),
    'text',
    'When set, /metrics asks for it as a bearer token.',
    true,
  ),
} satisfies Record<string, Setting<unknown>>

export type Config = { [Key in keyof typeof settings]: z.output<(typeof settings)[Key]['schema']> }

/** `deskQueueMax` -> `HAWKER_DESK_QUEUE_MAX`. */
export function environmentKey(name: string): string {
  return `HAWKER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Settings that mean nothing alone: the first needs the others. */
const together: readonly (readonly (keyof typeof settings)[])[] = [
  ['stripeSecretKey', 'stripeWebhookSecret', 'publicUrl'],
  ['alipayAppId', 'alipayPrivateKey', 'alipayPublicKey', 'publicUrl'],
]

/** Whoever reaches the hook may try keys and end broadcasts, so that a network needs a secret. */
function unsafeHook(config: Pick<Config, 'mediaHookHost' | 'mediaHookSecret'>): string[] {
  if (config.mediaHookSecret !== undefined || /^(127\.|::1$)/.test(config.mediaHookHost)) return []
  return ['HAWKER_MEDIA_HOOK_HOST is not the loopback, so HAWKER_MEDIA_HOOK_SECRET is needed.']
}

export class ConfigError extends Error {}

/** Reads and checks all settings. Throws a ConfigError that names every wrong key at once. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const known = new Map(Object.keys(settings).map((name) => [environmentKey(name), name]))
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  // DATABASE_URL is what hosts set; our own key wins when both are there.
  const merged: Record<string, string | undefined> = { ...environment }
  if (merged['DATABASE_URL'] && !merged['HAWKER_DATABASE_URL']) merged['HAWKER_DATABASE_URL'] = merged['DATABASE_URL']

  for (const key of Object.keys(merged)) {
    if (!key.startsWith('HAWKER_') || merged[key] === undefined) continue
    const plain = key.endsWith('_FILE') && !known.has(key) ? key.slice(0, -'_FILE'.length) : key
    if (known.has(plain) || key.startsWith('HAWKER_TEST_')) continue
    problems.push(`${key} is not a setting; the nearest is ${nearest(plain, [...known.keys()])}.`)
  }
  for (const [key, name] of known) {
    const file = merged[`${key}_FILE`]
    const raw = merged[key] ?? (file === undefined ? undefined : readSecretFile(file, `${key}_FILE`, problems))
    const parsed = settings[name as keyof typeof settings].schema.safeParse(raw === '' ? undefined : raw)
    if (parsed.success) values[name] = parsed.data
    else problems.push(`${key}: ${parsed.error.issues[0]?.message ?? 'is not valid'}.`)
  }
  for (const [name, ...needed] of together) {
    if (name === undefined || values[name] === undefined) continue
    for (const other of needed)
      if (values[other] === undefined)
        problems.push(`${environmentKey(name)} needs ${environmentKey(other)}, which is not set.`)
  }
  if (problems.length === 0) problems.push(...unsafeHook(values as Config))
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return values as Config
}

function readSecretFile(path: string, key: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    problems.push(`${key} names a file that cannot be read: ${path}.`)
    return undefined
  }
}

/** The known key with the smallest edit distance, for "did you mean". */
export function nearest(word: string, candidates: readonly string[]): string {
  let best = candidates[0] ?? ''
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}

/** The reference that `npm run config` prints: one entry per setting, secrets shown as set or not set. */
export function configReference(
  config: Config,
): { key: string; value: string; default: string; unit: string; sentence: string }[] {
  return Object.entries(settings).map(([name, { schema, unit, sentence, secret }]) => {
    const value = config[name as keyof Config]
    const fallback = schema.safeParse(undefined)
    const shown = (anything: unknown) => (anything === undefined ? '' : String(anything))
    return {
      key: environmentKey(name),
      value: secret ? (value === undefined ? 'not set' : 'set') : shown(value),
      default: fallback.success ? shown(fallback.data) : '',
      unit,
      sentence,
    }
  })
}
