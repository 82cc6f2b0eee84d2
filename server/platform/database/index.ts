/**
 * Database: the pool, transactions with their events and messages, migrations.
 *
 * Always true: whoever opens a transaction closes it; a refusal rolls back; events and reliable messages commit with what
 * caused them; the server does not start on a database that could lose an acknowledged commit.
 * Not here: SQL of the areas (each module's `store.ts`), running reactions (`outbox`).
 */
export { type Actor, personOf, systemActor } from './actor.ts'
export {
  all,
  allOf,
  type Database,
  type Db,
  first,
  inTransaction,
  isRetryable,
  lastNumberOf,
  openDatabase,
  type Told,
  touched,
  transact,
  type Tx,
  violates,
} from './database.ts'
export { advanceClockOffset, loadClockOffset } from './clock-offset.ts'
export { backUpCluster, type BackupReport, restoreCluster } from './backup.ts'
export { checkClusterAt, type ClusterRefusal } from './cluster-checks.ts'
export { joinDatabase, type ResolvedDatabase, resolveDatabase } from './resolve.ts'
export { listMigrations, type Migration, migrate } from './migrations.ts'
