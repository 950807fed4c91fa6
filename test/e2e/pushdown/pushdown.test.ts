// Conditions that narrow the requests: the rows are the same with pushdown on and off, and fewer objects are requested.
import { beforeAll, describe, expect, it } from 'vitest'
import { COLUMNS, createMenagerie } from '../support/menagerie.ts'
import { create } from '../support/objects.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'
import { itUnless, needsCachedPlans } from '../support/left-out.ts'

beforeAll(async () => {
  await createMenagerie()
  await createServer('pushdown', { session_settings: 'on' })
  await run(`CREATE SCHEMA pushdown;
    CREATE FOREIGN TABLE pushdown.pods (${COLUMNS}, label_selector text, field_selector text)
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'Pod', namespaces 'pd-a,pd-b,pd-c');
    CREATE FOREIGN TABLE pushdown.everywhere (name text, namespace text, labels jsonb)
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'Pod');
    CREATE FOREIGN TABLE pushdown.widgets (name text, color text OPTIONS (alias 'spec.color'), size text OPTIONS (alias 'spec.size'), spec jsonb)
      SERVER pushdown OPTIONS (apiVersion 'stable.example.com/v1', kind 'Widget');
    CREATE FOREIGN TABLE pushdown.jobs (name text, succeeded integer OPTIONS (alias 'status.succeeded'))
      SERVER pushdown OPTIONS (apiVersion 'batch/v1', kind 'Job');
    CREATE FOREIGN TABLE pushdown.cluster_roles (name text, rules jsonb)
      SERVER pushdown OPTIONS (apiVersion 'rbac.authorization.k8s.io/v1', kind 'ClusterRole');
    CREATE FOREIGN TABLE pushdown.services (name text, type text OPTIONS (alias 'spec.type'), ip text OPTIONS (alias 'spec.clusterIP'))
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'Service');
    CREATE FOREIGN TABLE pushdown.events (name text, reason text, type text, about text OPTIONS (alias 'involvedObject.name'),
        uid text OPTIONS (alias 'involvedObject.uid'), source text OPTIONS (alias 'source.component'), controller text OPTIONS (alias 'reportingComponent'))
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'Event');
    CREATE FOREIGN TABLE pushdown.new_events (name text, reason text, type text, about text OPTIONS (alias 'regarding.name'), controller text OPTIONS (alias 'reportingController'))
      SERVER pushdown OPTIONS (apiVersion 'events.k8s.io/v1', kind 'Event');
    CREATE FOREIGN TABLE pushdown.secrets (name text, type text)
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'Secret');
    CREATE FOREIGN TABLE pushdown.namespaces (name text, phase text OPTIONS (alias 'status.phase'))
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'Namespace');
    CREATE FOREIGN TABLE pushdown.controllers (name text, replicas integer OPTIONS (alias 'status.replicas'))
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'ReplicationController');
    CREATE FOREIGN TABLE pushdown.nodes (name text, unschedulable boolean OPTIONS (alias 'spec.unschedulable'))
      SERVER pushdown OPTIONS (apiVersion 'v1', kind 'Node');
  `)
  for (const [n, reason] of ['Pulled', 'BackOff', 'Pulled'].entries()) {
    await create('/api/v1/namespaces/pd-a/events', {
      metadata: { name: `e${n}` },
      involvedObject: { kind: 'Pod', namespace: 'pd-a', name: `p${n}`, uid: `0-${n}` },
      reason,
      type: reason === 'BackOff' ? 'Warning' : 'Normal',
      source: n === 0 ? { component: 'kubelet' } : {},
      reportingComponent: n === 0 ? '' : 'kubelet',
      reportingInstance: 'x',
    })
  }
})

interface Outcome {
  readonly rows: string[][]
  /** Paths and queries. */
  readonly requests: string[]
  readonly objects: number
}

