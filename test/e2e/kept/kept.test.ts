// Kept tables against the API server: what kubectl lists is what they have after each refresh, whatever happens in
// between, and nothing else is written.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { listed, refresh, refreshAsDelivered, refreshBy, shown, type How } from '../support/kept.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { itUnless, needsReader } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'kept'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const COLUMNS = 'name text, namespace text, uid text, labels jsonb, data jsonb, label_selector text'

const put = (name: string, data: Record<string, string>): Promise<void> =>
  create(PATH, { metadata: { name, labels: { app: 'web' } }, data })
const change = (name: string, data: Record<string, string>): Promise<void> =>
  suiteApi().patch(`${PATH}/${name}`, { data })
const value = async (sql: string): Promise<string> => (await rows(sql))[0]?.[0] ?? ''

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('kept')
  await run(`DROP SCHEMA IF EXISTS kept, kept_source CASCADE;
    CREATE SCHEMA kept; CREATE SCHEMA kept_source;
    CREATE FOREIGN TABLE kept_source.configs (${COLUMNS}) SERVER kept OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
    COMMENT ON FOREIGN TABLE kept_source.configs IS 'what is configured';
    COMMENT ON COLUMN kept_source.configs.data IS 'the keys';`)
  for (const name of ['a', 'b', 'c']) await put(name, { k: '1' })
})

afterAll(async () => {
  await refreshAsDelivered()
  await run('DROP SCHEMA kept, kept_source CASCADE')
  await remove(`/api/v1/namespaces/${NAMESPACE}`)
})

