/** A server that tells words on a topic of its own until it is killed. Run by the test beside it, in a process of its own. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '#platform/config'
import { transact } from '#platform/database'
import { startServer } from '../../server/app/server.ts'

const server = await startServer(readConfig(process.env))
server.app.sockets.topic({ prefix: 'hall', who: 'anyone' })
let isTelling = true
process.on('message', (word) => {
  if (word === 'rest') isTelling = false
})
process.once('disconnect', () => process.exit(0))
process.send?.(server.port)
while (isTelling) {
  await transact(server.app, async (tx) => {
    tx.tell('hall:1', { kind: 'word', at: tx.now.toString() })
    tx.tell('hall:1', { kind: 'word', at: tx.now.toString() })
  })
  await sleep(5)
}
process.send?.('rests')