const ask = async (pushdown: 'on' | 'off', sql: string): Promise<Outcome> => {
  const answer = await session(`SET k8s_fdw.trace = on; SET k8s_fdw.pushdown = ${pushdown}; ${sql};`)
  if (answer.failed) throw new Error(answer.messages)
  const lines = answer.messages.split('\n').filter((line) => line.startsWith('INFO:'))
  return {
    rows: answer.rows.sort(),
    requests: lines.map((line) => /GET ([^ ]+): /.exec(line)?.[1] ?? line),
    objects: lines.reduce((sum, line) => sum + Number(/(\d+) objects?,/.exec(line)?.[1] ?? 0), 0),
  }
}

/** The same rows, of fewer objects. */
const narrows = async (sql: string): Promise<Outcome> => {
  const on = await ask('on', sql)
  const off = await ask('off', sql)
  expect(on.rows).toEqual(off.rows)
  expect(on.objects).toBeLessThan(off.objects)
  return on
}

const NARROWED = [
  `namespace = 'pd-a'`,
  `namespace IN ('pd-a', 'pd-c')`,
  `namespace = ANY ('{pd-b,no-such}')`,
  `'pd-a' = namespace`,
  `name = 'p3'`,
  `name IN ('p1', 'p2', 'none')`,
  `name <> 'p3'`,
  `namespace = 'pd-a' AND name = 'p3'`,
  `namespace = 'pd-a' AND name = 'none'`,
  `app = 'web'`,
  `app <> 'web'`,
  `app IN ('web', 'db')`,
  `app NOT IN ('web', 'db')`,
  `app IS NULL`,
  `app IS NOT NULL`,
  `part_of = 'shop'`,
  `labels @> '{"app": "web"}'`,
  `labels @> '{"app": "web", "tier": "t1"}'`,
  `labels = '{"app": "db", "tier": "t1", "revision": "1"}'`,
  `labels ? 'app'`,
  `metadata @> '{"labels": {"app": "web"}, "namespace": "pd-a"}'`,
  `spec @> '{"nodeName": "n1", "restartPolicy": "Never"}'`,
  `attrs @> '{"metadata": {"labels": {"app": "db"}}, "status": {"phase": "Failed"}}'`,
  `node = 'n1'`,
  `node <> 'n1'`,
  `phase = 'Running'`,
  `phase <> 'Running' AND phase <> 'Pending'`,
  `phase NOT IN ('Running', 'Failed')`,
  `host_network`,
  `restart_policy = 'Always'`,
  `scheduler = 'other-scheduler'`,
  `account = 'robot'`,
  `ip = '10.0.0.1'`,
  `app = 'db' AND node = 'n1' AND phase = 'Running'`,
] as const

const LEFT_TO_POSTGRES = [
  `name = 'p1' AND name = 'p2'`,
  `node = (SELECT max(v) FROM (VALUES ('n1'), ('n2')) AS x (v))`,
  `host_network = (SELECT bool_or(v) FROM (VALUES (true)) AS x (v))`,
  `tier = ''`,
  `app = 'two words'`,
  `revision = 3`,
  `revision IS NULL`,
  `NOT host_network`,
  `host_network IS NULL`,
  `host_network IS NOT TRUE`,
  `phase IN ('Running', 'Failed')`,
  `labels <@ '{"app": "web", "tier": "t1", "revision": "1"}'`,
  `labels ?| '{app,none}'`,
  `labels ?& '{app,tier}'`,
  `labels->>'app' = 'web'`,
  `labels @> '{}'`,
  `labels @> '{"app": 3}'`,
  `image = 'image:1'`,
  `name LIKE 'p1%'`,
  `name > 'p3'`,
  `name ILIKE 'P3'`,
  `app = 'web' OR node = 'n1'`,
  `NOT (app = 'web')`,
  `(app = 'web') IS NOT TRUE`,
  `app IS NOT DISTINCT FROM NULL`,
  `lower(app) = 'web'`,
  `name = namespace`,
  `spec @> '{"containers": [{"image": "image:1"}]}'`,
  `name = ''`,
  `namespace <> ALL ('{pd-a}')`,
] as const

