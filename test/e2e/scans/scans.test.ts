// How a scan lives in Postgres: namespaces, pages, rescans, LIMIT, NULLs, prepared statements.
import { beforeAll, describe, expect, it } from 'vitest'
import { startFaults } from '../support/faults.ts'
import { list } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'
import { isOwn, itUnless, needsCachedPlans } from '../support/left-out.ts'

beforeAll(async () => {
  await createServer('scans')
  await createServer('small_pages', { page_size: '2' })
  const pods = (server: string): string => `
    CREATE FOREIGN TABLE ${server}.pods (name text, namespace text, node text OPTIONS (alias 'spec.nodeName'), labels jsonb)
      SERVER ${server} OPTIONS (apiVersion 'v1', kind 'Pod');
    CREATE FOREIGN TABLE ${server}.replica_sets (name text, namespace text)
      SERVER ${server} OPTIONS (apiVersion 'apps/v1', kind 'ReplicaSet');`
  await run(`
    CREATE SCHEMA scans; ${pods('scans')}
    CREATE SCHEMA small_pages; ${pods('small_pages')}
    CREATE FOREIGN TABLE scans.kube_system (name text)
      SERVER scans OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');
    CREATE FOREIGN TABLE scans.nowhere (name text)
      SERVER scans OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'no-such-namespace');
    CREATE FOREIGN TABLE scans.nodes (name text, namespace text)
      SERVER scans OPTIONS (apiVersion 'v1', kind 'Node');
    CREATE FOREIGN TABLE scans.labelled (name text)
      SERVER scans OPTIONS (apiVersion 'v1', kind 'Pod', label_selector 'k8s-app in (kube-dns,kube-proxy)');
    CREATE FOREIGN TABLE scans.on_the_node (name text)
      SERVER scans OPTIONS (apiVersion 'v1', kind 'Pod', field_selector 'spec.nodeName=zoo-node');
  `)
})

const namesOf = async (path: string): Promise<string[][]> =>
  (await list(path)).map(({ metadata }) => [metadata.namespace ?? '∅', metadata.name]).sort()

describe('which objects', () => {
  it('all namespaces', async () => {
    expect((await rows('SELECT namespace, name FROM scans.pods')).sort()).toEqual(
      await namesOf('/api/v1/pods'),
    )
  })

  it('one namespace', async () => {
    expect((await rows('SELECT name FROM scans.kube_system')).length).toBe(7)
  })

  it.each([
    `namespace = 'kube-system'`,
    `namespace IN ('kube-system', 'default')`,
    `name = 'etcd-master'`,
    `namespace = 'kube-system' AND name = 'etcd-master'`,
    `name <> 'etcd-master'`,
    `namespace = 'kube-system' AND namespace = 'default'`,
    `name LIKE 'core%'`,
    `labels @> '{"k8s-app": "kube-dns"}'`,
    `labels->>'k8s-app' = 'kube-dns'`,
    `node = 'zoo-node'`,
    `node IS NULL`,
    `node IS NOT NULL`,
    `name = 'no-such-pod'`,
    `name = ''`,
    `name = NULL`,
    `name = 'a''b&c=d/../x'`,
  ])('WHERE %s gives what Postgres finds in a copy', async (where) => {
    const query = (table: string): string =>
      `SELECT namespace, name FROM ${table} WHERE ${where} ORDER BY 1, 2`
    const copied = await session(`CREATE TEMP TABLE copy AS SELECT * FROM scans.pods; ${query('copy')};`)
    expect(await rows(query('scans.pods'))).toEqual(copied.rows)
  })

  it('an unknown namespace has no rows', async () => {
    expect(await rows('SELECT * FROM scans.nowhere')).toEqual([])
  })

  it('a cluster-wide kind has NULL for its namespace', async () => {
    expect(await rows('SELECT name, namespace FROM scans.nodes')).toEqual([['zoo-node', '∅']])
  })

  it('a label selector', async () => {
    const query = 'labelSelector=k8s-app+in+(kube-dns,kube-proxy)'
    const want = (await namesOf(`/api/v1/pods?${query}`)).map(([, name]) => [name])
    expect((await rows('SELECT name FROM scans.labelled')).sort()).toEqual(want.sort())
    expect(want.length).toBe(3)
  })

  it('a field selector', async () => {
    const want = (await namesOf('/api/v1/pods?fieldSelector=spec.nodeName%3Dzoo-node')).map(([, name]) => [
      name,
    ])
    expect((await rows('SELECT name FROM scans.on_the_node')).sort()).toEqual(want.sort())
  })
})

