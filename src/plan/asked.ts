// Reads from the conditions of WHERE which values are asked for in a column that shows what it was asked with. If no
// condition gives a value that is needed, that must be an error: rows would be missing without a word.
import { FdwError } from '../errors.ts'
import type { Qual, QualCell, Query, TargetColumn } from '../host.ts'

/** What the conditions say about one such column. */
export interface Asked {
  /** The values, each once; null if no condition gives one. */
  readonly values: readonly string[] | null
  /** Set if the value of a condition is not known, or not yet. The scan may begin, but must give no row. */
  readonly unknown: FdwError | null
  /** Set if the column has no value here although the query compares it, or may do so. */
  readonly lost: FdwError | null
  /** Set instead of `lost` if the query takes all columns, so that nobody knows whether it compares this one. */
  readonly remark: string | null
}

/** What the host sends for a parameter that is NULL or not yet evaluated: the text `null`, or the type's zero. */
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

/** `null` means that the column is to be NULL; `other` means that the condition gives nothing to ask for. */
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
 * Whether the query takes some of the table's columns, and not all of them as `SELECT *` does. A column that is only
 * compared is among them. The host does not say which those are, because it does not hand over conditions in joins, OR
 * and functions.
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
  // Postgres checks the conditions of the sort `other` against the value that is shown.
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
