/** A server with a hall that counts who is there, until it is killed. Run by the test beside it, in a process of its own. */
import { readConfig } from '#platform/config'
import { startServer } from '../../server/app/server.ts'

const server = await startServer(readConfig(process.env))
server.app.sockets.topic({ prefix: 'hall', who: 'anyone', presence: true })
process.once('disconnect', () => process.exit(0))
process.send?.(server.port)
