// The least of each object that shows all columns of a query.
import { describe, expect, it } from 'vitest'
import { compileColumns } from '../../../src/plan/columns.ts'
import { leastForm, needsName } from '../../../src/plan/projection.ts'

const columns = (names: string, paths: { readonly [column: string]: string } = {}) =>
  compileColumns(
    names === '' ? [] : names.split(' ').map((name) => ({ name, type: 'string' as const })),
    new Map(Object.entries(paths)),
  )

describe('the form', () => {
  it.each([
    { names: '', want: 'table' },
    { names: 'name', want: 'table' },
    { names: 'kind api_version', want: 'table' },
    { names: 'name namespace', want: 'metadata' },
    { names: 'name labels', want: 'metadata' },
    { names: 'app', paths: { app: '{.metadata.labels.app}' }, want: 'metadata' },
    { names: 'name spec', want: 'full' },
    { names: 'attrs', want: 'full' },
    { names: 'image', paths: { image: '{.spec.containers[*].image}' }, want: 'full' },
    { names: 'cluster', paths: { cluster: "{'one'}" }, want: 'table' },
  ])('of "$names" is $want', ({ names, paths, want }) => {
    expect(leastForm(columns(names, paths), false)).toBe(want)
  })

  it('needs no namespace that the path of the request says', () => {
    expect(leastForm(columns('name namespace'), true)).toBe('table')
  })
})

it('a count needs no name', () => {
  expect(needsName(columns(''))).toBe(false)
  expect(needsName(columns('name'))).toBe(true)
  expect(needsName(columns('namespace labels kind'))).toBe(false)
})
