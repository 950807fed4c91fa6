// A column that is a constant, and the name of one of several clusters in what is said of it.
import { expect, it } from 'vitest'
import { failure, list, pods } from './responses.ts'
import { onEachEngine } from './run-scan.ts'
import type { ColumnSpec } from './memory-host.ts'

const CLUSTER: ColumnSpec = { name: 'cluster', type: 'string' }
const NAME: ColumnSpec = { name: 'name', type: 'string' }
const POD = { apiVersion: 'v1', kind: 'Pod' }
const inEast = (path = '{"east"}', more: object = {}): { [option: string]: string } => ({
  ...POD,
  columns: JSON.stringify({ cluster: path }),
  ...more,
})

onEachEngine('several clusters', (scan) => {
  it.each([
    ['{"east"}', 'east'],
    ["{'east'}", 'east'],
    ['{ "two words" }', 'two words'],
    [`{${JSON.stringify('a "b" \\ c')}}`, 'a "b" \\ c'],
    ['{"ü"}', 'ü'],
  ])('%s is %s, and asks for no more than a name', async (path, cluster) => {
    const result = await scan({
      columns: [CLUSTER, NAME],
      tableOptions: inEast(path),
      respond: [list(pods(2))],
    })
    expect(result).toMatchObject({
      rows: [
        [cluster, 'pod-1'],
        [cluster, 'pod-2'],
      ],
      error: null,
    })
    expect(result.requests[0]?.headers[0]?.[1]).toContain('as=Table')
  })

  it('is shown where a Secret is masked', async () => {
    const result = await scan({
      columns: [CLUSTER, { name: 'data', type: 'json' }],
      tableOptions: { object: 'secrets', columns: '{"cluster": "{\\"east\\"}"}' },
      respond: [
        list([{ metadata: { name: 'a', namespace: 'x' }, data: { key: 'aHVudGVyMg==' } }], {}, 'SecretList'),
      ],
    })
    expect(result.rows).toEqual([['east', '{"key":"***"}']])
  })

  it('is named in errors, warnings and the trace, whichever columns are read', async () => {
    const denied = await scan({
      tableOptions: inEast(),
      serverOptions: { trace: 'on' },
      respond: [failure(403, 'Forbidden', 'pods is forbidden: User "jane" cannot list resource "pods"')],
    })
    expect(denied.error).toContain(
      'k8s_fdw[status] cluster "east": GET /api/v1/pods: 403 Forbidden: pods is forbidden: User "jane" cannot list resource "pods"',
    )
    expect(denied.infos[0]).toMatch(
      /^k8s_fdw: cluster "east": GET \/api\/v1\/pods\?limit=\d+\S*: 403 Forbidden, \d+ bytes, /,
    )
    const away = await scan({
      tableOptions: inEast(),
      respond: ['error sending request: connection refused'],
    })
    expect(away.error).toContain('k8s_fdw[connect] cluster "east": GET /api/v1/pods: no answer from https://')
    const skipped = await scan({
      tableOptions: inEast(undefined, { namespaces: 'a,b' }),
      serverOptions: { forbidden: 'skip' },
      respond: [failure(403, 'Forbidden', 'pods is forbidden: User "jane" cannot list resource "pods"')],
    })
    expect(skipped.warnings[0]).toContain('k8s_fdw: cluster "east": pods of 2 namespaces are left out')
    const odd = await scan({
      columns: [{ name: 'spec', type: 'i32' }],
      tableOptions: inEast(undefined, { on_error: 'null' }),
      respond: [list(pods(1))],
    })
    expect(odd.warnings[0]).toContain(
      'k8s_fdw: cluster "east": 1 value does not fit its column and is NULL: ',
    )
  })

  it('is not named by a path that is no constant', async () => {
    const result = await scan({
      columns: [CLUSTER],
      tableOptions: inEast('metadata.labels.cluster'),
      respond: [failure(404, 'NotFound', 'no')],
    })
    expect(result.error).toContain('k8s_fdw[status] GET /api/v1/pods: 404')
  })
})
