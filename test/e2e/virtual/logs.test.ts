// Logs of pods, through a real API server and a stand-in for the kubelet, compared with kubectl logs.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kubectlMeanwhile } from '../support/kubectl.ts'
import { startKubelet, type Kubelet } from '../support/kubelet.ts'
import { create, remove } from '../support/objects.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'
import { describeUnless, isOwn, itUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'

const NODE = 'log-node'
const POD = '/api/v1/namespaces/logs/pods'
const MANY = 20_000

const stamp = (second: number): string => `2026-11-24T10:00:${String(second).padStart(2, '0')}.123456789Z`
const now = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1000).toISOString()

const LOGS = {
  'logs/web/app': [
    { at: stamp(1), text: 'GET / 200' },
    { at: stamp(2), text: '  indented, "quoted", \\backslash, \ttab' },
    { at: stamp(3), text: '' },
    { at: stamp(4), text: '{"level":"info","n":1}' },
    { at: stamp(5), text: 'ünïcödé 😀' },
  ],
  'logs/web/app?previous': [{ at: stamp(0), text: 'panic: before' }],
  'logs/pair/one': [{ at: stamp(1), text: 'first of one' }],
  'logs/pair/two': [{ at: stamp(1), text: 'first of two' }],
  'logs/recent/app': [
    { at: now(7200), text: 'long ago' },
    { at: now(10), text: 'just now' },
  ],
  'logs/many/app': Array.from({ length: MANY }, (_, i) => ({ at: stamp(i % 60), text: `line ${i}` })),
}

const pod = (name: string, containers: readonly string[], nodeName: string | undefined): object => ({
  metadata: { name, labels: { app: name } },
  spec: { nodeName, containers: containers.map((each) => ({ name: each, image: 'registry.example.com/x' })) },
})

let kubelet: Kubelet

/** Another cluster than the suite's own cannot reach a stand-in of the suite. */
const ownCluster = provided().readerToken !== undefined

beforeAll(async () => {
  if (!ownCluster) return
  kubelet = await startKubelet(NODE, LOGS)
  await create('/api/v1/namespaces', { metadata: { name: 'logs' } })
  await create('/api/v1/namespaces/logs/serviceaccounts', { metadata: { name: 'default' } })
  for (const name of ['web', 'recent', 'many']) await create(POD, pod(name, ['app'], NODE))
  await create(POD, pod('pair', ['one', 'two'], NODE))
  await create(POD, pod('unscheduled', ['app'], undefined))
  await createServer('logs', { session_settings: 'on' })
  await createServer('logs_reader', { api_key: provided().readerToken ?? provided().token })
  const columns = `(namespace text, name text, container text, previous boolean, since_seconds integer, since_time text,
    tail_lines integer, line_number bigint, timestamp timestamptz, line text)`
  await run(`CREATE SCHEMA logs;
    CREATE FOREIGN TABLE logs.log ${columns} SERVER logs OPTIONS (object 'pods/log');
    CREATE FOREIGN TABLE logs.here ${columns} SERVER logs OPTIONS (object 'pods/log', namespace 'logs');
    CREATE FOREIGN TABLE logs.lenient ${columns} SERVER logs OPTIONS (object 'pods/log', on_error 'null');
    CREATE FOREIGN TABLE logs.reader ${columns} SERVER logs_reader OPTIONS (object 'pods/log');
    CREATE FOREIGN TABLE logs.pods (name text, namespace text, containers jsonb)
      SERVER logs OPTIONS (object 'pods', namespace 'logs', columns '{"containers": "{.spec.containers[*].name}"}');`)
})

afterAll(async () => {
  if (!ownCluster) return
  for (const name of ['web', 'recent', 'many', 'pair', 'unscheduled'])
    await remove(`${POD}/${name}?gracePeriodSeconds=0`)
  await remove(`/api/v1/nodes/${NODE}`)
  await kubelet.close()
})

const WEB = `namespace = 'logs' AND name = 'web'`
const linesOf = async (where: string, table = 'log'): Promise<string[]> =>
  (await rows(`SELECT line FROM logs.${table} WHERE ${where} ORDER BY line_number`)).map(
    ([line = '']) => line,
  )

