// How many objects a page is asked for.
import { describe, expect, it } from 'vitest'
import type { ListQuery } from '../../../src/cluster/list-request.ts'
import { firstPageSize, largestPage, nextPageSize } from '../../../src/cluster/page-size.ts'
import { listQuery } from './list-query.ts'

describe('pages', () => {
  it.each([
    { name: 'a few small objects', input: [3, 3, 9000, 10000], want: 1000 },
    { name: 'a full first page', input: [1000, 1000, 4_000_000, 10000], want: 5000 },
    { name: 'tiny objects', input: [1000, 1000, 300_000, 10000], want: 10000 },
    { name: 'a small largest page', input: [2, 2, 900, 2], want: 2 },
    { name: 'huge objects', input: [10, 10, 400_000_000, 10000], want: 1 },
    { name: 'an empty page', input: [1000, 0, 100, 10000], want: 1000 },
  ])('$name', ({ input, want }) => {
    const [asked = 0, objects = 0, bytes = 0, largest = 0] = input
    expect(nextPageSize(asked, objects, bytes, largest)).toBe(want)
  })
})

describe('the first page', () => {
  const built: Partial<ListQuery> = { form: 'table' }
  it.each([
    { name: 'of objects', query: {}, want: 1000 },
    { name: 'of objects with a LIMIT', query: { rowLimit: 7 }, want: 7 },
    { name: 'of objects with LIMIT 0', query: { rowLimit: 0 }, want: 1 },
    { name: 'of objects with page_size', query: { pageSize: 50 }, want: 50 },
    { name: 'of a Table of a built-in kind', query: built, want: 100_000 },
    {
      name: 'of a Table of another server, which may give whole objects',
      query: { ...built, resource: { ...listQuery().resource, apiVersion: 'metrics.k8s.io/v1beta1' } },
      want: 10_000,
    },
  ])('$name', ({ query, want }) => {
    expect(firstPageSize(listQuery(query))).toBe(want)
  })
})

it('a page is smaller where its index would not fit 8 MB', () => {
  const rowPaths = Array.from({ length: 999 }, (_, i) => [`f${i}`])
  expect(largestPage(listQuery({ rowPaths }), 'full')).toBe(1000)
  expect(largestPage(listQuery({ rowPaths, pageSize: 5000 }), 'full')).toBe(5000)
})
