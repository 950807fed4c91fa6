// Columns that say what is asked for, and show what it was asked with: conditions of WHERE → their values.
// Guesses nothing: where no condition gives a value, rows would be missing without a word, and that is an error.
import { FdwError } from '../errors.ts'
import type { Qual, QualCell, Query, TargetColumn } from '../host.ts'

/** What the conditions say of one such column. */
export interface Asked {
  /** Each once; null where no condition gives a value. */
  readonly values: readonly string[] | null
  /** A condition's value is not known, or not yet: the scan may begin, but give no row. */
  readonly unknown: FdwError | null
  /** The column has no value here, and the query compares it all the same, or may do so. */
  readonly lost: FdwError | null
  /** As `lost`, but the query takes all columns, so that nobody knows whether it compares this one. */
  readonly remark: string | null
}

/** As what a parameter comes that is NULL or not evaluated: this text, or the zero of any type. */
const UNKNOWN: readonly QualCell['value'][] = ['null', 0, false]

function wayOut(column: string): string {
  return `write ${column} = '…' or ${column} IN ('…', '…') among the conditions, not inside of OR or a function; or take the value from another table: FROM t, LATERAL (SELECT * FROM … WHERE ${column} = t.${column} OFFSET 0) AS x`
}

function unknownValue(column: string): FdwError {
  return new FdwError(
    'plan',
    `the condition on column ${JSON.stringify(column)} has a value that is NULL, or not known when the question is asked`,
    `write the value itself, or take it from another table: FROM t, LATERAL (SELECT * FROM … WHERE ${column} = t.${column} OFFSET 0) AS x`,
  )
}

function wrongOperator({ field, operator }: Qual): FdwError {
  const written = operator === 'is not' ? 'IS NOT NULL' : operator
  return new FdwError(
    'plan',
    `the condition on column ${JSON.stringify(field)} has the operator ${written}, and only = and IN give the column a value`,
    wayOut(field),
  )
}

function withoutValue(column: string): string {
  return `column ${JSON.stringify(column)} has a value only where a condition with = or IN gives it one, and none does here`
}

/** `null`: the column is to be NULL. `other`: nothing that can be asked. */
type Reading = readonly string[] | 'unknown' | 'null' | 'other'

function readQual(host: Query, qual: Qual): Reading {
  const { operator } = qual
  if (operator === 'is' || operator === 'is not') {
    const [cell] = host.qualValue(qual).cells
    if (cell?.type === 'bool') return [String((cell.value === true) === (operator === 'is'))]
    return operator === 'is' ? 'null' : 'other'
  }
  if (operator !== '=') return 'other'
  const { cells, isArray } = host.qualValue(qual)
  if (isArray && !qual.useOr) return 'other'
  const texts: string[] = []
  for (const { value } of cells) {
    if (value === null || (qual.isParameter && UNKNOWN.includes(value))) return 'unknown'
    if (!texts.includes(String(value))) texts.push(String(value))
  }
  return texts
}

/**
 * Whether the query takes some of the table's columns, and not all as `SELECT *` does. A column that it only compares is
 * among them, and the host does not say which those are: conditions in joins, OR and functions are not handed over.
 */
function picks(targets: readonly TargetColumn[]): boolean {
  return targets.some(({ number }) => number > targets.length)
}

/** What `quals` ask of a column. */
export function askedOf(
  host: Query,
  targets: readonly TargetColumn[],
  quals: readonly Qual[],
  column: string,
): Asked {
  const given: (readonly string[])[] = []
  let isUnknown = false
  let isNull = false
  let other: Qual | null = null
  for (const qual of quals) {
    if (qual.field !== column) continue
    const read = readQual(host, qual)
    if (read === 'unknown') isUnknown = true
    else if (read === 'null') isNull = true
    else if (read === 'other') other = qual
    else given.push(read)
  }
  const nothing = { values: null, unknown: null, lost: null, remark: null }
  // Postgres checks the other conditions against the value that is shown.
  if (given[0] !== undefined) {
    const values = given[0].filter((text) => given.every((texts) => texts.includes(text)))
    return { ...nothing, values }
  }
  if (isUnknown) return { ...nothing, unknown: unknownValue(column) }
  if (other !== null) return { ...nothing, lost: wrongOperator(other) }
  if (isNull || !targets.some(({ name }) => name === column)) return nothing
  if (picks(targets)) return { ...nothing, lost: new FdwError('plan', withoutValue(column), wayOut(column)) }
  return {
    ...nothing,
    remark: `${withoutValue(column)}: where a join, OR or a function compares it, rows are missing`,
  }
}
