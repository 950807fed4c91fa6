// How many requests a change takes beside the reading, counted by a proxy in front of the API server.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBetween, type Between } from '../support/between.ts'
import { kubectl } from '../support/kubectl.ts'
import { itUnless, needsOwnHost } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run } from '../support/sql.ts'

const NAMESPACE = 'writes-requests'
const labels = { app: 'x' }

let between: Between
/** What came since the test began: the method, and whether it was a dry run. */
let seen: string[] = []

beforeAll(async () => {
  between = await startBetween()
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await create(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, {
    metadata: { name: 'web', labels: { ...labels, old: 'y' } },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'web:1' }] } },
    },
  })
  const at = between.at('requests', ({ method, isDry, path }) => {
    if (method !== 'GET' || path.includes('/web')) seen.push(isDry ? `${method} dry` : method)
    return 'pass'
  })
  await createServer('requests', { api_url: at, writes: 'on' })
  await run(`CREATE SCHEMA requests;
    CREATE FOREIGN TABLE requests.deployments (
      labels jsonb, annotations jsonb,
      replicas integer OPTIONS (alias 'spec.replicas'),
      note text OPTIONS (alias 'metadata.annotations.note'),
      image text OPTIONS (alias 'spec.template.spec.containers[0].image'),
      cpu numeric OPTIONS (alias 'spec.template.spec.containers[0].resources.requests.cpu'),
      object_key text
    ) SERVER requests OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE requests.maps (name text, data jsonb, object_key text)
      SERVER requests OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE requests.forced (name text, data jsonb, object_key text)
      SERVER requests OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key', force 'on');
    CREATE FOREIGN TABLE requests.manifests (manifest jsonb)
      SERVER requests OPTIONS (object 'manifests', namespace '${NAMESPACE}', rowid_column 'manifest');`)
})

afterAll(async () => {
  await between.close()
  for (const kind of ['deployments', 'configmaps'])
    kubectl(['delete', kind, '--all', '-n', NAMESPACE, '--wait=false'])
  await remove(`/api/v1/namespaces/${NAMESPACE}`)
})

beforeEach(() => {
  seen = []
})

describe('an UPDATE of one object', () => {
  const TWO = ['PATCH dry', 'PATCH']
  // The annotation is not there, nor are the resources; with the object read, both are made on the way.
  const FOUR = ['PATCH dry', 'GET', 'PATCH dry', 'PATCH']

  it.each([
    ['replicas = 2', TWO],
    [`labels = labels || '{"team": "a"}'`, TWO],
    [`labels = labels - 'old'`, TWO],
    [`labels = '{"only": "one"}', replicas = 3`, TWO],
    ['labels = NULL', TWO],
    [`annotations = '{"note": "n", "more": "m"}'`, TWO],
    [`image = 'web:2'`, TWO],
    [`labels = '{"app": "x"}', note = NULL`, TWO],
    [`note = 'again'`, TWO],
    [`cpu = 0.25`, FOUR],
    [`cpu = 0.5`, TWO],
  ])('with %s', async (assignment, requests) => {
    await run(`UPDATE requests.deployments SET ${assignment};`)
    expect(seen).toEqual(requests)
  })

  it('leaves the object as the statements say', async () => {
    expect(await rows('SELECT labels, replicas, note, image, cpu FROM requests.deployments')).toEqual([
      ['{"app": "x"}', '3', 'again', 'web:2', '0.5'],
    ])
  })
})

describe('a statement', () => {
  it('of two changes of different objects makes both', async () => {
    await run(`WITH one AS (INSERT INTO requests.maps (name, data) VALUES ('one', '{"a": "1"}'))
      UPDATE requests.deployments SET replicas = 1;`)
    expect(seen.sort()).toEqual(['PATCH', 'PATCH dry', 'POST', 'POST dry'])
  })

  it('that would force what is not applied is an error', async () => {
    expect(await failure(`INSERT INTO requests.forced (name) VALUES ('f');`)).toContain(
      "k8s_fdw[option] option force is 'on', but it is for a server-side apply",
    )
    expect(seen).toEqual([])
  })

  itUnless(needsOwnHost, 'inserts manifests of any kind, and returns what would be stored', async () => {
    const written = await rows(`INSERT INTO requests.manifests (manifest) VALUES
      ('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "returned"}, "data": {"a": "b"}}'),
      ('{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "returned"}, "stringData": {"a": "returned-and-masked"}}'),
      ('{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "returned"}, "value": 7}')
      RETURNING manifest;`)
    const objects = written.map(([text = '']) => JSON.parse(text) as Record<string, unknown>)
    const metadata = { name: 'returned', namespace: NAMESPACE }
    expect(objects).toMatchObject([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } },
      { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data: { a: '***' } },
      { kind: 'PriorityClass', metadata: { name: 'returned' }, preemptionPolicy: 'PreemptLowerPriority' },
    ])
    kubectl(['delete', 'priorityclass', 'returned'])
  })
})