describe('many rows', () => {
  it('reads more than 100,000, each with a call of its own', async () => {
    // The API server takes minutes to make so many objects; bench/ reads real ones.
    const count = 110_000
    const faults = await startFaults({
      many: {
        body: JSON.stringify({
          kind: 'Table',
          apiVersion: 'meta.k8s.io/v1',
          metadata: {},
          columnDefinitions: [{ name: 'Name', format: 'name' }],
          rows: Array.from({ length: count }, (_, i) => ({ cells: [`pod-${i}`] })),
        }),
      },
    })
    await createServer('many_rows', { api_url: `${faults.url}/many` })
    await run(`CREATE FOREIGN TABLE scans.many_rows (name text) SERVER many_rows OPTIONS (object 'pods');`)
    expect(
      await rows('SELECT count(*), count(DISTINCT name), max(length(name)) FROM scans.many_rows'),
    ).toEqual([[String(count), String(count), '10']])
    await faults.close()
  })
})

describe('a join of two large tables', () => {
  it('says once that nested loops replay the rows, and how to have none', async () => {
    const body = JSON.stringify({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: {},
      columnDefinitions: [{ name: 'Name', format: 'name' }],
      rows: Array.from({ length: 600 }, (_, i) => ({ cells: [`object-${i}`] })),
    })
    const faults = await startFaults({ many: { body } })
    await createServer('joined', { api_url: `${faults.url}/many` })
    await run(`
      CREATE FOREIGN TABLE scans.joined_pods (name text) SERVER joined OPTIONS (object 'pods');
      CREATE FOREIGN TABLE scans.joined_services (name text) SERVER joined OPTIONS (object 'services');`)
    // Our own host would ask for each name; what it cannot ask for, it replays.
    const on = isOwn ? "ON joined_pods.name || '' = joined_services.name || ''" : 'USING (name)'
    const join = `SELECT count(*) FROM scans.joined_pods JOIN scans.joined_services ${on};`
    const loops = 'SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;'
    const slow = await session(`${loops} ${join}`)
    expect(slow.rows).toEqual([['600']])
    expect(slow.messages.match(/were read again/g)).toHaveLength(1)
    expect(slow.messages).toMatch(
      /the rows of kind (Pod|Service) were read again 167 times so far, 100200 rows in all: if this is a join, SET enable_nestloop = off/,
    )
    const quick = await session(`SET enable_nestloop = off; ${join}`)
    expect(quick).toMatchObject({ rows: [['600']], messages: '' })
    await faults.close()
  })
})

