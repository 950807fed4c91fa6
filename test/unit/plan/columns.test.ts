// Columns and their paths → the places that are located in each object.
import { describe, expect, it } from 'vitest'
import { compileColumns } from '../../../src/plan/columns.ts'

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
