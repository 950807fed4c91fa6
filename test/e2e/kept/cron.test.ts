// pg_cron itself refreshes kept tables: one after the other, again and again, and what is gone no more.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askPgConfig, pgConfigPath } from '../../../tools/build/parts.ts'
import { psql } from '../../support/psql.ts'
import { bringUpPostgres, preparePostgres, runFolder, takeDown } from '../../../tools/services/session.ts'
import { installK8sFdw } from '../support/install.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'

const { host, apiServer, token, trustedCa, packageUrl } = provided()
const own = runFolder(`e2e-cron-${process.pid}`)
const PATH = '/api/v1/namespaces/cron/configmaps'
let server = { psql: '', conninfo: '' }
/** It has no seconds, so that a job each minute goes on for a minute. */
let isOld = false

const ask = async (sql: string): Promise<string> => {
  const args = ['-q', '-At', '-v', 'ON_ERROR_STOP=1', '-v', 'SHOW_CONTEXT=never']
  const { code, stdout, stderr } = await psql({ ...server, args, sql })
  if (code !== 0) throw new Error(stderr)
  return `${stdout}${stderr}`.trim()
}

const needsCron = existsSync(join(askPgConfig(pgConfigPath(), '--pkglibdir'), 'pg_cron.so'))
  ? needsOwnServers
  : 'pg_cron is not installed beside this Postgres'

describeUnless(needsCron, 'pg_cron', () => {
  beforeAll(async () => {
    mkdirSync(own.path, { recursive: true })
    const copy = await preparePostgres(own, host)
    const { bin, conninfo } = await bringUpPostgres(own, copy, trustedCa, true, {
      shared_preload_libraries: 'pg_cron',
      'cron.database_name': 'postgres',
      // Jobs run in the server's own processes, and need no password.
      'cron.use_background_workers': 'on',
      max_worker_processes: '20',
    })
    server = { psql: join(bin, 'psql'), conninfo }
    await installK8sFdw(server, packageUrl)
    await create('/api/v1/namespaces', { metadata: { name: 'cron' } })
    await create(PATH, { metadata: { name: 'a' }, data: { k: '1' } })
    await ask(`CREATE EXTENSION pg_cron; CREATE SCHEMA source; CREATE SCHEMA kept;
      SET client_min_messages = error;
      CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key '${token}');
      CREATE FOREIGN TABLE source.configs (name text, data jsonb) SERVER kind OPTIONS (object 'configmaps', namespace 'cron');
      CREATE FOREIGN TABLE source.secrets (name text) SERVER kind OPTIONS (object 'secrets', namespace 'cron');`)
  })
  afterAll(async () => {
    await takeDown(own)
    await remove('/api/v1/namespaces/cron')
  })

  const follows = async (value: string): Promise<void> => {
    await suiteApi().patch(`${PATH}/a`, { data: { k: value } })
    await expect
      .poll(() => ask(`SELECT data->>'k' FROM kept.configs`), { timeout: 130_000, interval: 300 })
      .toBe(value)
  }

  it('refreshes a table at the interval that keep() was given', async () => {
    expect(await ask(`SELECT k8s_fdw.keep('source.configs', 'kept.configs', every => '1 second')`)).toBe(
      'kept.configs',
    )
    isOld = (await ask(`SELECT extversion FROM pg_extension WHERE extname = 'pg_cron'`)).startsWith('1.4')
    expect(await ask('SELECT jobname, schedule, command FROM cron.job')).toBe(
      isOld
        ? `k8s_fdw: kept.configs|* * * * *|CALL k8s_fdw.follow('kept.configs', every => '00:00:01', times => 60)`
        : `k8s_fdw: kept.configs|1 seconds|CALL k8s_fdw.follow('kept.configs', times => 1)`,
    )
    await follows('2')
    await follows('3')
    expect(
      await ask(
        `SELECT command, return_message FROM cron.job_run_details WHERE status = 'failed' AND return_message <> 'job canceled'`,
      ),
    ).toBe('')
  })

  it('has one job for a table, however often it is kept', async () => {
    await ask(`SELECT k8s_fdw.keep('source.configs', 'kept.configs', every => '2 seconds')`)
    expect(await ask('SELECT schedule FROM cron.job')).toBe(isOld ? '* * * * *' : '2 seconds')
    await follows('4')
  })

  // pg_cron cancels what a job is at when the job is taken away.
  it('has no job that fails for ever when the table is dropped', async () => {
    await ask('DROP TABLE kept.configs')
    await expect
      .poll(() => ask('SELECT count(*) FROM cron.job'), { timeout: 130_000, interval: 300 })
      .toBe('0')
    expect(
      await ask(
        `SELECT command, return_message FROM cron.job_run_details WHERE status = 'failed' AND return_message <> 'job canceled'`,
      ),
    ).toBe('')
  })

  it('refreshes all of a schema with one job, which ends with stop_keeping() of each', async () => {
    await ask(`SELECT FROM k8s_fdw.keep_all('source', 'kept', every => '1 second')`)
    expect(await ask('SELECT command FROM cron.job')).toMatch(/^CALL k8s_fdw\.follow\('kept', /)
    await follows('5')
    await ask(`SELECT k8s_fdw.stop_keeping('kept.configs'), k8s_fdw.stop_keeping('kept.secrets')`)
    await expect
      .poll(() => ask('SELECT count(*) FROM cron.job'), { timeout: 130_000, interval: 300 })
      .toBe('0')
  })

  it('refuses an interval that it does not have', async () => {
    await expect(
      ask(`SELECT k8s_fdw.keep('source.configs', 'kept.other', every => '7 minutes')`),
    ).rejects.toThrow('pg_cron does nothing every 00:07:00')
  })
})
