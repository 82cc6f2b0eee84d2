/** `npm run bench -- NAME [flags]`: runs bench/NAME.ts in a process of its own and passes the flags on. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../bench')
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => entry.name.slice(0, -'.ts'.length))
  .sort()

const [name = '', ...flags] = process.argv.slice(2).filter((word, index) => !(index === 1 && word === '--'))
if (names.includes(name)) {
  const child = spawn(process.execPath, [...process.execArgv, join(folder, `${name}.ts`), ...flags], {
    stdio: 'inherit',
  })
  // The terminal sends Ctrl-C to both; a supervisor sends its wish to us only.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal]
  })
} else {
  process.stderr.write(
    `${name === '' ? 'Say which benchmark to run' : `There is no benchmark called ${name}`}: ${names.join(', ')}\n`,
  )
  process.exitCode = 2
}