describe('a kept table', () => {
  beforeAll(() =>
    run(`SET client_min_messages = warning;
      SELECT k8s_fdw.keep('kept_source.configs', 'kept.configs', every => '10 seconds', history => true, indexes => ARRAY['labels', 'USING gin (data)']);`),
  )

  it('has the columns of its source without conditions, comments, a key and indexes', async () => {
    expect(
      await rows(`SELECT attname, col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = 'kept.configs'::regclass AND attnum > 0 ORDER BY attnum`),
    ).toEqual([
      ['name', '∅'],
      ['namespace', '∅'],
      ['uid', '∅'],
      ['labels', '∅'],
      ['data', 'the keys'],
    ])
    expect(await value(`SELECT obj_description('kept.configs'::regclass)`)).toBe('what is configured')
    expect(
      await rows(
        `SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'kept.configs'::regclass ORDER BY 1`,
      ),
    ).toEqual([
      ['CREATE INDEX configs_data_idx ON kept.configs USING gin (data)'],
      ['CREATE INDEX configs_labels_idx ON kept.configs USING btree (labels)'],
      ['CREATE INDEX configs_name_namespace_idx ON kept.configs USING btree (name, namespace)'],
      ['CREATE UNIQUE INDEX configs_pkey ON kept.configs USING btree (uid)'],
    ])
    expect(await shown('kept.configs')).toEqual(listed('-n', NAMESPACE))
  })

  it('is in the view, with how far it has come', async () => {
    expect(
      await rows(`SELECT relation, source, every, rows, bytes > 0, behind < '1 minute', resource_version ~ '^[0-9]+$', error, history
        FROM k8s_fdw.kept WHERE relation = 'kept.configs'::regclass`),
    ).toEqual([
      ['kept.configs', 'kept_source.configs', '00:00:10', '3', 't', 't', 't', '∅', 'kept.configs_history'],
    ])
  })

  it.each<How>(['list', 'watch'])(
    'takes over what has changed, by a %s, and writes nothing else',
    async (how) => {
      await refreshBy(how)
      await refresh('kept.configs')
      await put(`new-${how}`, { k: '1' })
      await change('a', { k: how })
      await remove(`${PATH}/b`)
      await put('b', { k: `anew by ${how}` })
      const before = await rows(`SELECT ctid, xmin FROM kept.configs WHERE name = 'c'`)
      expect(await refresh('kept.configs')).toEqual({ counts: '2 1 1', how })
      expect(await shown('kept.configs')).toEqual(listed('-n', NAMESPACE))
      expect(await refresh('kept.configs')).toEqual({ counts: '0 0 0', how })
      expect(await rows(`SELECT ctid, xmin FROM kept.configs WHERE name = 'c'`)).toEqual(before)
    },
  )

  it('lists when the cluster has a lower version, as a restored one', async () => {
    await refreshBy('watch')
    await run(
      `UPDATE k8s_fdw.kept_state SET versions = '{"": "999999999"}' WHERE relation = 'kept.configs'::regclass`,
    )
    await change('a', { k: 'restored' })
    expect(await refresh('kept.configs')).toEqual({ counts: '0 1 0', how: 'list' })
    expect(await shown('kept.configs')).toEqual(listed('-n', NAMESPACE))
    expect(await refresh('kept.configs')).toEqual({ counts: '0 0 0', how: 'watch' })
  })

  it('lists when the API server has forgotten the version', async () => {
    // Of a custom resource it knows no change from before its definition.
    await run(`CREATE FOREIGN TABLE kept_source.widgets (name text) SERVER kept OPTIONS (object 'widgets');
      SELECT k8s_fdw.keep('kept_source.widgets', 'kept.widgets');
      UPDATE k8s_fdw.kept_state SET versions = '{"": "1"}' WHERE relation = 'kept.widgets'::regclass;`)
    expect(await refresh('kept.widgets')).toEqual({ counts: '0 0 0', how: 'list' })
    expect(await refresh('kept.widgets')).toEqual({ counts: '0 0 0', how: 'watch' })
    await run(`SELECT k8s_fdw.stop_keeping('kept.widgets'); DROP TABLE kept.widgets;`)
  })

  it('is refreshed by one session at a time', async () => {
    await refreshBy('list')
    await change('a', { k: 'by one' })
    const first = session(
      `BEGIN; SELECT added + changed FROM k8s_fdw.refresh('kept.configs'); SELECT pg_sleep(3); COMMIT;`,
    )
    await expect
      .poll(
        () =>
          value(
            `SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid()`,
          ),
        { timeout: 20_000 },
      )
      .toBe('1')
    const second = await session(`SELECT * FROM k8s_fdw.refresh('kept.configs')`)
    expect(second).toEqual({
      rows: [],
      failed: false,
      messages: 'NOTICE:  kept.configs is being refreshed by another session, so nothing was done\n',
    })
    expect((await first).rows[0]?.[0]?.trim()).toBe('1')
  })

  it('stays as it was when a refresh is ended in the middle', async () => {
    await change('a', { k: 'unseen' })
    const before = await shown('kept.configs')
    const ended = session(`BEGIN; SELECT FROM k8s_fdw.refresh('kept.configs'); SELECT pg_sleep(60);`)
    const pid = `SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`
    await expect.poll(() => value(pid), { timeout: 20_000 }).not.toBe('')
    await run(`SELECT pg_terminate_backend((${pid}))`)
    await ended
    expect(await shown('kept.configs')).toEqual(before)
    expect((await refresh('kept.configs')).counts).toBe('0 1 0')
  })

  it('waits for no lock for long in follow()', async () => {
    await change('a', { k: 'locked' })
    const lock = session(`BEGIN; LOCK TABLE kept.configs IN EXCLUSIVE MODE; SELECT pg_sleep(7); COMMIT;`)
    await expect
      .poll(
        () =>
          value(
            `SELECT count(*) FROM pg_locks WHERE relation = 'kept.configs'::regclass AND mode = 'ExclusiveLock'`,
          ),
        { timeout: 20_000 },
      )
      .toBe('1')
    const answer = await session(`CALL k8s_fdw.follow('kept.configs', times => 1)`)
    expect(answer.messages).toContain('kept.configs stays as it was: canceling statement due to lock timeout')
    expect(await value(`SELECT error FROM k8s_fdw.kept WHERE relation = 'kept.configs'::regclass`)).toContain(
      'lock timeout',
    )
    await lock
    expect((await session(`CALL k8s_fdw.follow('kept.configs', times => 1)`)).messages).toBe('')
    expect(
      await rows(`SELECT error, error_since FROM k8s_fdw.kept WHERE relation = 'kept.configs'::regclass`),
    ).toEqual([['∅', '∅']])
    expect(await shown('kept.configs')).toEqual(listed('-n', NAMESPACE))
  })

  it('stays as it was while the API server is away, and says so', async () => {
    // A port that cannot be fails at once on both hosts.
    await run(`ALTER SERVER kept OPTIONS (SET api_url 'http://127.0.0.256')`)
    expect(await failure(`SELECT * FROM k8s_fdw.refresh('kept.configs')`)).toMatch(
      /k8s_fdw\[connect\]|127\.0\.0\.256/,
    )
    const answer = await session(`CALL k8s_fdw.follow('kept', times => 1)`)
    expect(answer.failed).toBe(false)
    expect(answer.messages).toContain('kept.configs stays as it was: ')
    expect(
      await rows(
        `SELECT error <> '', error_since < now(), rows FROM k8s_fdw.kept WHERE relation = 'kept.configs'::regclass`,
      ),
    ).toEqual([['t', 't', String(listed('-n', NAMESPACE).length)]])
    await run(`ALTER SERVER kept OPTIONS (SET api_url '${provided().apiServer}')`)
    await run(`CALL k8s_fdw.follow('kept', times => 1)`)
    expect(await value(`SELECT error FROM k8s_fdw.kept WHERE relation = 'kept.configs'::regclass`)).toBe('∅')
  })

  it('can be followed in a loop', async () => {
    const loop = session(`CALL k8s_fdw.follow('kept.configs', every => '1 second', times => 4)`)
    await change('a', { k: 'followed' })
    await expect
      .poll(() => value(`SELECT data->>'k' FROM kept.configs WHERE name = 'a'`), { timeout: 20_000 })
      .toBe('followed')
    expect(await loop).toEqual({ rows: [], messages: '', failed: false })
  })

  it('follows the columns of its source, and keeps its history and what was added to it', async () => {
    await run(`ALTER TABLE kept.configs ADD COLUMN note text DEFAULT 'mine';
      ALTER FOREIGN TABLE kept_source.configs ADD COLUMN generation bigint, ADD COLUMN k text OPTIONS (alias 'data.k'), DROP COLUMN data;`)
    const versions = await value('SELECT count(*) FROM kept.configs_history')
    // What was kept is followed, and that the source is another is said.
    const changed = `SELECT source_changed FROM k8s_fdw.kept WHERE relation = 'kept.configs'::regclass`
    expect(await value(changed)).toBe('t')
    expect((await session(`SELECT added FROM k8s_fdw.refresh('kept.configs')`)).messages).toContain(
      'the source of kept.configs has changed since it was kept',
    )
    await run(
      `SET client_min_messages = warning; SELECT k8s_fdw.keep('kept_source.configs', 'kept.configs');`,
    )
    expect(
      await value(
        `SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'kept.configs'::regclass AND attnum > 0 AND NOT attisdropped`,
      ),
    ).toBe('name,namespace,uid,labels,note,generation,k')
    expect(await value(changed)).toBe('f')
    expect(await rows(`SELECT k, note FROM kept.configs WHERE name = 'a'`)).toEqual([['followed', 'mine']])
    expect(Number(await value('SELECT count(*) FROM kept.configs_history WHERE data IS NOT NULL'))).toBe(
      Number(versions),
    )
    await run(`ALTER FOREIGN TABLE kept_source.configs ALTER COLUMN k TYPE jsonb, ADD COLUMN data jsonb;`)
    expect(await value(changed)).toBe('t')
    await run(`ALTER FOREIGN TABLE kept_source.configs OPTIONS (ADD label_selector 'app=web')`)
    expect(await value(changed)).toBe('t')
    await run(`ALTER FOREIGN TABLE kept_source.configs OPTIONS (DROP label_selector)`)
    await run(
      `SET client_min_messages = warning; ALTER FOREIGN TABLE kept_source.configs DROP COLUMN k; SELECT k8s_fdw.keep('kept_source.configs', 'kept.configs');`,
    )
    expect(await shown('kept.configs')).toEqual(listed('-n', NAMESPACE))
    expect(await value(`SELECT every FROM k8s_fdw.kept WHERE relation = 'kept.configs'::regclass`)).toBe(
      '00:00:10',
    )
  })

  it('can be dropped, and leaves nothing that fails', async () => {
    await run(
      `SET client_min_messages = warning; SELECT k8s_fdw.keep('kept_source.configs', 'kept.dropped'); DROP TABLE kept.dropped;`,
    )
    expect((await session(`CALL k8s_fdw.follow('kept', times => 1)`)).messages).toBe('')
    expect(
      await rows(`SELECT relation FROM k8s_fdw.kept_tables WHERE relation::text ~ '^([0-9]+$|kept.dropped)'`),
    ).toEqual([])
    expect(await value(`SELECT to_regclass('kept.dropped_watch')`)).toBe('∅')
  })

  it('says who refreshes it where there is no pg_cron', async () => {
    const { messages } = await session(
      `SELECT k8s_fdw.keep('kept_source.configs', 'kept.configs', every => '10 seconds')`,
    )
    expect(messages).toContain(
      'kept.configs is refreshed by whoever calls k8s_fdw.refresh(), for pg_cron is not installed in this database',
    )
    expect(messages).toContain("CALL k8s_fdw.follow('kept.configs');")
  })

  it('can be dropped while it is followed, which ends that', async () => {
    await run(`SELECT k8s_fdw.keep('kept_source.configs', 'kept.passing')`)
    const loop = session(`CALL k8s_fdw.follow('kept.passing', every => '1 second')`)
    await expect
      .poll(() => value(`SELECT refreshed_at FROM k8s_fdw.kept WHERE relation = 'kept.passing'::regclass`), {
        timeout: 20_000,
      })
      .not.toBe('∅')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await run('DROP TABLE kept.passing')
    const { messages, failed } = await loop
    expect(failed).toBe(false)
    expect(messages).toContain('there is no kept table kept.passing any more, and what refreshed it ends')
  })

  it('ends with stop_keeping(), and stays', async () => {
    await run(
      `SET client_min_messages = warning; SELECT k8s_fdw.keep('kept_source.configs', 'kept.ended'); SELECT k8s_fdw.stop_keeping('kept.ended');`,
    )
    expect(await shown('kept.ended')).toEqual(listed('-n', NAMESPACE))
    expect(await value(`SELECT to_regclass('kept.ended_watch')`)).toBe('∅')
    expect(await failure(`SELECT k8s_fdw.refresh('kept.ended')`)).toContain('kept.ended is no kept table')
    expect(await failure(`SELECT k8s_fdw.keep('kept_source.configs', 'kept.ended')`)).toContain(
      'there is a table kept.ended already, and it is no kept one',
    )
  })
})

