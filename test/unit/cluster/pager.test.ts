// One list, page by page, and what is done where the server cannot do all of the request.
// test/contract/paging.test.ts has it on the component.
import { describe, expect, it } from 'vitest'
import { NAME_LEAF } from '../../../src/cluster/item.ts'
import type { ListRequest } from '../../../src/cluster/list-request.ts'
import { ListPager } from '../../../src/cluster/pager.ts'
import { FdwError } from '../../../src/errors.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'
import type { Answer } from '../support/fakes.ts'
import { listQuery } from './list-query.ts'

const pods = (names: string, next?: string): Answer => ({
  body: {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { continue: next },
    items: names.split('').map((name) => ({ metadata: { name } })),
  },
})
const table = (format: string, names: string): Answer => ({
  body: {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: [{ name: 'Name', format }],
    rows: names.split('').map((name) => ({ cells: [name] })),
  },
})

function read(answers: readonly Answer[], change: Partial<ListRequest> = {}) {
  const { api, requests, warnings } = clusterOf({ 'GET /api/v1/pods': answers })
  const pager = new ListPager(
    api,
    { ...listQuery(), namespace: null, names: null, ...change },
    () => new FdwError('option', 'not served'),
  )
  const names: string[] = []
  const forms: string[] = []
  for (let page = pager.next(); page !== null; page = pager.next()) {
    forms.push(page.form)
    for (let row = 0; row < page.rowCount; row++) names.push(page.document.text(row, NAME_LEAF))
  }
  const queries = requests.map((request) => String(request).replace('GET /api/v1/pods?', ''))
  return { names: names.join(''), forms, queries, warnings, forbidden: pager.forbidden }
}

describe('pages', () => {
  it('follow the continue token to the end', () => {
    expect(read([pods('ab', 'c1'), pods('c', 'c2'), pods('d')], { pageSize: 2 })).toMatchObject({
      names: 'abcd',
      queries: ['limit=2', 'limit=2&continue=c1', 'limit=2&continue=c2'],
    })
  })

  it('begin with as many objects as the LIMIT wants', () => {
    expect(read([pods('a')], { rowLimit: 5 }).queries).toEqual(['limit=5'])
  })

  it('carry both selectors', () => {
    expect(read([pods('')], { labelSelector: 'a=b', fieldSelector: 'c=d' }).queries).toEqual([
      'limit=1000&labelSelector=a%3Db&fieldSelector=c%3Dd',
    ])
  })
})

describe('a 410', () => {
  const gone = (next?: string) => status(410, 'too old', { metadata: { continue: next } })

  it('goes on at the newest state, with a warning', () => {
    const { names, queries, warnings } = read([pods('a', 'c1'), gone('c2'), pods('b')])
    expect({ names, queries: queries.length }).toEqual({ names: 'ab', queries: 3 })
    expect(queries[2]).toMatch(/&continue=c2$/)
    expect(warnings).toEqual([
      'k8s_fdw: GET /api/v1/pods: 410 Gone: the list changed while it was read and goes on at its newest state; its rows are not one snapshot',
    ])
  })

  it('without a way to go on ends the query', () => {
    expect(errorOf(() => read([pods('a', 'c1'), gone()]))).toMatchObject({
      code: 'status',
      hint: 'the list changed while it was read: run the query again',
    })
  })
})

describe('a Table', () => {
  // Its rows are small, so its first page is as large as any.
  it('is asked for without its objects', () => {
    expect(read([table('name', 'ab')], { form: 'table' })).toMatchObject({
      names: 'ab',
      forms: ['table'],
      queries: ['limit=100000&includeObject=None'],
    })
  })

  it('whose first column is not the name gives way to metadata', () => {
    expect(read([table('', 'ab'), pods('cd')], { form: 'table' })).toMatchObject({
      names: 'cd',
      forms: ['metadata'],
      queries: ['limit=100000&includeObject=None', 'limit=1000'],
    })
  })

  it('is enough for a count, whatever its columns', () => {
    expect(read([table('', 'ab')], { form: 'table', needsName: false }).forms).toEqual(['table'])
  })

  it('that the server does not know is a list', () => {
    expect(read([status(406, 'no'), pods('ab')], { form: 'table' })).toMatchObject({
      names: 'ab',
      forms: ['metadata'],
      queries: ['limit=100000&includeObject=None', 'limit=1000'],
    })
  })
})

describe('a field selector that the server does not know', () => {
  const refused = status(400, 'field label not supported: spec.x')

  it('is left out, but for the own part', () => {
    const change = { fieldSelector: 'own=1,spec.x=2', ownFieldSelector: 'own=1' }
    expect(read([refused, pods('a')], change)).toMatchObject({
      names: 'a',
      queries: ['limit=1000&fieldSelector=own%3D1%2Cspec.x%3D2', 'limit=1000&fieldSelector=own%3D1'],
    })
  })

  it('is an error if the user asked for it', () => {
    const change = { fieldSelector: 'own=1', ownFieldSelector: 'own=1' }
    expect(errorOf(() => read([refused], change))).toMatchObject({
      code: 'status',
      hint: 'check label_selector and field_selector',
    })
  })
})

describe('a list that may not be read', () => {
  const forbidden = status(403, 'pods is forbidden: User "jane" cannot list resource "pods"', {
    details: { kind: 'pods' },
  })

  it('is an error', () => {
    expect(errorOf(() => read([forbidden])).code).toBe('status')
  })

  it('is left out if the request says so', () => {
    expect(read([forbidden], { skipForbidden: true })).toMatchObject({
      names: '',
      forbidden: { code: 'status' },
    })
  })

  it('is an error once there are rows of it', () => {
    expect(errorOf(() => read([pods('a', 'c1'), forbidden], { skipForbidden: true })).code).toBe('status')
  })
})

describe('an answer that is wrong', () => {
  it.each([
    { answers: [status(404, 'not found')], want: 'not served' },
    { answers: [{ body: { kind: 'Pod' } }], want: 'has no list of items' },
    { answers: [pods('a', 'c1'), pods('b', 'c1')], want: 'repeats an earlier continue token' },
    { answers: [pods('a', 'c1'), pods('a', 'c2')], want: 'begins with the same object' },
    {
      answers: [{ body: { metadata: { remainingItemCount: 2 }, items: [] } }],
      want: 'the list leaves 2 objects out',
    },
  ])('$want', ({ answers, want }) => {
    expect(errorOf(() => read(answers)).message).toContain(want)
  })
})
