/** Debian's nginx with its RTMP module, set up as docs/operations tells, for tests. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { join } from 'node:path'

const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find(existsSync)
const rtmpModule = '/usr/lib/nginx/modules/ngx_rtmp_module.so'
export const hasNginxRtmp = nginx !== undefined && existsSync(rtmpModule)

/** One that was free a moment ago; nginx cannot be asked which it took. */
export async function freePort(): Promise<number> {
  const server = createTcp()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

/** The file of `docs/operations`, with what is this machine's put in. A word that is not there any more fails. */
export async function startNginx(of: {
  directory: string
  rtmpPort: number
  httpPort: number
  hook: string
}): Promise<() => Promise<void>> {
  const { directory } = of
  let rules = await readFile(join(import.meta.dirname, '../../../docs/operations/nginx-rtmp.conf'), 'utf8')
  const put = (from: string, to: string) => {
    if (!rules.includes(from)) throw new Error(`The told file does not say ${from}`)
    rules = rules.replaceAll(from, to)
  }
  put('modules/ngx_rtmp_module.so', rtmpModule)
  put('listen 1935', `listen 127.0.0.1:${of.rtmpPort}`)
  put('listen 127.0.0.1:8080', `listen 127.0.0.1:${of.httpPort}`)
  put('http://127.0.0.1:4190', of.hook)
  put('/var/lib/hawker-live', directory)
  put('/var/log/nginx/rtmp.log', join(directory, 'nginx.log'))
  put('/run/nginx-rtmp.pid', join(directory, 'nginx.pid'))
  if (process.getuid?.() === 0) rules = `user root;\n${rules}`
  await mkdir(join(directory, 'live'), { recursive: true })
  await chmod(directory, 0o755)
  const path = join(directory, 'nginx.conf')
  await writeFile(path, rules)
  const flags = ['-c', path, '-p', directory, '-e', join(directory, 'nginx.log'), '-g', 'daemon off;']
  const started = spawn(nginx ?? 'nginx', flags, { stdio: ['ignore', 'inherit', 'inherit'] })
  const stop = async () => {
    const ended = new Promise((resolve) => started.once('exit', resolve))
    started.kill('SIGTERM')
    await ended
  }
  const endMs = performance.now() + 5_000
  while (!(await fetch(`http://127.0.0.1:${of.httpPort}/stat`).catch(() => null))?.ok) {
    if (performance.now() > endMs) throw new Error('nginx does not start; its own words stand above')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return stop
}
