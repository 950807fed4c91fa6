// Columns and their paths → the places that are located in each object.
import { describe, expect, it } from 'vitest'
import type { JsonPath, TypeOid } from '../../../src/host.ts'
import { clusterOf, compileColumns, placeOf } from '../../../src/plan/columns.ts'
import { errorOf } from '../support/fakes.ts'

describe('columns', () => {
  it('locates each place once', () => {
    const columns = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'string' as const }))
    const paths = new Map([
      ['a', 'spec.x'],
      ['b', '{.spec.x}'],
      ['c', '{.spec.x[*]}'],
      ['d', 'metadata.name'],
    ])
    const compiled = compileColumns(columns, paths)
    expect(compiled.rowPaths.slice(5)).toEqual([['spec', 'x']])
    expect(compiled.extractors.map((extractor) => extractor.source)).toMatchObject([
      { type: 'leaf', leaves: [5] },
      { type: 'leaf', leaves: [5] },
      { type: 'path', leaf: 5 },
      { type: 'leaf', leaves: [2] },
    ])
  })

  it.each([
    { input: 'owner_references', want: ['metadata', 'ownerReferences'] },
    { input: 'deletion_grace_period_seconds', want: ['metadata', 'deletionGracePeriodSeconds'] },
    { input: 'data', want: ['data'] },
    { input: 'roleRef', want: ['roleRef'] },
    { input: 'roleref', want: ['roleRef'] },
    { input: 'role_ref', want: ['roleRef'] },
  ])('takes $input by its name', ({ input, want }) => {
    const compiled = compileColumns([{ name: input, type: 'json' }], new Map())
    expect(compiled.rowPaths[5]).toEqual(want)
  })
})

describe('the place that a condition can be about', () => {
  const place = (path: string, type: TypeOid = 'string') => {
    const { extractors, rowPaths } = compileColumns([{ name: 'x', type }], new Map([['x', path]]))
    const [column] = extractors
    return column === undefined ? undefined : placeOf(column, rowPaths)
  }
  it.each<{ path: string; want: JsonPath | null }>([
    { path: 'metadata.name', want: ['metadata', 'name'] },
    { path: '{}', want: [] },
    { path: 'spec.a[0]', want: ['spec', 'a', 0] },
    { path: "{.metadata.labels['a.b']}", want: ['metadata', 'labels', 'a.b'] },
    // It may show either of two places.
    { path: "{.spec['a.b']}", want: null },
    { path: '{.spec.a[*]}', want: null },
    { path: 'kind', want: null },
    { path: "{'x'}", want: null },
  ])('of $path', ({ path, want }) => {
    expect(place(path)).toEqual(want)
  })
})

describe('a column without a path', () => {
  it.each([
    { name: 'naem', hint: 'did you mean "name"?' },
    { name: 'zzzzzz', hint: "write OPTIONS (alias 'spec.…')" },
  ])('$name', ({ name, hint }) => {
    const error = errorOf(() => compileColumns([{ name, type: 'string' }], new Map()))
    expect(error.message).toBe(
      `column "${name}" has no path, and its name is not one that has a path by itself`,
    )
    expect(error.hint).toContain(hint)
  })

  it('that was meant to be another has one in the option', () => {
    const error = errorOf(() =>
      compileColumns([{ name: 'imgae', type: 'string' }], new Map([['image', 'spec.image']])),
    )
    expect(error.hint).toContain('the option columns has "image": is it meant?')
  })

  it('of a virtual object is one of its own', () => {
    const own = { line: ['line'] }
    expect(compileColumns([{ name: 'line', type: 'string' }], new Map(), own).rowPaths[5]).toEqual(['line'])
    expect(errorOf(() => compileColumns([{ name: 'labels', type: 'json' }], new Map(), own)).hint).toContain(
      'those are line',
    )
  })
})

it('a mistake in a path names the column', () => {
  expect(
    errorOf(() => compileColumns([{ name: 'x', type: 'string' }], new Map([['x', '{.a']]))).message,
  ).toBe('column "x": JSONPath "{.a": the brace is not closed at position 1')
})

it.each([
  { path: "{'prod'}", want: 'prod' },
  { path: '{ "prod" }', want: 'prod' },
  { path: '{.metadata.name}', want: null },
  { path: "{'a'}{.b}", want: null },
])('the cluster by $path is $want', ({ path, want }) => {
  expect(clusterOf(new Map([['cluster', path]]))).toBe(want)
})

it.each<{ type: TypeOid; path: string; slice: number | null }>([
  { type: 'string', path: 'spec.a', slice: 5 },
  { type: 'json', path: 'spec.a', slice: 5 },
  { type: 'i32', path: 'spec.a', slice: null },
  { type: 'string', path: "{.spec['a.b']}", slice: null },
  { type: 'string', path: 'kind', slice: null },
])('$path as $type is copied from leaf $slice', ({ type, path, slice }) => {
  const [extractor] = compileColumns([{ name: 'x', type }], new Map([['x', path]])).extractors
  expect(extractor?.slice).toBe(slice)
})
