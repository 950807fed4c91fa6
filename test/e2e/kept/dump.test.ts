// A database with kept tables, dumped and restored with Postgres' own programs: the tables and their history are there,
// and the next refresh brings in what has changed in between, and nothing else.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { psql } from '../../support/psql.ts'
import { listed } from '../support/kept.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { run } from '../support/sql.ts'

const NAMESPACE = 'kept-dump'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-dump-'))
const dump = join(folder, 'dump')

const at = (database: string): string =>
  provided().conninfo.includes('://')
    ? Object.assign(new URL(provided().conninfo), { pathname: `/${database}` }).toString()
    : `${provided().conninfo} dbname=${database}`

const ask = async (database: string, sql: string): Promise<string> => {
  const args = ['-q', '-At', '-v', 'ON_ERROR_STOP=1', '-v', 'SHOW_CONTEXT=never']
  const { code, stdout, stderr } = await psql({ psql: provided().psql, conninfo: at(database), args, sql })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}

/** One of Postgres' programs, those of the psql of these tests. */
const program = (name: string, ...args: string[]): string =>
  execFileSync(join(dirname(provided().psql), name), args, { encoding: 'utf8', stdio: 'pipe' })

const put = (name: string, k: string): Promise<void> => create(PATH, { metadata: { name }, data: { k } })
const texts = async (database: string, from: string): Promise<string[]> =>
  (
    await ask(
      database,
      `SELECT namespace || '/' || name || ' ' || uid || ' ' || (data->>'k') FROM ${from} ORDER BY 1`,
    )
  ).split('\n')
const wanted = (): string[] =>
  listed('-n', NAMESPACE)
    .map((text) => JSON.parse(text) as [string, string, string, unknown, [string, string][]])
    .map(([namespace, name, uid, , data]) => `${namespace}/${name} ${uid} ${data[0]?.[1] ?? ''}`)
    .sort()

beforeAll(async () => {
  const { apiServer, token } = provided()
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  for (const name of ['a', 'b', 'c']) await put(name, '1')
  await run(`DROP DATABASE IF EXISTS kept_dumped WITH (FORCE); DROP DATABASE IF EXISTS kept_restored WITH (FORCE);
    CREATE DATABASE kept_dumped; CREATE DATABASE kept_restored;`)
  await ask(
    'kept_dumped',
    `SET client_min_messages = error; ${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw;
    CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key '${token}');
    CREATE SCHEMA source; CREATE SCHEMA kept;
    CREATE FOREIGN TABLE source.configs (namespace text, name text, data jsonb) SERVER kind OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
    SELECT k8s_fdw.keep('source.configs', 'kept.configs', every => '10 seconds', history => true, keep_for => '1 day', indexes => ARRAY['using gin (data)']);`,
  )
  await suiteApi().patch(`${PATH}/a`, { data: { k: '2' } })
  await ask('kept_dumped', `SELECT k8s_fdw.refresh('kept.configs')`)
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await run('DROP DATABASE kept_dumped WITH (FORCE); DROP DATABASE kept_restored WITH (FORCE)')
  await remove(`/api/v1/namespaces/${NAMESPACE}`)
})

it('goes on after pg_dump and pg_restore, with its history', async () => {
  const before = await texts('kept_dumped', 'kept.configs')
  const then = await ask('kept_dumped', 'SELECT clock_timestamp()')
  program('pg_dump', '-Fc', '-f', dump, '-d', at('kept_dumped'))
  await suiteApi().patch(`${PATH}/b`, { data: { k: '2' } })
  await remove(`${PATH}/c`)
  await put('d', '1')
  program('pg_restore', '--exit-on-error', '-d', at('kept_restored'), dump)

  expect(await texts('kept_restored', 'kept.configs')).toEqual(before)
  expect(
    await ask(
      'kept_restored',
      'SELECT relation, source, every, keep_for, history, refreshed_at IS NULL, source_changed FROM k8s_fdw.kept',
    ),
  ).toBe('kept.configs|source.configs|00:00:10|1 day|kept.configs_history|t|f')
  expect(
    await ask('kept_restored', `SELECT added, changed, deleted, how FROM k8s_fdw.refresh('kept.configs')`),
  ).toBe('1|1|1|list')
  expect(await texts('kept_restored', 'kept.configs')).toEqual(wanted())
  expect(await texts('kept_restored', `k8s_fdw.as_of(NULL::kept.configs, '${then}')`)).toEqual(before)
  expect(await texts('kept_restored', `k8s_fdw.as_of(NULL::kept.configs, now())`)).toEqual(wanted())
  expect(
    await ask('kept_restored', `SELECT change, name FROM k8s_fdw.changes('kept.configs') ORDER BY at, name`),
  ).toBe(['MODIFIED|a', 'MODIFIED|b', 'DELETED|c', 'ADDED|d'].join('\n'))
})