describeUnless(needsOwnServers, 'kubectl logs prints the same', () => {
  it.each([
    ['', WEB, ['web']],
    ['of the container before', `${WEB} AND previous`, ['web', '--previous']],
    [
      'of one of two containers',
      `namespace = 'logs' AND name = 'pair' AND container = 'two'`,
      ['pair', '-c', 'two'],
    ],
    ['at the end', `${WEB} AND tail_lines = 2`, ['web', '--tail=2']],
    [
      'of the last hour',
      `namespace = 'logs' AND name = 'recent' AND since_seconds = 3600`,
      ['recent', '--since=1h'],
    ],
    [
      'since a time',
      `${WEB} AND since_time = '2026-11-24T10:00:04Z'`,
      ['web', '--since-time=2026-11-24T10:00:04Z'],
    ],
    ['of many lines', `namespace = 'logs' AND name = 'many'`, ['many']],
  ])('lines %s', async (_, where, args) => {
    const printed = await kubectlMeanwhile(['logs', '-n', 'logs', ...args])
    expect(`${(await linesOf(where)).join('\n')}\n`).toBe(printed)
  })

  it('times', async () => {
    const printed = (await kubectlMeanwhile(['logs', '-n', 'logs', 'web', '--timestamps'])).split('\n')
    const told = await rows(
      `SELECT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') FROM logs.log WHERE ${WEB} ORDER BY line_number`,
    )
    expect(told.flat().map((time) => `${time.slice(0, -6)}${time.slice(-6)}`)).toEqual(
      printed.slice(0, -1).map((line) => (line.split(' ')[0] ?? '').replace('.123456789Z', '.123457')),
    )
  })
})

