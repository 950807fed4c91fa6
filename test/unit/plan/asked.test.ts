// What conditions say of a column that shows what it was asked with: its values, or why no row may be given.
import { describe, expect, it } from 'vitest'
import type { QualCell } from '../../../src/host.ts'
import { askedOf } from '../../../src/plan/asked.ts'
import { queryOf } from '../support/fakes.ts'
import type { Condition } from '../support/fakes.ts'

/** A condition on the column, its values as they are in SQL. */
interface Given extends Omit<Condition, 'field' | 'cells'> {
  readonly cells: readonly QualCell['value'][]
}

const COLUMN = 'verb'
/** Of a query that takes all columns of a table with two. */
const ALL = [COLUMN, 'allowed'].map((name, i) => ({ name, type: 'string' as const, number: i + 1 }))
/** Of one that takes the second alone. */
const SOME = [{ name: COLUMN, type: 'string' as const, number: 2 }]

const asked = (conditions: readonly Given[], targets = ALL) => {
  const query = queryOf(
    targets,
    conditions.map((given) => ({
      ...given,
      field: COLUMN,
      cells: given.cells.map((value): QualCell => ({
        type: typeof value === 'boolean' ? 'bool' : 'string',
        value,
      })),
    })),
  )
  return askedOf(query, targets, query.quals(), COLUMN)
}

describe('values', () => {
  it.each([
    { name: '=', given: [{ operator: '=', cells: ['get'] }], want: ['get'] },
    {
      name: 'IN',
      given: [{ operator: '=', cells: ['get', 'list', 'get'], isArray: true, useOr: true }],
      want: ['get', 'list'],
    },
    {
      name: 'two conditions',
      given: [
        { operator: '=', cells: ['get', 'list'], isArray: true, useOr: true },
        { operator: '=', cells: ['list'] },
      ],
      want: ['list'],
    },
    {
      name: 'two that contradict each other',
      given: [
        { operator: '=', cells: ['get'] },
        { operator: '=', cells: ['list'] },
      ],
      want: [],
    },
    {
      name: '= and LIKE, which Postgres checks',
      given: [
        { operator: '=', cells: ['get'] },
        { operator: '~~', cells: ['l%'] },
      ],
      want: ['get'],
    },
    { name: 'IS TRUE', given: [{ operator: 'is', cells: [true] }], want: ['true'] },
    { name: 'IS NOT TRUE', given: [{ operator: 'is not', cells: [true] }], want: ['false'] },
  ])('of $name', ({ given, want }) => {
    expect(asked(given).values).toEqual(want)
  })
})

describe('no row may be given', () => {
  it.each([
    { name: 'a parameter that is not known', given: { operator: '=', cells: ['null'], isParameter: true } },
    { name: 'NULL', given: { operator: '=', cells: [null] } },
  ])('of $name', ({ given }) => {
    expect(asked([given])).toMatchObject({ values: null, unknown: { code: 'plan' }, lost: null })
  })

  it.each([
    { name: 'LIKE', given: { operator: '~~', cells: ['l%'] } },
    { name: 'IS NOT NULL', given: { operator: 'is not', cells: [null] } },
    { name: '= ALL', given: { operator: '=', cells: ['get', 'list'], isArray: true } },
  ])('of $name', ({ given }) => {
    expect(asked([given])).toMatchObject({ values: null, unknown: null, lost: { code: 'plan' } })
  })

  it('where the column is taken without a condition that is handed over', () => {
    expect(asked([], SOME)).toMatchObject({ values: null, lost: { code: 'plan' }, remark: null })
  })
})

it('the text null that is written out is a value', () => {
  expect(asked([{ operator: '=', cells: ['null'] }]).values).toEqual(['null'])
})

it('SELECT * gives rows, and a remark', () => {
  expect(asked([])).toMatchObject({ values: null, unknown: null, lost: null })
  expect(asked([]).remark).toContain('where a join, OR or a function compares it, rows are missing')
})

it('IS NULL asks for nothing', () => {
  expect(asked([{ operator: 'is', cells: [null] }], SOME)).toEqual({
    values: null,
    unknown: null,
    lost: null,
    remark: null,
  })
})
