// The cells of a page's items: where each comes from, in each form of a page.
import { describe, expect, it } from 'vitest'
import type { Page } from '../../../src/cluster/page.ts'
import type { TypeOid } from '../../../src/host.ts'
import { compileColumns } from '../../../src/plan/columns.ts'
import type { Reading } from '../../../src/plan/plan.ts'
import { Misfit } from '../../../src/read/cells.ts'
import { PageReader } from '../../../src/read/row-reader.ts'
import { treePage } from '../../../src/cluster/trees.ts'
import { documentOf, sinkOf, targetsOf } from '../support/fakes.ts'

const POD = {
  metadata: { name: 'web', namespace: 'shop', labels: { 'a.b': '1' } },
  spec: { ports: [80, 443], host: 'h' },
}

function reader(
  path: string,
  type: TypeOid = 'string',
  item: object = POD,
  change: Partial<Page> = {},
  how: Partial<Reading> = {},
) {
  const columns = compileColumns(targetsOf({ x: type }), new Map(path === '' ? [] : [['x', path]]))
  const { sink, cells } = sinkOf()
  const document = documentOf(JSON.stringify({ items: [item] }), {
    head: [],
    rowsKey: 'items',
    row: columns.rowPaths,
  })
  const page: Page = {
    document,
    rowCount: 1,
    firstRow: 0,
    bytes: 0,
    form: 'full',
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: null,
    ...change,
  }
  const reading: Reading = {
    rowPaths: columns.rowPaths,
    shown: [{ label: 'app=web', field: null }],
    rowLimit: null,
    masked: false,
    secret: false,
    ...how,
  }
  const made = new PageReader(sink, page, reading)
  made.read(0)
  const push = (): unknown => {
    for (const extractor of columns.extractors) made.push(extractor)
    return cells[0]
  }
  return { made, push }
}

describe('sources', () => {
  it.each<{ path: string; type: TypeOid; want: unknown }>([
    { path: 'metadata.name', type: 'string', want: ['slice', 'string', 'web'] },
    { path: 'spec.missing', type: 'string', want: null },
    // One key, or else client-go's two steps.
    { path: "{.metadata.labels['a.b']}", type: 'string', want: ['slice', 'string', '1'] },
    { path: "{['spec.host']}", type: 'string', want: ['slice', 'string', 'h'] },
    { path: 'kind', type: 'string', want: ['string', 'Pod'] },
    { path: 'apiVersion', type: 'json', want: ['json', '"v1"'] },
    { path: '{.spec.ports[*]}', type: 'json', want: ['json', '[80,443]'] },
    { path: '{.spec.ports[*]}', type: 'string', want: ['string', '80 443'] },
    { path: '{.spec.ports[:1]}', type: 'i32', want: ['i32', 80] },
    { path: '{.spec.ports[-1]}', type: 'i32', want: ['i32', 443] },
    { path: '{.spec.none[*]}', type: 'i32', want: null },
    { path: '{.metadata.name}:{.spec.host}', type: 'string', want: ['string', 'web:h'] },
    { path: "{'fixed'}", type: 'string', want: ['string', 'fixed'] },
    {
      path: '{}',
      type: 'json',
      want: ['slice', 'json', `{"apiVersion":"v1","kind":"Pod",${JSON.stringify(POD).slice(1)}`],
    },
  ])('$path as $type', ({ path, type, want }) => {
    expect(reader(path, type).push()).toEqual(want)
  })

  it('of many values have no cell of a type for one', () => {
    expect(() => reader('{.spec.ports[*]}', 'i32').push()).toThrow(Misfit)
  })

  it('of an object that says its own kind is that', () => {
    const item = { ...POD, apiVersion: 'v2', kind: 'Other' }
    expect(reader('kind', 'string', item).push()).toEqual(['slice', 'string', 'Other'])
    expect(reader('{}', 'json', item).push()).toEqual(['slice', 'json', JSON.stringify(item)])
  })

  it('of metadata alone have the kind of the list', () => {
    const item = { ...POD, kind: 'PartialObjectMetadata' }
    expect(reader('kind', 'string', item, { form: 'metadata' }).push()).toEqual(['string', 'Pod'])
  })

  it("have the namespace of the request's path", () => {
    const item = { metadata: { name: 'web' } }
    expect(reader('metadata.namespace', 'string', item, { namespace: 'shop' }).push()).toEqual([
      'string',
      'shop',
    ])
  })

  it('that are numbers are read from the text, in a namespace of the path too', () => {
    const item = { metadata: { name: 'web', generation: 7 } }
    expect(reader('metadata.generation', 'i64', item, { namespace: 'shop' }).push()).toEqual(['i64', '7'])
    expect(reader('metadata.generation', 'i64', item).push()).toEqual(['i64', '7'])
  })

  it('of rows that are no objects are trees', () => {
    const { document } = treePage('version', [{ major: '1' }], 0)
    expect(reader('major', 'i32', {}, { form: 'tree', document }).push()).toEqual(['i32', 1])
  })
})

describe('masked Secrets', () => {
  const secret = { metadata: { name: 's', labels: { x: 'hunter22' } }, data: { a: 'aHVudGVyMjI=' } }
  const masked = (path: string, form: Page['form'] = 'full') =>
    reader(path, 'string', secret, { form, kind: 'Secret' }, { masked: true, secret: true })

  it.each([
    { path: 'metadata.name', want: ['string', 's'] },
    { path: 'data.a', want: ['string', '***'] },
    { path: '{.data.*}', want: ['string', '***'] },
    { path: '{.data.a}{.metadata.name}', want: ['string', '***s'] },
  ])('$path', ({ path, want }) => {
    expect(masked(path).push()).toEqual(want)
  })

  it('show no value of theirs anywhere', () => {
    expect(JSON.stringify(masked('{}').push())).not.toContain('aHVudGVyMjI=')
  })

  it('of which only names came have nothing to mask', () => {
    expect(masked('metadata.name', 'table').push()).toEqual(['slice', 'string', 's'])
  })
})

describe('the item in messages', () => {
  it.each<{ change: Partial<Page>; want: string }>([
    { change: {}, want: 'Pod shop/web' },
    { change: { namespace: 'other' }, want: 'Pod other/web' },
    { change: { form: 'tree', kind: 'version' }, want: 'version' },
    { change: { form: 'tree', kind: 'log of pod a/b', rowName: 'line' }, want: 'log of pod a/b, line 1' },
  ])('$want', ({ change, want }) => {
    expect(reader('metadata.name', 'string', POD, change).made.describe()).toBe(want)
  })

  it('without a namespace', () => {
    expect(reader('metadata.name', 'string', { metadata: { name: 'n' } }).made.describe()).toBe('Pod n')
  })
})
