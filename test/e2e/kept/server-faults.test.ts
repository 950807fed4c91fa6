// What goes wrong on the way and in Postgres itself: each request of a refresh cut or ended, a clock that is set back, a
// kind that is gone and comes back, a source that is changed, a full disk. After each the table is as it was, and the
// next refresh gives what kubectl lists.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { own, serverOwner } from '../../../tools/services/owner.ts'
import { startBetween, type Between, type Decide, type Fate } from '../support/between.ts'
import { listed, refresh, refreshAsDelivered, refreshBy, shown, type How } from '../support/kept.ts'
import { kubectl } from '../support/kubectl.ts'
import { itUnless, needsOwnServers } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'kept-faults'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const TABLE = 'kept_faults.configs'
const COLUMNS = 'name text, namespace text, uid text, labels jsonb, data jsonb'

let between: Between
let decide: Decide = () => 'pass'

const put = (name: string, k: string): Promise<void> => create(PATH, { metadata: { name }, data: { k } })
const change = (name: string, k: string): Promise<void> =>
  suiteApi().patch(`${PATH}/${name}`, { data: { k } })
const value = async (sql: string): Promise<string> => (await rows(sql))[0]?.[0] ?? ''
const list = (): string[] => listed('-n', NAMESPACE)
const REFRESH = `SELECT * FROM k8s_fdw.refresh('${TABLE}')`
/** What the view says of a failure. */
const noted = (): Promise<string> =>
  value(`SELECT error FROM k8s_fdw.kept WHERE relation = '${TABLE}'::regclass`)
const FOLLOW = `CALL k8s_fdw.follow('${TABLE}', times => 1)`

beforeAll(async () => {
  between = await startBetween()
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('kept_faults', {
    api_url: between.at('kept-faults', (passing) => decide(passing)),
    // A list of several requests.
    page_size: '2',
  })
  for (const name of ['a', 'b', 'c']) await put(name, '1')
  await run(`DROP SCHEMA IF EXISTS kept_faults, faults_of CASCADE; CREATE SCHEMA kept_faults; CREATE SCHEMA faults_of;
    CREATE FOREIGN TABLE faults_of.configs (${COLUMNS}) SERVER kept_faults OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
    SELECT k8s_fdw.keep('faults_of.configs', '${TABLE}', history => true);`)
})

beforeEach(() => {
  decide = () => 'pass'
})

afterAll(async () => {
  await refreshAsDelivered()
  await run('DROP SCHEMA kept_faults, faults_of CASCADE; DROP SERVER kept_faults CASCADE;')
  await remove(`/api/v1/namespaces/${NAMESPACE}`)
  await between.close()
})

describe('a refresh', () => {
  /** The requests of one refresh after a change. */
  const requests = async (): Promise<number> => {
    let count = 0
    decide = () => {
      count++
      return 'pass'
    }
    await change('a', 'counted')
    await refresh(TABLE)
    decide = () => 'pass'
    return count
  }

  it.each<How>(['list', 'watch'])('by a %s changes nothing if any of its requests fails', async (how) => {
    await refreshBy(how)
    const all = await requests()
    expect(all).toBe(2)
    for (let nth = 1; nth <= all; nth++)
      for (const fate of ['cut before', 'cut within'] satisfies Fate[]) {
        await change('a', `${how}, request ${nth} ${fate}`)
        const before = await shown(TABLE)
        let at = 0
        decide = () => (++at === nth ? fate : 'pass')
        const { messages } = await session(`${REFRESH};`)
        // A host asks again after some failures, and half of a watch is a beginning of it.
        if (messages === '') continue
        expect(messages, `request ${nth} ${fate}`).toMatch(/^ERROR: {2}.*k8s_fdw\[(connect|decode)\]/)
        expect(await shown(TABLE)).toEqual(before)
      }
    decide = () => 'pass'
    await refresh(TABLE)
    expect(await shown(TABLE)).toEqual(list())
  })

  it.each<How>(['list', 'watch'])(
    'by a %s changes nothing if its session ends at any request',
    async (how) => {
      await refreshBy(how)
      const all = await requests()
      const before = await shown(TABLE)
      await change('a', `${how} ended`)
      for (let nth = 1; nth <= all; nth++) {
        let at = 0
        decide = async (): Promise<Fate> => {
          if (++at === nth)
            await run(
              `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE '%refresh(''${TABLE}'')%' AND pid <> pg_backend_pid()`,
            )
          return 'pass'
        }
        expect((await session(`${REFRESH};`)).messages).toContain('terminating connection')
        expect(await shown(TABLE)).toEqual(before)
      }
      decide = () => 'pass'
      expect(await refresh(TABLE)).toEqual({ counts: '0 1 0', how })
      expect(await shown(TABLE)).toEqual(list())
    },
  )
})