describe('pages', () => {
  it('pages of two give the same rows as one page', async () => {
    const query = (schema: string): string =>
      `SELECT namespace, name, node, labels FROM ${schema}.pods ORDER BY 1, 2`
    const whole = await rows(query('scans'))
    expect(whole.length).toBeGreaterThan(120)
    expect(await rows(query('small_pages'))).toEqual(whole)
  })

  it.each([0, 1, 2, 3, 7, 1000])('LIMIT %i', async (limit) => {
    const got = await rows(`SELECT name FROM small_pages.pods WHERE namespace = 'kube-system' LIMIT ${limit}`)
    expect(got.length).toBe(Math.min(limit, 7))
  })

  it('LIMIT with a qual that only Postgres can check', async () => {
    expect(await rows(`SELECT name FROM small_pages.pods WHERE name LIKE '%scheduler%' LIMIT 1`)).toEqual([
      ['kube-scheduler-master'],
    ])
  })

  it('OFFSET', async () => {
    const all = await rows('SELECT name FROM scans.kube_system')
    expect(await rows('SELECT name FROM scans.kube_system OFFSET 3 LIMIT 2')).toEqual(all.slice(3, 5))
  })

  it('a count and an aggregate', async () => {
    expect(await rows('SELECT count(*) FROM scans.kube_system')).toEqual([['7']])
    expect(
      await rows(
        `SELECT namespace, count(*) FROM scans.pods WHERE namespace IN ('kube-system', 'many') GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      ['kube-system', '7'],
      ['many', '120'],
    ])
  })
})

describe('rescans', () => {
  const NESTED_LOOPS = 'SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;'

  it('a nested loop over the inner table', async () => {
    const query = `SELECT a.name, b.name FROM scans.kube_system AS a JOIN scans.kube_system AS b ON a.name = b.name ORDER BY 1`
    const plan = (await rows(`${NESTED_LOOPS} EXPLAIN ${query}`)).flat().join('\n')
    expect(plan).toContain('Nested Loop')
    const got = await rows(`${NESTED_LOOPS} ${query}`)
    expect(got).toEqual(await rows('SELECT name, name FROM scans.kube_system ORDER BY 1'))
    expect(got.length).toBe(7)
  })

  it('a lateral join, whose inner scan has a parameter', async () => {
    const got = await rows(`${NESTED_LOOPS}
      SELECT r.name, p.name FROM scans.replica_sets AS r,
        LATERAL (SELECT name FROM scans.pods WHERE namespace = r.namespace AND name LIKE r.name || '-%' ORDER BY 1) AS p
       WHERE r.namespace = 'kube-system'`)
    expect(got).toEqual([
      ['coredns-6f685fffbf', 'coredns-6f685fffbf-7xrtp'],
      ['coredns-6f685fffbf', 'coredns-6f685fffbf-nzfn7'],
    ])
  })

  it('a correlated subquery', async () => {
    const got = await rows(`SELECT v.name, (SELECT count(*) FROM scans.pods AS p WHERE p.namespace = v.name)
      FROM (VALUES ('kube-system'), ('many'), ('none'), (NULL)) AS v (name)`)
    expect(got).toEqual([
      ['kube-system', '7'],
      ['many', '120'],
      ['none', '0'],
      ['∅', '0'],
    ])
  })

  it('a cursor that is closed half-way', async () => {
    const answer = await session(`BEGIN;
      DECLARE c CURSOR FOR SELECT name FROM small_pages.pods WHERE namespace = 'kube-system';
      FETCH 3 FROM c; CLOSE c; COMMIT;
      SELECT count(*) FROM scans.kube_system;`)
    expect(answer.failed).toBe(false)
    expect(answer.rows.at(-1)).toEqual(['7'])
  })
})

describe('prepared statements, on hosts whose plans may be cached', () => {
  const times = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i))

  itUnless(needsCachedPlans, 'executed ten times, without parameters', async () => {
    const answer = await session(
      `PREPARE p AS SELECT count(*) FROM scans.kube_system; ${times(10, () => 'EXECUTE p;').join('\n')}`,
    )
    expect(answer.messages).toBe('')
    expect(answer.rows).toEqual(times(10, () => ['7']))
  })

  itUnless(needsCachedPlans, 'executed ten times, with a parameter', async () => {
    const answer = await session(
      `PREPARE p (text) AS SELECT count(*) FROM scans.pods WHERE namespace = $1;
       ${times(10, (i) => `EXECUTE p ('${i % 2 === 0 ? 'kube-system' : 'many'}');`).join('\n')}`,
    )
    expect(answer.messages).toBe('')
    expect(answer.rows).toEqual(times(10, (i) => [i % 2 === 0 ? '7' : '120']))
  })

  itUnless(
    needsCachedPlans,
    'a PL/pgSQL function without a variable in its query, called ten times',
    async () => {
      const answer = await session(`
      CREATE FUNCTION pg_temp.counted() RETURNS bigint LANGUAGE plpgsql AS
        $$ BEGIN RETURN (SELECT count(*) FROM scans.kube_system); END $$;
      ${times(10, () => 'SELECT pg_temp.counted();').join('\n')}`)
      expect(answer.messages).toBe('')
      expect(answer.rows).toEqual(times(10, () => ['7']))
    },
  )

  // In a generic plan the framework looks for PL/pgSQL's variables in memory that is not theirs: docs/k8s.md, limitations.
  itUnless(needsCachedPlans, "a PL/pgSQL function's variable, ten times with custom plans", async () => {
    const answer = await session(`
      SET plan_cache_mode = force_custom_plan;
      CREATE FUNCTION pg_temp.pods_in(ns text) RETURNS bigint LANGUAGE plpgsql AS
        $$ BEGIN RETURN (SELECT count(*) FROM scans.pods WHERE namespace = ns); END $$;
      ${times(10, (i) => `SELECT pg_temp.pods_in('${i % 2 === 0 ? 'kube-system' : 'many'}');`).join('\n')}`)
    expect(answer.messages).toBe('')
    expect(answer.rows).toEqual(times(10, (i) => [i % 2 === 0 ? '7' : '120']))
  })

  it('a variable given to EXECUTE with USING works on every host', async () => {
    const answer = await session(`
      CREATE FUNCTION pg_temp.pods_of(ns text) RETURNS bigint LANGUAGE plpgsql AS
        $$ DECLARE n bigint;
        BEGIN EXECUTE 'SELECT count(*) FROM scans.pods WHERE namespace = $1' INTO n USING ns; RETURN n; END $$;
      ${times(10, (i) => `SELECT pg_temp.pods_of('${i % 2 === 0 ? 'kube-system' : 'many'}');`).join('\n')}`)
    expect(answer.messages).toBe('')
    expect(answer.rows).toEqual(times(10, (i) => [i % 2 === 0 ? '7' : '120']))
  })

  it('EXECUTE of a text made at run time works on every host', async () => {
    const answer = await session(`
      CREATE FUNCTION pg_temp.counted() RETURNS bigint LANGUAGE plpgsql AS
        $$ DECLARE n bigint; BEGIN EXECUTE 'SELECT count(*) FROM scans.kube_system' INTO n; RETURN n; END $$;
      ${times(3, () => 'SELECT pg_temp.counted();').join('\n')}`)
    expect(answer.rows).toEqual(times(3, () => ['7']))
  })
})
