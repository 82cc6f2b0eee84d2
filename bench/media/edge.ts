/** A real varnish with the rules of docs/operations/edge.vcl before an origin, for tests and for the benchmark. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const startsWithinMs = 10_000
export const varnishd = ['/usr/sbin/varnishd', '/usr/local/sbin/varnishd'].find(existsSync)

export interface Edge {
  port: number
  pid: number
  close(): Promise<void>
}

/** Null where there is no varnish. */
export async function openEdge(of: { originPort: number; directory: string }): Promise<Edge | null> {
  if (varnishd === undefined) return null
  // The cache works under a user of its own, who has to get into its folder.
  await chmod(of.directory, 0o755)
  const told = await readFile(join(import.meta.dirname, '../../docs/operations/edge.vcl'), 'utf8')
  const rules = told.replace('.port = "4100"', `.port = "${of.originPort}"`)
  if (rules === told) throw new Error('The told rules do not name the port that is to be put in')
  const path = join(of.directory, 'edge.vcl')
  await writeFile(path, rules)
  const port = await freePort()
  const flags = ['-F', '-f', path, '-a', `127.0.0.1:${port}`, '-n', join(of.directory, 'varnish'), '-s', 'malloc,64m']
  const started = spawn(varnishd, flags, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  started.stderr.on('data', (text) => {
    said += String(text)
  })
  const ended = new Promise<void>((resolve) => started.once('exit', () => resolve()))
  const close = async () => {
    started.kill('SIGTERM')
    await ended
  }
  const endMs = performance.now() + startsWithinMs
  while (!(await listens(port))) {
    if (started.exitCode !== null || performance.now() > endMs) {
      await close()
      throw new Error(`varnish does not start: ${said.slice(0, 2_000)}`)
    }
    await sleep(50)
  }
  return { port, pid: started.pid ?? 0, close }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}