it('a clock that is set back does not turn the history round', async () => {
  await refreshBy('list')
  // For Postgres it is the same whether its clock is an hour back, or the last refresh was an hour from now.
  await run(`UPDATE k8s_fdw.kept_state SET refreshed_at = refreshed_at + interval '1 hour' WHERE relation = '${TABLE}'::regclass;
    UPDATE ${TABLE}_history SET valid = tstzrange(lower(valid) + interval '1 hour', upper(valid) + interval '1 hour')`)
  const before = list()
  const [at, then] = [
    await value(`SELECT refreshed_at FROM k8s_fdw.kept WHERE relation = '${TABLE}'::regclass`),
    'back',
  ]
  await change('a', then)
  await put('since', then)
  expect((await refresh(TABLE)).counts).toBe('1 1 0')
  expect(await shown(TABLE)).toEqual(list())
  const [[later = ''] = []] = await rows(
    `SELECT refreshed_at FROM k8s_fdw.kept WHERE relation = '${TABLE}'::regclass`,
  )
  expect(later > at).toBe(true)
  expect(await shown(`k8s_fdw.as_of(NULL::${TABLE}, '${at}')`)).toEqual(before)
  expect(await shown(`k8s_fdw.as_of(NULL::${TABLE}, '${later}')`)).toEqual(list())
  expect(
    await rows(`SELECT a.uid FROM ${TABLE}_history AS a JOIN ${TABLE}_history AS b
      ON a.uid = b.uid AND a.ctid < b.ctid AND (a.valid && b.valid OR isempty(a.valid))`),
  ).toEqual([])
})

it('a kind that is gone is an error, and is followed again when it is back', async () => {
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'returnings.kept.example.com' },
    spec: {
      group: 'kept.example.com',
      scope: 'Namespaced',
      names: { plural: 'returnings', singular: 'returning', kind: 'Returning', listKind: 'ReturningList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  }
  const path = `/apis/kept.example.com/v1/namespaces/${NAMESPACE}/returnings`
  const define = async (name: string): Promise<void> => {
    await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd)
    const made = { apiVersion: 'kept.example.com/v1', kind: 'Returning', metadata: { name } }
    await expect
      .poll(
        () =>
          create(path, made).then(
            () => true,
            () => false,
          ),
        { timeout: 30_000, interval: 300 },
      )
      .toBe(true)
  }
  const names = (): Promise<string> =>
    value(`SELECT string_agg(name || ' ' || uid, ',') FROM kept_faults.returnings`)
  const known = (): string =>
    kubectl([
      'get',
      'returnings',
      '-n',
      NAMESPACE,
      '-o',
      'jsonpath={.items[*].metadata.name} {.items[*].metadata.uid}',
    ])
  await refreshBy('watch')
  await define('one')
  await run(`CREATE FOREIGN TABLE faults_of.returnings (name text, uid text) SERVER kept_faults OPTIONS (object 'returnings.kept.example.com', namespace '${NAMESPACE}');
    SELECT k8s_fdw.keep('faults_of.returnings', 'kept_faults.returnings', history => true);`)
  const first = known()
  expect(await names()).toBe(first)
  kubectl(['delete', 'customresourcedefinition', 'returnings.kept.example.com'])
  const gone = await session(`CALL k8s_fdw.follow('kept_faults.returnings', times => 1)`)
  expect(gone.messages).toContain('kept_faults.returnings stays as it was: ')
  expect(await names()).toBe(first)
  await define('two')
  expect((await refresh('kept_faults.returnings')).counts).toBe('1 0 1')
  expect(await names()).toBe(known())
  expect(
    await rows(`SELECT name, upper_inf(valid) FROM kept_faults.returnings_history ORDER BY name`),
  ).toEqual([
    ['one', 'f'],
    ['two', 't'],
  ])
  await run(
    `SELECT k8s_fdw.stop_keeping('kept_faults.returnings'); DROP TABLE kept_faults.returnings, kept_faults.returnings_history;`,
  )
  kubectl(['delete', 'customresourcedefinition', 'returnings.kept.example.com'])
})

describe('a disk that is full', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-full-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'k8s_fdw', folder]).status === 0
  const needsMount = isMounted ? needsOwnServers : 'this user may not mount a small file system'
  if (isMounted) own(serverOwner(), folder)

  afterAll(() => {
    if (isMounted) spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })

  itUnless(needsMount, 'is an error, and the table is as it was', async () => {
    await refreshBy('list')
    await run(`CREATE TABLESPACE kept_full LOCATION '${folder}'`)
    await run(`ALTER TABLE ${TABLE} SET TABLESPACE kept_full`)
    const before = await shown(TABLE)
    // No compression makes these fit.
    const noise = await value(`SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 30000)`)
    await put('large', noise)
    expect(await failure(REFRESH)).toContain('No space left on device')
    expect((await session(FOLLOW)).messages).toContain(`${TABLE} stays as it was: could not extend file`)
    expect(await shown(TABLE)).toEqual(before)
    expect(await noted()).toContain('No space left on device')
    await remove(`${PATH}/large`)
    await put('small', '1')
    await run(FOLLOW)
    expect(await noted()).toBe('∅')
    expect(await shown(TABLE)).toEqual(list())
    await run(`ALTER TABLE ${TABLE} SET TABLESPACE pg_default; DROP TABLESPACE kept_full;`)
  })
})
