// Pages, LIMIT, rescans, 410.
import { expect, it } from 'vitest'
import type { Response } from '../support/portable-host/imports.ts'
import { failure, json, list, listServer, pod, pods, query } from './responses.ts'
import { onEachEngine, WHOLE_PODS } from './run-scan.ts'

const names = (count: number): string[][] => pods(count).map((_, i) => [`pod-${i + 1}`])

/** A page of a Table whose first column is the name. */
const table = (cells: readonly string[][], token?: string): Response =>
  json(200, {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '1', continue: token },
    columnDefinitions: [{ name: 'Name', type: 'string', format: 'name' }],
    rows: cells.map((row) => ({ cells: row, object: null })),
  })

const gone = (more: object = {}): Response =>
  failure(410, 'Expired', 'The provided continue parameter is too old', more)

onEachEngine('paging', (run) => {
  const scan: typeof run = (spec) => run({ tableOptions: WHOLE_PODS, ...spec })

  it('reads a short list in one request', async () => {
    const result = await scan({ respond: listServer(pods(3)) })
    expect(result).toMatchObject({
      rows: names(3),
      error: null,
      warnings: [],
      urls: ['/api/v1/pods?limit=1000'],
    })
  })

  it('says once, while it runs, that a nested loop replays very many rows', async () => {
    const passes = Array.from({ length: 42 }, () => Infinity)
    const result = await scan({ passes, respond: listServer(pods(2500)) })
    expect(result.rows.length).toBe(105_000)
    expect(result.notices).toEqual([
      'k8s_fdw: the rows of kind Pod were read again 40 times so far, 100000 rows in all: if this is a join, SET enable_nestloop = off makes it quicker',
    ])
    const few = await scan({ passes: [Infinity, Infinity, Infinity], respond: listServer(pods(2500)) })
    expect(few.notices).toEqual([])
  })

  it('follows the continue tokens', async () => {
    const result = await scan({ serverOptions: { page_size: '2' }, respond: listServer(pods(5)) })
    expect(result.rows).toEqual(names(5))
    expect(result.urls).toEqual([
      '/api/v1/pods?limit=2',
      '/api/v1/pods?limit=2&continue=2',
      '/api/v1/pods?limit=2&continue=4',
    ])
  })

  it('grows its pages', async () => {
    const result = await scan({ respond: listServer(pods(12000)) })
    expect(result.rows.length).toBe(12000)
    expect(result.urls).toEqual([
      '/api/v1/pods?limit=1000',
      '/api/v1/pods?limit=10000&continue=1000',
      '/api/v1/pods?limit=10000&continue=11000',
    ])
  })

  it('bounds pages by the bytes of the objects before', async () => {
    const large = pods(12).map((item) => ({ ...item, spec: { note: 'n'.repeat(400_000) } }))
    const result = await scan({ limit: { count: 10, offset: 0 }, respond: listServer(large) })
    expect(result.requests.map((request) => query(request).get('limit'))).toEqual(['10', '49'])
  })

  it('asks for no more than LIMIT and OFFSET at first, and for more when Postgres goes on', async () => {
    const result = await scan({ limit: { count: 2, offset: 1 }, respond: listServer(pods(50)) })
    expect(result.rows).toEqual(names(50))
    expect(result.urls).toEqual(['/api/v1/pods?limit=3', '/api/v1/pods?limit=1000&continue=3'])
  })

  it('fetches nothing that Postgres does not ask for', async () => {
    const result = await scan({ limit: { count: 2, offset: 0 }, passes: [2], respond: listServer(pods(50)) })
    expect(result.rows).toEqual(names(2))
    expect(result.urls).toEqual(['/api/v1/pods?limit=2'])
  })

  it('gives no rows of an empty list', async () => {
    const result = await scan({ respond: [list([])] })
    expect(result).toMatchObject({ rows: [], error: null })
  })

  it('gives no rows where items is null', async () => {
    const result = await scan({ respond: [list(null)] })
    expect(result).toMatchObject({ rows: [], error: null })
  })

  it('goes on after an empty page with a continue token', async () => {
    const result = await scan({ respond: [list([], { continue: 'c' }), list([pod('a')])] })
    expect(result).toMatchObject({ rows: [['a']], error: null })
  })

  it('replays a rescan without a request', async () => {
    const result = await scan({ passes: [Infinity, Infinity], respond: listServer(pods(3)) })
    expect(result.rows).toEqual([...names(3), ...names(3)])
    expect(result.urls.length).toBe(1)
  })

  it('goes on behind what a rescan replays', async () => {
    const result = await scan({
      serverOptions: { page_size: '2' },
      passes: [3, Infinity],
      respond: listServer(pods(6)),
    })
    expect(result.rows).toEqual([...names(3), ...names(6)])
    expect(result.urls.length).toBe(3)
  })

  it('refuses a repeated continue token', async () => {
    const result = await scan({ respond: [list([pod('a')], { continue: 'c' })] })
    expect(result.error).toBe(
      'k8s_fdw[decode] GET /api/v1/pods: the answer repeats an earlier continue token, so the list would never end. ' +
        'Hint: the API server or a proxy before it answers wrongly: report it there',
    )
  })

  const REPORT = 'Hint: the API server or a proxy before it answers wrongly: report it there'

  it('refuses the same page again behind a fresh continue token', async () => {
    let asked = 0
    const respond = (): Response => list([pod('a'), pod('b')], { continue: `c${++asked}` })
    const result = await scan({ respond })
    expect(result.rows).toEqual([['a'], ['b']])
    expect(result.error).toBe(
      'k8s_fdw[decode] GET /api/v1/pods: the answer begins with the same object as the page before, default/a, ' +
        `so the list would never end. ${REPORT}`,
    )
  })

  it('refuses the same page of a Table again, in a namespace', async () => {
    let asked = 0
    const respond = (): Response => table([['a', '1/1']], `c${++asked}`)
    const tableOptions = { apiVersion: 'v1', kind: 'Pod', namespace: 'default' }
    const result = await run({ tableOptions, respond })
    expect(result.rows).toEqual([['a']])
    expect(result.error).toBe(
      'k8s_fdw[decode] GET /api/v1/namespaces/default/pods: the answer begins with the same object as the page before, a, ' +
        `so the list would never end. ${REPORT}`,
    )
  })

  it('reads pages that begin with the same name in other namespaces', async () => {
    const respond = [
      list([pod('default', 'a')], { continue: 'c1' }),
      list([pod('default', 'b')], { continue: 'c2' }),
      list([pod('default', 'c')]),
    ]
    expect(await scan({ respond })).toMatchObject({
      rows: [['default'], ['default'], ['default']],
      error: null,
    })
    const tables = [
      table([['default', '1']], 'c1'),
      table([['default', '1']], 'c2'),
      table([['default', '1']]),
    ]
    expect(await run({ respond: tables })).toMatchObject({
      error: null,
      rows: [['default'], ['default'], ['default']],
    })
  })

  it('reads a list with 99 empty pages in a row', async () => {
    let asked = 0
    const respond = (): Response => (++asked < 100 ? list([], { continue: `c${asked}` }) : list([pod('a')]))
    expect(await scan({ respond })).toMatchObject({ rows: [['a']], error: null })
  })

  it('refuses a list with more', async () => {
    let asked = 0
    const respond = (): Response => list([], { continue: `c${++asked}` })
    const result = await scan({ respond })
    expect(asked).toBe(100)
    expect(result.error).toBe(
      'k8s_fdw[decode] GET /api/v1/pods: 100 pages without an object came in a row, ' +
        `so the list would never end. ${REPORT}`,
    )
  })

  it('does not go on for ever where each token is gone at once', async () => {
    let asked = 0
    const respond = (): Response =>
      ++asked === 1 ? list([pod('a')], { continue: 'c' }) : gone({ metadata: { continue: `c${asked}` } })
    const result = await scan({ respond })
    expect(asked).toBe(101)
    expect(result.error).toBe(
      'k8s_fdw[status] GET /api/v1/pods: 410 Gone: The provided continue parameter is too old. ' +
        'Hint: the list changed while it was read: run the query again',
    )
  })

  it('goes on behind the first object of the page before a 410', async () => {
    const result = await scan({
      respond: [
        list([pod('a'), pod('b')], { continue: 'c1' }),
        gone({ metadata: { continue: 'c2' } }),
        list([pod('c')], { continue: 'c3' }),
        list([pod('d')]),
      ],
    })
    expect(result).toMatchObject({ rows: [['a'], ['b'], ['c'], ['d']], error: null })
  })

  it('goes on at the newest state after a 410 with a token', async () => {
    const result = await scan({
      respond: [
        list([pod('a')], { continue: 'c1' }),
        gone({ metadata: { continue: 'c2' } }),
        list([pod('b')]),
      ],
    })
    expect(result.rows).toEqual([['a'], ['b']])
    expect(result.urls.map((url) => url.replace(/.*continue=/, ''))).toEqual([
      '/api/v1/pods?limit=1000',
      'c1',
      'c2',
    ])
    expect(result.warnings).toEqual([
      'k8s_fdw: GET /api/v1/pods: 410 Gone: the list changed while it was read and goes on at its newest state; ' +
        'its rows are not one snapshot',
    ])
  })

  it('ends with an error after a 410 without a token, once rows were given', async () => {
    const result = await scan({ respond: [list([pod('a')], { continue: 'c1' }), gone()] })
    expect(result.rows).toEqual([['a']])
    expect(result.error).toBe(
      'k8s_fdw[status] GET /api/v1/pods: 410 Gone: The provided continue parameter is too old. ' +
        'Hint: the list changed while it was read: run the query again',
    )
  })

  it('starts again after a 410 before the first row', async () => {
    const result = await scan({ respond: [gone(), list([pod('a')])] })
    expect(result).toMatchObject({ rows: [['a']], error: null, warnings: [] })
  })

  it('does not start again for ever', async () => {
    const result = await scan({ respond: [gone()] })
    expect(result.error).toContain('410 Gone')
    expect(result.requests.length).toBe(2)
  })
})