describeUnless(needsOwnServers, 'pods/log', () => {
  it('shows what it was asked with', async () => {
    const [row = []] = await rows(
      `SELECT * FROM logs.log WHERE ${WEB} AND container = 'app' AND NOT previous AND tail_lines = 1`,
    )
    row.splice(8, 1)
    expect(row).toEqual(['logs', 'web', 'app', 'f', '∅', '∅', '1', '1', 'ünïcödé 😀'])
  })

  it.each([
    ['OR', `(container = 'app' OR container = 'side')`, 'column "container" has a value only where'],
    ['LIKE', `container LIKE 'a%'`, 'the condition on column "container" has the operator ~~'],
    ['>', 'tail_lines > 1', 'the condition on column "tail_lines" has the operator >'],
    [
      'a subquery',
      `since_time IN (SELECT max(name) FROM logs.pods)`,
      isOwn ? 'parsing time "web"' : 'column "since_time" has a value only where',
    ],
    ['a function', 'abs(since_seconds) = 1', 'column "since_seconds" has a value only where'],
  ])('loses no line without a word: %s', async (_, condition, says) => {
    expect(await failure(`SELECT line FROM logs.log WHERE ${WEB} AND ${condition}`)).toContain(says)
  })

  it('takes IS TRUE and IS NOT TRUE of a boolean', async () => {
    const lines = async (condition: string) => rows(`SELECT line FROM logs.log WHERE ${WEB} AND ${condition}`)
    expect(await lines('previous IS NOT TRUE')).toEqual(await lines('NOT previous'))
    expect(await lines('previous IS TRUE')).toEqual(await lines('previous'))
  })

  it('asks once, and the API server asks the kubelet', async () => {
    const before = kubelet.requests.length
    const { messages } = await session(
      `SET k8s_fdw.trace = on; SELECT count(*) FROM logs.here WHERE name = 'web';`,
    )
    expect(messages).toMatch(
      /^INFO: {2}k8s_fdw: GET \/api\/v1\/namespaces\/logs\/pods\/web\/log\?timestamps=true&limitBytes=135217728: 200 OK, \d+ bytes, /,
    )
    expect(kubelet.requests.slice(before)).toEqual([
      '/containerLogs/logs/web/app?limitBytes=135217728&timestamps=true',
    ])
  })

  it('reads the log of each pod of another table in a lateral join', async () => {
    expect(
      await rows(`SELECT p.name, l.line FROM logs.pods AS p, LATERAL (
          SELECT * FROM logs.log WHERE namespace = p.namespace AND name = p.name AND tail_lines = 1 OFFSET 0) AS l
        WHERE p.name IN ('web', 'recent') ORDER BY 1`),
    ).toEqual([
      ['recent', 'just now'],
      ['web', 'ünïcödé 😀'],
    ])
  })

  itUnless(needsOwnHost, 'reads the log of each pod of another table in a plain join', async () => {
    expect(
      await rows(`SELECT p.name, l.line FROM logs.pods AS p JOIN logs.log AS l USING (namespace, name)
        WHERE p.name IN ('web', 'recent') AND l.tail_lines = 1 ORDER BY 1`),
    ).toEqual([
      ['recent', 'just now'],
      ['web', 'ünïcödé 😀'],
    ])
  })

  it('reads the log of each container', async () => {
    expect(
      await rows(`SELECT p.name, l.container, l.line
        FROM logs.pods AS p, jsonb_array_elements_text(p.containers) AS c (name), LATERAL (
          SELECT * FROM logs.log WHERE namespace = p.namespace AND name = p.name AND container = c.name OFFSET 0) AS l
        WHERE p.name = 'pair' ORDER BY 2`),
    ).toEqual([
      ['pair', 'one', 'first of one'],
      ['pair', 'two', 'first of two'],
    ])
  })

  it('reads JSON lines as jsonb', async () => {
    expect(await rows(`SELECT line::jsonb->>'level' FROM logs.log WHERE ${WEB} AND line LIKE '{%'`)).toEqual([
      ['info'],
    ])
  })

  it('ends with LIMIT, and the session goes on', async () => {
    expect(
      await rows(`SELECT line FROM logs.log WHERE namespace = 'logs' AND name = 'many' LIMIT 2`),
    ).toEqual([['line 0'], ['line 1']])
    expect(await rows(`SELECT count(*) FROM logs.log WHERE namespace = 'logs' AND name = 'many'`)).toEqual([
      [String(MANY)],
    ])
  })

  it('has no row of a pod that is not there', async () => {
    expect(await rows(`SELECT * FROM logs.log WHERE namespace = 'logs' AND name = 'none'`)).toEqual([])
  })

  it('says what to write without a pod, in an ordinary join too', async () => {
    const text = `k8s_fdw[plan] logs are read of a pod that the conditions name, and there is none on namespace and name. Hint: write WHERE namespace = '…' AND name = '…'`
    expect(await failure('SELECT * FROM logs.log')).toContain(text)
    // Our own host hands over the values of the other table, and gets as far as a pod of two containers.
    const answer = isOwn ? 'a container name must be specified for pod pair' : text
    expect(
      await failure(
        'SELECT l.line FROM logs.pods AS p JOIN logs.log AS l ON l.namespace = p.namespace AND l.name = p.name',
      ),
    ).toContain(answer)
  })

  it('says which containers a pod has', async () => {
    expect(await failure(`SELECT * FROM logs.here WHERE name = 'pair'`)).toBe(
      `ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/namespaces/logs/pods/pair/log: 400 Bad Request: a container name must be specified for pod pair, choose one of: [one two]. Hint: name one of its containers: AND container = '…'`,
    )
    expect(await failure(`SELECT * FROM logs.here WHERE name = 'pair' AND container = 'three'`)).toContain(
      `400 Bad Request: container three is not valid for pod pair. Hint: name one of its containers`,
    )
  })

  it("leaves out, with a warning, what cannot be read with on_error 'null'", async () => {
    const answer = await session(`SELECT p.name, l.line FROM logs.pods AS p, LATERAL (
        SELECT * FROM logs.lenient WHERE namespace = p.namespace AND name = p.name AND tail_lines = 1 OFFSET 0) AS l
      WHERE p.name <> 'many' ORDER BY 1;`)
    expect(answer.rows.map(([name]) => name)).toEqual(['recent', 'web'])
    expect(answer.messages).toContain(
      'WARNING:  k8s_fdw: a log is left out: GET /api/v1/namespaces/logs/pods/pair/log: 400 Bad Request: a container name must be specified',
    )
    expect(answer.failed).toBe(false)
  })

  it('has no row of a pod that is on no node yet', async () => {
    expect(await session(`SELECT * FROM logs.here WHERE name = 'unscheduled';`)).toEqual({
      rows: [],
      messages: '',
      failed: false,
    })
  })

  it('says which right is missing', async () => {
    expect(await failure(`SELECT * FROM logs.reader WHERE ${WEB}`)).toContain(
      'Hint: grant the user a Role in namespace logs with the verb get on pods/log',
    )
  })
})
