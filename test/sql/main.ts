// The suite sql: runs the SQL extension's own tests (sql/test) in a Postgres of their own, and ends as they end.
import { spawnSync } from 'node:child_process'
import { bringUpPostgres, preparePostgres, runFolder, takeDown } from '../../tools/services/session.ts'
import { sweep } from '../support/sweep.ts'

await sweep()
const run = runFolder(`sql-${process.pid}`)
try {
  const { bin, conninfo } = await bringUpPostgres(run, await preparePostgres(run, 'current'), undefined, true)
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  const { status } = spawnSync('bash', ['sql/test/run.sh', conninfo], { env, stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  await takeDown(run)
}
