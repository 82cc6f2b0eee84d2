/** `npm run dev`: the same as start, reloading: the server when its files change, the pages rebuilt as they change. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bundler = join(root, 'node_modules/vite/bin/vite.js')
const children = [
  spawn(process.execPath, [bundler, 'build', '--watch', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' }),
  spawn(
    process.execPath,
    ['--watch-path=server', '--watch-path=contract', '--watch-preserve-output', 'server/app/main.ts'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  ),
]

let stopping = false
function stop(): void {
  if (stopping) return
  stopping = true
  for (const child of children) child.kill('SIGTERM')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
for (const child of children) child.on('exit', stop)
