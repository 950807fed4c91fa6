// Kept tables of a cluster that is ended in the middle of a refresh, started again, restored from a backup, and whose
// etcd forgets: after each, the next refresh gives what kubectl lists, or an error and the table as it was.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startBetween, type Between, type Decide, type Fate } from '../support/between.ts'
import { listedBy, refresh, refreshAsDelivered, refreshBy, shown } from '../support/kept.ts'
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'faulty'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const TABLES = ['faults.early', 'faults.late'] as const
const COLUMNS = 'name text, namespace text, uid text, labels jsonb, data jsonb'

let cluster: OwnCluster
let between: Between
let decide: Decide = () => 'pass'

const listed = (): string[] => listedBy(cluster.kubectl, '-n', NAMESPACE)
const put = (name: string, k: string): Promise<void> =>
  cluster.api.create(PATH, { metadata: { name, labels: { app: 'web' } }, data: { k } })
const change = (name: string, k: string): Promise<void> =>
  cluster.api.patch(`${PATH}/${name}`, { data: { k } })
const version = async (): Promise<number> =>
  Number((await cluster.api.get<{ metadata: { resourceVersion: string } }>(PATH)).metadata.resourceVersion)
const state = (table: string): Promise<string[][]> =>
  rows(`SELECT resource_version, rows, error IS NULL, error_since IS NULL FROM k8s_fdw.kept
    WHERE relation = '${table}'::regclass`)
/** The table has what kubectl lists, now and in its history, and the view says so. */
const expectRight = async (table: string): Promise<void> => {
  const list = listed()
  expect(await shown(table)).toEqual(list)
  expect(await shown(`k8s_fdw.as_of(NULL::${table}, now())`)).toEqual(list)
  expect((await state(table))[0]?.slice(1)).toEqual([String(list.length), 't', 't'])
}

beforeAll(async () => {
  cluster = await startOwnCluster('faults')
  between = await startBetween(cluster.access)
  await createServer('faults', {
    api_url: between.at('faults', (passing) => decide(passing)),
    api_key: cluster.access.token,
  })
  await cluster.api.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  for (const name of ['a', 'b', 'c', 'd', 'e']) await put(name, '1')
  await refreshBy('watch')
  await run(`CREATE SCHEMA faults; CREATE SCHEMA faults_source;
    CREATE FOREIGN TABLE faults_source.configs (${COLUMNS}) SERVER faults OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
    ${TABLES.map((table) => `SELECT k8s_fdw.keep('faults_source.configs', '${table}', history => true);`).join('\n')}`)
})

afterAll(async () => {
  await refreshAsDelivered()
  await run('DROP SCHEMA faults, faults_source CASCADE; DROP SERVER faults CASCADE;')
  await between.close()
  await cluster.end()
})

it('an API server that ends during a refresh leaves the table as it was, and is followed when it is back', async () => {
  await change('a', 'before the end')
  const [before, known] = [await shown(TABLES[0]), await state(TABLES[0])]
  decide = async ({ path }): Promise<Fate> => {
    if (path.includes('watch=1')) await cluster.stop()
    return 'pass'
  }
  const noted = await session(`CALL k8s_fdw.follow('${TABLES[0]}', times => 1)`)
  decide = () => 'pass'
  expect(noted.messages).toMatch(/faults\.early stays as it was: .*k8s_fdw\[connect\]/)
  expect(await shown(TABLES[0])).toEqual(before)
  expect(await state(TABLES[0])).toEqual([[...(known[0]?.slice(0, 2) ?? []), 'f', 'f']])
  cluster.backUp()
  await cluster.start()
  await change('b', 'after the start')
  await cluster.api.remove(`${PATH}/c`)
  for (const table of TABLES) {
    expect((await refresh(table)).counts).toBe('0 2 1')
    await expectRight(table)
  }
})

it('a cluster that is restored from a backup is listed and compared, also where it has passed the version', async () => {
  for (const name of ['a', 'd']) await change(name, 'never happened')
  await put('new', 'never happened')
  // More than a start of the API server writes itself.
  for (let i = 0; i < 100; i++) await change('new', `never happened ${i}`)
  for (const table of TABLES) expect(await refresh(table)).toEqual({ counts: '1 2 0', how: 'watch' })
  const reached = Number((await state(TABLES[0]))[0]?.[0])
  await cluster.stop()
  cluster.restore()
  await cluster.start('--watch-cache=false', '--etcd-compaction-interval=1s')
  // What was changed since the backup is as it was: c is there again, and what is new is gone.
  await change('e', 'after the backup')
  expect(await version()).toBeLessThan(reached)
  expect(await refresh(TABLES[0])).toEqual({ counts: '1 4 1', how: 'list' })
  await expectRight(TABLES[0])
  // No watch from the stored version on would tell what happens until then.
  for (let i = 0; (await version()) <= reached; i++) await change('e', String(i))
  await change('b', 'after the version')
  expect(await refresh(TABLES[1])).toEqual({ counts: '1 4 1', how: 'list' })
  await expectRight(TABLES[1])
})

/** Whether etcd has forgotten a version, as the API server itself says. */
const isForgotten = async (since: string): Promise<boolean> => {
  const answer = await cluster.api
    .text(`${PATH}?watch=1&resourceVersion=${since}&timeoutSeconds=1`)
    .catch((error: unknown) => String(error))
  return /"code": ?410/.test(answer)
}
const forget = async (since: string): Promise<void> => {
  // It forgets what was before a version that it has seen a while ago.
  for (let i = 0; !(await isForgotten(since)); i++) {
    if (i === 20) throw new Error('etcd does not forget')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

it('a version that etcd has forgotten leads to a list', async () => {
  await refresh(TABLES[0])
  const since = (await state(TABLES[0]))[0]?.[0] ?? ''
  await put('late', '1')
  await change('d', 'forgotten')
  await forget(since)
  expect(await refresh(TABLES[0])).toEqual({ counts: '1 1 0', how: 'list' })
  await expectRight(TABLES[0])
})

it('a list whose version etcd forgets before its last page is an error, and the table stays', async () => {
  await run(`ALTER SERVER faults OPTIONS (ADD page_size '2')`)
  const before = await shown(TABLES[0])
  const since = String(await version())
  let pages = 0
  decide = async ({ path }): Promise<Fate> => {
    if (path.includes('continue=') && pages++ === 0) {
      await change('d', 'between two pages')
      await forget(since)
    }
    return 'pass'
  }
  expect(await failure(`SELECT * FROM k8s_fdw.refresh('${TABLES[0]}', whole => true)`)).toContain(
    'k8s_fdw[expired]',
  )
  decide = () => 'pass'
  expect(pages).toBe(1)
  expect(await shown(TABLES[0])).toEqual(before)
  await run('ALTER SERVER faults OPTIONS (DROP page_size)')
  expect(await refresh(TABLES[0])).toEqual({ counts: '0 1 0', how: 'list' })
  await expectRight(TABLES[0])
})