describe('names', () => {
  it.each([
    ['quotes, dots and upper case', 'A "quoted".Name', 'Sch"e.ma'],
    ['63 bytes', 'n'.repeat(63), 'kept'],
    ['63 bytes of other letters', `${'ü'.repeat(31)}x`, 'kept'],
  ])('may have %s', async (_, name, schema) => {
    const ident = (one: string): string => `"${one.replaceAll('"', '""')}"`
    const table = `${ident(schema)}.${ident(name)}`
    await run(`SET client_min_messages = warning;
      CREATE SCHEMA IF NOT EXISTS ${ident(schema)};
      CREATE FOREIGN TABLE kept_source.${ident(name)} (name text, namespace text, uid text, labels jsonb, "Da""t.a" jsonb OPTIONS (alias 'data'))
        SERVER kept OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
      SELECT k8s_fdw.keep('kept_source.${ident(name)}', '${table}', history => true, indexes => ARRAY['Da"t.a']);`)
    expect(
      await shown(`(SELECT namespace, name, uid, labels, "Da""t.a" AS data FROM ${table}) AS t`),
    ).toEqual(listed('-n', NAMESPACE))
    await change('c', { k: name.length.toString() })
    await run(`CALL k8s_fdw.follow('${table}', times => 1)`)
    expect(
      await shown(
        `(SELECT namespace, name, uid, labels, "Da""t.a" AS data FROM k8s_fdw.as_of(NULL::${table}, now())) AS t`,
      ),
    ).toEqual(listed('-n', NAMESPACE))
    await run(`SELECT k8s_fdw.stop_keeping('${table}'); DROP TABLE ${table};`)
    if (schema !== 'kept') await run(`DROP SCHEMA ${ident(schema)} CASCADE`)
  })
})

