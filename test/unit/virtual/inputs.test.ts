// What a virtual object is asked with: the values of its input columns, by whatever name a table shows them.
import { describe, expect, it } from 'vitest'
import type { TypeOid } from '../../../src/host.ts'
import { compileColumns } from '../../../src/plan/columns.ts'
import { inputReader } from '../../../src/virtual/inputs.ts'
import { LOGS_OBJECT } from '../../../src/virtual/logs.ts'
import { errorOf, queryOf, targetsOf, text } from '../support/fakes.ts'
import type { Condition } from '../support/fakes.ts'

const reader = (
  columns: { readonly [name: string]: TypeOid },
  conditions: readonly Condition[],
  paths: { readonly [column: string]: string } = {},
) => {
  const targets = targetsOf(columns)
  const compiled = compileColumns(targets, new Map(Object.entries(paths)), LOGS_OBJECT.columns)
  return inputReader(queryOf(targets, conditions), LOGS_OBJECT, compiled, targets)
}
const inputs = (...given: Parameters<typeof reader>) => Object.fromEntries(reader(...given)().inputs)

describe('values', () => {
  it('of each column with a condition', () => {
    expect(
      inputs({ name: 'string', container: 'string', line: 'string' }, [
        { field: 'name', cells: [text('web')] },
        { field: 'line', cells: [text('x')] },
      ]),
    ).toEqual({ name: ['web'] })
  })

  it('of a column with a name of its own', () => {
    const columns = { pod: 'string' } as const
    expect(inputs(columns, [{ field: 'pod', cells: [text('web')] }], { pod: 'name' })).toEqual({
      name: ['web'],
    })
  })

  it('that two columns of one input have in common', () => {
    const conditions: Condition[] = [
      { field: 'name', isArray: true, useOr: true, cells: [text('a'), text('b')] },
      { field: 'pod', isArray: true, useOr: true, cells: [text('b'), text('c')] },
    ]
    expect(inputs({ name: 'string', pod: 'string' }, conditions, { pod: 'name' })).toEqual({ name: ['b'] })
  })
})

describe('types', () => {
  it.each<{ column: string; type: TypeOid; wanted: string | null }>([
    { column: 'name', type: 'string', wanted: null },
    { column: 'tail_lines', type: 'i16', wanted: null },
    { column: 'tail_lines', type: 'i64', wanted: null },
    { column: 'previous', type: 'bool', wanted: null },
    { column: 'line', type: 'json', wanted: null },
    { column: 'name', type: 'json', wanted: 'text' },
    { column: 'tail_lines', type: 'string', wanted: 'integer' },
    { column: 'previous', type: 'string', wanted: 'boolean' },
  ])('$column as $type', ({ column, type, wanted }) => {
    const { hint = null } = errorOf(() => reader({ [column]: type }, []))
    expect(hint).toBe(wanted === null ? null : `declare it ${wanted}`)
  })
})

describe('what is not known', () => {
  const parameter: Condition = { field: 'name', isParameter: true, cells: [text('null')] }

  it('is an error only when rows are wanted', () => {
    const questions = reader({ name: 'string' }, [parameter])
    expect(errorOf(questions)).toMatchObject({ code: 'plan' })
  })

  it('is an error for rows that would show it', () => {
    const { settle } = reader({ container: 'string' }, [
      { field: 'container', operator: '~~', cells: [text('a%')] },
    ])()
    expect(errorOf(() => settle(['previous']))).toEqual({})
    expect(errorOf(() => settle(['container']))).toMatchObject({ code: 'plan' })
  })
})
