/** `npm run config`: every setting with its present value, its default, its unit and a sentence; secrets stay hidden. */
import { ConfigError, configReference, readConfig } from '#platform/config'

try {
  const rows = configReference(readConfig(process.env))
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  else {
    for (const row of rows) {
      const fallback = row.default === '' ? 'no default' : `default ${row.default}`
      process.stdout.write(`${row.key}=${row.value}\n    ${row.sentence} (${row.unit}; ${fallback})\n`)
    }
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(2)
}
