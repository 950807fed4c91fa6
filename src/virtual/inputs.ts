// Reads from the conditions of WHERE what a virtual object is asked with. A value that is not known yet must be an
// error, because rows would be missing without a word.
import { FdwError } from '../errors.ts'
import type { Query, TargetColumn, TypeOid } from '../host.ts'
import { askedOf } from '../plan/asked.ts'
import { placeOf } from '../plan/columns.ts'
import type { Columns, Extractor } from '../plan/columns.ts'
import type { InputType, Questions, VirtualObject } from './object.ts'

/** The column types that each type of input may have. */
const TYPES: { readonly [type in InputType]: readonly TypeOid[] } = {
  text: ['string'],
  integer: ['i16', 'i32', 'i64'],
  boolean: ['bool'],
}

function checkType(column: Extractor, input: string, type: InputType): void {
  if (TYPES[type].includes(column.type)) return
  throw new FdwError(
    'option',
    `column ${JSON.stringify(column.name)} shows ${input}, which conditions are to give, and is not of type ${type}`,
    `declare it ${type}`,
  )
}

/**
 * The names of the columns that show an input, each with the input's name.
 * @throws {FdwError} option for a column whose type is not the input's.
 */
function inputNames(object: VirtualObject, columns: Columns): Map<string, string> {
  const names = new Map<string, string>()
  for (const column of columns.extractors) {
    const place = placeOf(column, columns.rowPaths)
    const shown = place?.length === 1 ? String(place[0]) : ''
    const type = Object.hasOwn(object.inputs, shown) ? object.inputs[shown] : undefined
    if (type === undefined) continue
    checkType(column, shown, type)
    names.set(column.name, shown)
  }
  return names
}

/**
 * Reads the conditions at once, because the host has them only now. A mistake in them is thrown when rows are wanted.
 */
export function inputReader(
  host: Query,
  object: VirtualObject,
  columns: Columns,
  targets: readonly TargetColumn[],
): () => Questions {
  const quals = host.quals()
  const inputs = new Map<string, readonly string[]>()
  const lost = new Map<string, FdwError>()
  let refused: FdwError | null = null
  inputNames(object, columns).forEach((input, column) => {
    const asked = askedOf(host, targets, quals, column)
    refused ??= asked.unknown
    if (asked.lost !== null) lost.set(input, asked.lost)
    const before = inputs.get(input)
    if (asked.values === null) return
    inputs.set(
      input,
      before === undefined ? asked.values : before.filter((text) => asked.values?.includes(text)),
    )
  })
  return () => {
    if (refused !== null) throw refused
    return {
      inputs,
      settle: (names) => {
        for (const name of names) {
          const error = inputs.has(name) ? undefined : lost.get(name)
          if (error !== undefined) throw error
        }
      },
    }
  }
}