describe('a condition', () => {
  it.each(NARROWED)('WHERE %s narrows the request', async (where) => {
    const { rows: found } = await narrows(
      `SELECT namespace, name, app, phase FROM pushdown.pods WHERE ${where}`,
    )
    const isEmptyOnPurpose = /'none'$|labels = /.test(where)
    if (!isEmptyOnPurpose) expect(found.length).toBeGreaterThan(0)
  })

  it.each(LEFT_TO_POSTGRES)('WHERE %s is left to Postgres', async (where) => {
    const sql = `SELECT namespace, name, app, phase FROM pushdown.pods WHERE ${where}`
    expect((await ask('on', sql)).rows).toEqual((await ask('off', sql)).rows)
  })

  it.each([
    { sql: `SELECT name FROM pushdown.widgets WHERE color = 'blue'`, query: 'spec.color%3Dblue' },
    { sql: 'SELECT name FROM pushdown.jobs WHERE succeeded = 1', query: 'status.successful%3D1' },
    { sql: `SELECT rules FROM pushdown.cluster_roles WHERE name = 'system:node'`, query: 'system%3Anode' },
    { sql: `SELECT name FROM pushdown.services WHERE type = 'ClusterIP'`, query: 'spec.type%3DClusterIP' },
    { sql: `SELECT name FROM pushdown.services WHERE ip = 'None'`, query: 'spec.clusterIP%3DNone' },
    { sql: `SELECT name FROM pushdown.events WHERE reason = 'BackOff'`, query: 'reason%3DBackOff' },
    {
      sql: `SELECT name FROM pushdown.events WHERE type = 'Warning' AND about = 'p1'`,
      query: 'involvedObject.name%3Dp1',
    },
    { sql: `SELECT name FROM pushdown.events WHERE uid = '0-2'`, query: 'involvedObject.uid%3D0-2' },
    { sql: `SELECT name FROM pushdown.events WHERE source = 'kubelet'`, query: 'source%3Dkubelet' },
    {
      sql: `SELECT name FROM pushdown.events WHERE controller = 'kubelet'`,
      query: 'reportingComponent%3Dkubelet',
    },
    { sql: `SELECT name FROM pushdown.new_events WHERE about = 'p1'`, query: 'regarding.name%3Dp1' },
    {
      sql: `SELECT name FROM pushdown.new_events WHERE controller = 'kubelet'`,
      query: 'reportingController%3Dkubelet',
    },
    { sql: `SELECT name FROM pushdown.secrets WHERE type = 'Opaque'`, query: 'type%3DOpaque' },
    { sql: `SELECT name FROM pushdown.namespaces WHERE phase = 'Active'`, query: 'status.phase%3DActive' },
    { sql: 'SELECT name FROM pushdown.controllers WHERE replicas = 2', query: 'status.replicas%3D2' },
    { sql: 'SELECT name FROM pushdown.nodes WHERE unschedulable', query: 'spec.unschedulable%3Dtrue' },
  ])('$sql is sent as $query, and the API server knows it', async ({ sql, query }) => {
    const on = await ask('on', sql)
    expect(on.rows).toEqual((await ask('off', sql)).rows)
    expect(on.requests.filter((request) => request.includes(query)).length).toBe(1)
    // One that it does not know is asked for again without.
    expect(on.requests.filter((request) => /\?limit/.test(request)).length).toBeLessThanOrEqual(1)
  })

  it('on a field that the API server does not select by costs a request more', async () => {
    const on = await ask('on', `SELECT name FROM pushdown.widgets WHERE size = 'large'`)
    expect(on.rows).toEqual((await ask('off', `SELECT name FROM pushdown.widgets WHERE size = 'large'`)).rows)
  })

  it('that nothing can meet asks for nothing', async () => {
    const { requests } = await ask('on', `SELECT name FROM pushdown.pods WHERE namespace = 'elsewhere'`)
    expect(requests).toEqual([])
  })
})