describe('sources', () => {
  beforeEach(() => refreshBy('watch'))

  it('of several namespaces and several clusters have a version for each list', async () => {
    await create('/api/v1/namespaces', { metadata: { name: 'kept-2' } })
    await create('/api/v1/namespaces/kept-2/configmaps', { metadata: { name: 'z' }, data: { k: '1' } })
    await createServer('kept_west')
    await run(`CREATE FOREIGN TABLE kept_source.both (name text, namespace text, uid text, labels jsonb, data jsonb) SERVER kept OPTIONS (object 'configmaps', namespaces '${NAMESPACE},kept-2');
      SELECT k8s_fdw.partition_by_cluster('kept_source.both', ARRAY['kept', 'kept_west'], name => 'all');
      SELECT k8s_fdw.keep('kept_source.all', 'kept.all', history => true);
      DROP FOREIGN TABLE kept_source.both;`)
    const both = [...listed('-n', NAMESPACE), ...listed('-n', 'kept-2')].sort()
    for (const cluster of ['kept', 'kept_west'])
      expect(await shown(`kept.all WHERE cluster = '${cluster}'`)).toEqual(both)
    await suiteApi().remove('/api/v1/namespaces/kept-2/configmaps/z')
    await change('a', { k: 'in both' })
    expect(await refresh('kept.all')).toEqual({ counts: '0 2 2', how: 'watch' })
    await refreshBy('list')
    await change('a', { k: 'in both again' })
    expect(await refresh('kept.all')).toEqual({ counts: '0 2 0', how: 'list' })
    expect(
      await value(
        `SELECT string_agg(k, ',' ORDER BY k) FROM k8s_fdw.kept, jsonb_object_keys(resource_version::jsonb) AS k WHERE relation = 'kept.all'::regclass`,
      ),
    ).toBe('kept/kept,kept/kept-2,kept_west/kept,kept_west/kept-2')
    // One cluster that is away does not hold up the other.
    await run(`ALTER SERVER kept_west OPTIONS (SET api_url 'http://127.0.0.256')`)
    await change('a', { k: 'in one' })
    await run(`CALL k8s_fdw.follow('kept.all', times => 1)`)
    expect(await rows(`SELECT cluster, data->>'k' FROM kept.all WHERE name = 'a' ORDER BY 1`)).toEqual([
      ['kept', 'in one'],
      ['kept_west', 'in both again'],
    ])
    expect(await value(`SELECT error FROM k8s_fdw.kept WHERE relation = 'kept.all'::regclass`)).toMatch(
      /^kept_west\/kept: /,
    )
    await run(
      `SELECT k8s_fdw.stop_keeping('kept.all'); DROP TABLE kept.all, kept_source.all; DROP SERVER kept_west CASCADE;`,
    )
    await remove('/api/v1/namespaces/kept-2')
  })

  it('that have no uid get one', async () => {
    await run(`CREATE FOREIGN TABLE kept_source.named (name text) SERVER kept OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
      SELECT k8s_fdw.keep('kept_source.named', 'kept.named');`)
    const expected = listed('-n', NAMESPACE).map((text) => (JSON.parse(text) as string[]).slice(1, 3))
    expect(await rows('SELECT name, uid FROM kept.named ORDER BY name')).toEqual(expected)
    await change('a', { k: 'not shown' })
    expect((await refresh('kept.named')).counts).toBe('0 0 0')
    await run(`SELECT k8s_fdw.stop_keeping('kept.named'); DROP TABLE kept.named;`)
  })

  it('whose kind is gone leave the table as it was', async () => {
    const crd = (name: string) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${name}s.kept.example.com` },
      spec: {
        group: 'kept.example.com',
        scope: 'Namespaced',
        names: { plural: `${name}s`, singular: name, kind: 'Passing', listKind: 'PassingList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    })
    await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd('passing'))
    const path = `/apis/kept.example.com/v1/namespaces/${NAMESPACE}/passings`
    await expect
      .poll(
        () =>
          create(path, {
            apiVersion: 'kept.example.com/v1',
            kind: 'Passing',
            metadata: { name: 'one' },
          }).then(
            () => true,
            () => false,
          ),
        { timeout: 30_000, interval: 300 },
      )
      .toBe(true)
    await run(`CREATE FOREIGN TABLE kept_source.passings (name text, uid text) SERVER kept OPTIONS (object 'passings.kept.example.com', namespace '${NAMESPACE}');
      SELECT k8s_fdw.keep('kept_source.passings', 'kept.passings');`)
    kubectl(['delete', 'customresourcedefinition', 'passings.kept.example.com'])
    expect(await failure(`SELECT k8s_fdw.refresh('kept.passings')`)).toMatch(/k8s_fdw\[/)
    expect(await value('SELECT name FROM kept.passings')).toBe('one')
    await run(`SELECT k8s_fdw.stop_keeping('kept.passings'); DROP TABLE kept.passings;`)
  })

  it.each([
    ['no foreign table', 'kept.configs', 'kept.configs is no foreign table of k8s_fdw'],
    ['a virtual table', `OPTIONS (object 'version')`, 'what it shows has no uid and cannot be watched'],
    ['logs', `OPTIONS (object 'pods/log')`, 'what it shows has no uid and cannot be watched'],
    [
      'metrics',
      `OPTIONS (object 'pods.v1beta1.metrics.k8s.io')`,
      'what it shows has no uid and cannot be watched',
    ],
    [
      'a kind without uid',
      `OPTIONS (object 'componentstatuses')`,
      /no uid|resourceVersion|cannot be watched/,
    ],
    [
      'revealed Secrets',
      `OPTIONS (object 'secrets', reveal_secrets 'true')`,
      'shows the values of Secrets, and a kept table would store them',
    ],
    [
      'a table of changes',
      `OPTIONS (object 'secrets', watch 'on')`,
      'shows changes, for it has the option watch',
    ],
  ])('are refused: %s', async (_, source, message) => {
    const made = source.startsWith('OPTIONS')
    if (made) await run(`CREATE FOREIGN TABLE kept_source.refused (name text) SERVER kept ${source}`)
    expect(
      await failure(`SELECT k8s_fdw.keep('${made ? 'kept_source.refused' : source}', 'kept.refused')`),
    ).toMatch(message)
    expect(
      await value(
        `SELECT count(*) FROM pg_class WHERE relname LIKE 'refused_%' OR relname = 'refused' AND relkind = 'r'`,
      ),
    ).toBe('0')
    if (made) await run('DROP FOREIGN TABLE kept_source.refused')
  })

  it('that impersonate, and names that are needed, are refused', async () => {
    await createServer('kept_as', { impersonate_user: 'jane' })
    await run(`CREATE FOREIGN TABLE kept_source.as_jane (name text) SERVER kept_as OPTIONS (object 'pods');
      CREATE FOREIGN TABLE kept_source.odd (name text, change text OPTIONS (alias 'metadata.uid')) SERVER kept OPTIONS (object 'pods');
      CREATE FOREIGN TABLE kept_source.odd_uid (name text, uid text OPTIONS (alias 'metadata.name')) SERVER kept OPTIONS (object 'pods');`)
    expect(await failure(`SELECT k8s_fdw.keep('kept_source.as_jane', 'kept.x')`)).toContain(
      'its server impersonates',
    )
    for (const table of ['odd', 'odd_uid'])
      expect(await failure(`SELECT k8s_fdw.keep('kept_source.${table}', 'kept.x')`)).toContain(
        'has a name that a kept table needs itself',
      )
    expect(await failure(`SELECT k8s_fdw.keep('kept_source.odd', 'x')`)).toContain('needs its schema')
    expect(await failure(`SELECT k8s_fdw.keep('kept_source.odd', 'nowhere.x')`)).toContain(
      'there is no schema nowhere',
    )
    await run('DROP SERVER kept_as CASCADE')
  })

  it('with Secrets are kept masked, and revealed if that is said twice', async () => {
    await create(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
      metadata: { name: 's' },
      stringData: { key: 'kept-and-masked' },
    })
    await run(`CREATE FOREIGN TABLE kept_source.secrets (name text, data jsonb) SERVER kept OPTIONS (object 'secrets', namespace '${NAMESPACE}');
      CREATE FOREIGN TABLE kept_source.revealed (name text, data jsonb) SERVER kept OPTIONS (object 'secrets', namespace '${NAMESPACE}', reveal_secrets 'true');
      SELECT k8s_fdw.keep('kept_source.secrets', 'kept.secrets'), k8s_fdw.keep('kept_source.revealed', 'kept.revealed', reveal_secrets => true);`)
    expect(await value(`SELECT data FROM kept.secrets`)).toBe('{"key": "***"}')
    expect(await value(`SELECT data->>'key' = '***' FROM kept.revealed`)).toBe('f')
    await run('DROP TABLE kept.secrets, kept.revealed')
  })
})

describe('all tables of a schema', () => {
  it('are kept at once, and each that is not says why', async () => {
    await refreshAsDelivered()
    await run(`CREATE SCHEMA kept_cluster; CREATE SCHEMA kept_all;
      IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, events, nodes, configmaps, componentstatuses) FROM SERVER kept INTO kept_cluster;`)
    const answer = await session(
      `SELECT relation, rows IS NOT NULL, problem FROM k8s_fdw.keep_all('kept_cluster', 'kept_all', every => '1 minute', history => true)`,
    )
    expect(answer.rows.filter(([, isKept]) => isKept === 't').map(([table]) => table)).toEqual([
      'kept_all.configmaps',
      'kept_all.events',
      'kept_all.nodes',
      'kept_all.pods',
    ])
    expect(await value('SELECT count(*) FROM kept_all.pods')).toBe(
      String(kubectl(['get', 'pods', '-A', '-o', 'name']).trim().split('\n').length),
    )
    expect((await session(`CALL k8s_fdw.follow('kept_all', times => 1)`)).messages).not.toContain(
      'stays as it was',
    )
    await run('DROP SCHEMA kept_all, kept_cluster CASCADE')
  })
})

describe('rights', () => {
  itUnless(
    needsReader,
    'that do not suffice to see a restore are said, and a list can be asked for',
    async () => {
      const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`
      const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }]
      await create(`${rbac}/roles`, { metadata: { name: 'keeper' }, rules })
      await create(`${rbac}/rolebindings`, {
        metadata: { name: 'keeper' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'keeper' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
      })
      await createServer('kept_reader', { api_key: provided().readerToken ?? '' })
      await refreshBy('watch')
      await run(`CREATE FOREIGN TABLE kept_source.read (name text, namespace text, uid text, labels jsonb, data jsonb)
      SERVER kept_reader OPTIONS (object 'configmaps', namespace '${NAMESPACE}')`)
      const message = 'whether the cluster of kept.read is restored from a backup cannot be seen'
      expect((await session(`SELECT k8s_fdw.keep('kept_source.read', 'kept.read')`)).messages).toContain(
        message,
      )
      await change('a', { k: 'for a reader' })
      expect(await refresh('kept.read')).toEqual({ counts: '0 1 0', how: 'watch' })
      const whole = await session(`SELECT how FROM k8s_fdw.refresh('kept.read', whole => true)`)
      expect(whole.rows).toEqual([['list']])
      expect(whole.messages).toContain(message)
      expect(await shown('kept.read')).toEqual(listed('-n', NAMESPACE))
      await run('DROP TABLE kept.read; DROP SERVER kept_reader CASCADE;')
    },
  )

  it('are the caller’s, and a role sees and refreshes its own tables', async () => {
    await run(`DROP ROLE IF EXISTS kept_jane; CREATE ROLE kept_jane; CREATE SCHEMA kept_hers AUTHORIZATION kept_jane;
      GRANT USAGE ON FOREIGN SERVER kept TO kept_jane; GRANT USAGE ON SCHEMA kept_source, kept TO kept_jane; GRANT SELECT ON ALL TABLES IN SCHEMA kept_source TO kept_jane;`)
    const jane = (sql: string): Promise<string[][]> =>
      rows(`SET ROLE kept_jane; SET client_min_messages = warning; ${sql}`)
    await jane(`SELECT k8s_fdw.keep('kept_source.configs', 'kept_hers.configs', history => true)`)
    expect(await jane('SELECT relation FROM k8s_fdw.kept')).toEqual([['kept_hers.configs']])
    expect(await jane(`SELECT added FROM k8s_fdw.refresh('kept_hers.configs')`)).toEqual([['0']])
    const refused = (sql: string): Promise<string> => failure(`SET ROLE kept_jane; ${sql}`)
    expect(await refused(`SELECT k8s_fdw.refresh('kept.configs')`)).toContain('only its owner can refresh it')
    expect(await refused(`UPDATE k8s_fdw.kept_tables SET every = '1 day'`)).toContain(
      'belongs to another role than "kept_jane"',
    )
    expect(await refused(`DELETE FROM k8s_fdw.kept_state`)).toContain(
      'belongs to another role than "kept_jane"',
    )
    expect(await refused(`SELECT error FROM k8s_fdw.kept_state`)).toContain('permission denied')
    expect(await failure(`SELECT k8s_fdw.refresh('kept_hers.configs')`)).toContain('SET ROLE kept_jane')
    await run(
      `CALL k8s_fdw.follow('kept', times => 1); DROP OWNED BY kept_jane CASCADE; DROP ROLE kept_jane;`,
    )
  })
})
