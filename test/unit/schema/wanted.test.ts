// Which resources an import makes tables of; LIMIT TO and EXCEPT as Postgres' IMPORT FOREIGN SCHEMA has them.
import { describe, expect, it } from 'vitest'
import type { Served } from '../../../src/cluster/served.ts'
import type { FdwError } from '../../../src/errors.ts'
import type { ImportStatement } from '../../../src/host.ts'
import { unknownSchema, wantedTables } from '../../../src/schema/wanted.ts'
import { errorOf } from '../support/fakes.ts'

const served = (apiVersion: string, plural: string, listable = true): Served => ({
  resource: { apiVersion, kind: 'Kind', plural, singular: '', shortNames: [], namespaced: true },
  listable,
  stale: false,
  entry: null,
  list: null,
})
const ALL = [
  served('stable.example.com/v1', 'widgets'),
  served('stable.example.com/v1beta1', 'widgets'),
  served('events.k8s.io/v1', 'events'),
  served('v1', 'pods'),
  served('v1', 'events'),
  served('v1', 'bindings', false),
  served('a.example.com/v1', 'parts'),
  served('b.example.com/v1', 'parts'),
]
const wanted = (
  listType: ImportStatement['listType'],
  tables: readonly string[],
  remarks: FdwError[] = [],
  prefix = '',
) =>
  wantedTables({ serverName: 's', remoteSchema: '*', listType, tables }, ALL, prefix, (error) =>
    remarks.push(error),
  ).map(({ table, resource }) => `${table} ${resource.apiVersion}`)

describe('tables', () => {
  it('are one of each group and plural, in the version that comes first, in order', () => {
    expect(wanted('all', [])).toEqual([
      'events v1',
      'pods v1',
      'a_example_com_parts a.example.com/v1',
      'b_example_com_parts b.example.com/v1',
      'events_k8s_io_events events.k8s.io/v1',
      'widgets stable.example.com/v1',
    ])
  })

  it.each([
    { list: 'limit-to' as const, want: ['pods v1', 'widgets stable.example.com/v1'] },
    {
      list: 'except' as const,
      want: [
        'events v1',
        'a_example_com_parts a.example.com/v1',
        'b_example_com_parts b.example.com/v1',
        'events_k8s_io_events events.k8s.io/v1',
      ],
    },
  ])('$list', ({ list, want }) => {
    expect(wanted(list, ['pods', 'widgets'])).toEqual(want)
  })

  it('are called with the prefix, in the lists too', () => {
    expect(wanted('limit-to', ['k_pods'], [], 'k_')).toEqual(['k_pods v1'])
  })

  it('are none of what is not listed, or has no kind', () => {
    const odd = [served('v1', 'pods/log'), served('v1', ''), served('v1', 'bindings', false)]
    expect(
      wantedTables(
        { serverName: 's', remoteSchema: '*', listType: 'all', tables: [] },
        odd,
        '',
        () => undefined,
      ),
    ).toEqual([])
  })
})

describe('a name that no table has', () => {
  it.each([
    { name: 'pod', hint: 'did you mean "pods"?' },
    { name: 'nothing_like_it', hint: 'tables go by the plural of their kind' },
    { name: 'bindings', hint: 'leave it out of LIMIT TO' },
    { name: 'parts', hint: '"a_example_com_parts" or "b_example_com_parts"' },
  ])('$name is an error in LIMIT TO', ({ name, hint }) => {
    const error = errorOf(() => wanted('limit-to', [name]))
    expect(error).toMatchObject({ code: 'option' })
    expect(error.hint).toContain(hint)
  })

  it.each([
    { name: 'pod', said: true },
    { name: 'parts', said: true },
    // It has no table, so it is left out as was wanted.
    { name: 'bindings', said: false },
  ])('$name is a remark in EXCEPT: $said', ({ name, said }) => {
    const remarks: FdwError[] = []
    expect(wanted('except', [name], remarks)).toHaveLength(6)
    expect(remarks).toHaveLength(said ? 1 : 0)
  })
})

describe('a schema that the cluster does not serve', () => {
  const known = ['v1', 'apps/v1', 'apps/v1', 'batch/v1']
  it.each([
    { remote: 'apps', hint: 'did you mean "apps/v1"?' },
    { remote: 'apps/v2', hint: 'did you mean "apps/v1"?' },
    { remote: 'app/v1', hint: 'did you mean "apps/v1"?' },
    { remote: 'metrics.k8s.io', hint: 'metrics-server serves it' },
    { remote: 'public', hint: 'kubectl api-versions lists them' },
  ])('$remote', ({ remote, hint }) => {
    const { message, hint: given } = unknownSchema(remote, known)
    expect(message).toBe(`the cluster serves no "${remote}"`)
    expect(given).toContain(hint)
  })
})