describe('the virtual columns', () => {
  it('narrow the request as they are', async () => {
    const sql = `SELECT name, label_selector, field_selector FROM pushdown.pods
      WHERE label_selector = 'app in (web, db),tier' AND field_selector = 'status.phase!=Running' AND namespace = 'pd-a'`
    const plain = `SELECT name, 'app in (web, db),tier', 'status.phase!=Running' FROM pushdown.pods
      WHERE app IN ('web', 'db') AND labels ? 'tier' AND phase <> 'Running' AND namespace = 'pd-a' ORDER BY name`
    expect((await ask('on', sql)).rows).toEqual((await ask('on', plain)).rows)
  })

  it('are NULL where nothing is said', async () => {
    const all = await rows('SELECT * FROM pushdown.pods')
    expect(new Set(all.map((row) => row.slice(-2).join(' ')))).toEqual(new Set(['∅ ∅']))
  })

  it("that are wrong give the API server's own error", async () => {
    const answer = await session(`SELECT name FROM pushdown.pods WHERE label_selector = 'app in (';`)
    expect(answer.messages).toContain('400 Bad Request: unable to parse requirement')
  })
})

describe('parameters', () => {
  itUnless(needsCachedPlans, 'a prepared statement, ten times, with NULL', async () => {
    const values = [`'pd-a'`, `'pd-b'`, 'NULL', `'none'`, `'pd-c'`]
    const executions = [...values, ...values].map((value) => `EXECUTE p(${value}, 'web');`).join('\n')
    const answer =
      await session(`PREPARE p(text, text) AS SELECT count(*) FROM pushdown.pods WHERE namespace = $1 AND app = $2;
      ${executions}`)
    const counted =
      await rows(`SELECT count(*) FILTER (WHERE namespace = 'pd-a'), count(*) FILTER (WHERE namespace = 'pd-b'), 0, 0,
      count(*) FILTER (WHERE namespace = 'pd-c') FROM pushdown.pods WHERE app = 'web'`)
    expect(answer.failed).toBe(false)
    const want = counted[0] ?? []
    expect(answer.rows.flat()).toEqual([...want, ...want])
  })

  it('a correlated subquery', async () => {
    const sql = `SELECT n.namespace, (SELECT count(*) FROM pushdown.pods AS p WHERE p.namespace = n.namespace AND p.app = 'web')
      FROM (VALUES ('pd-a'), ('pd-b'), (NULL), ('none')) AS n (namespace)`
    const on = await ask('on', sql)
    expect(on.rows).toEqual((await ask('off', sql)).rows)
    expect(on.requests.some((request) => request.includes('/namespaces/pd-a/pods'))).toBe(true)
  })

  it('LATERAL', async () => {
    const sql = `SELECT n.namespace, p.name FROM (VALUES ('pd-a'), ('pd-b'), (NULL)) AS n (namespace),
      LATERAL (SELECT name FROM pushdown.pods WHERE namespace = n.namespace ORDER BY name LIMIT 2) AS p`
    expect((await ask('on', sql)).rows).toEqual((await ask('off', sql)).rows)
  })
})

describe('what is read of an object', () => {
  it('a count asks for a Table without objects', async () => {
    const { requests, rows: found } = await ask('on', 'SELECT count(*) FROM pushdown.everywhere')
    expect(requests).toEqual(['/api/v1/pods?limit=100000&includeObject=None'])
    expect(found).toEqual([[String((await rows('SELECT name, labels FROM pushdown.everywhere')).length)]])
  })

  it('names of a namespace ask for a Table, and the namespace is known', async () => {
    const { requests, rows: found } = await ask(
      'on',
      `SELECT namespace, name FROM pushdown.everywhere WHERE namespace = 'pd-a'`,
    )
    expect(requests).toEqual(['/api/v1/namespaces/pd-a/pods?limit=100000&includeObject=None'])
    expect(found).toEqual(
      (await ask('off', `SELECT namespace, name FROM pushdown.everywhere WHERE namespace = 'pd-a'`)).rows,
    )
    expect(found.length).toBe(20)
  })

  it('names of events, which are not the first column of their Table', async () => {
    const { rows: found } = await ask('on', 'SELECT name FROM pushdown.events')
    expect(found.flat().filter((name) => /^e\d$/.test(name))).toEqual(['e0', 'e1', 'e2'])
  })
})
