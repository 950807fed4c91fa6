// Conditions of WHERE → what a virtual object is asked with.
// Guesses nothing: a value that is not known yet is an error, for rows would be missing without a word.
import type { Columns, Extractor } from '../columns.ts'
import { placeOf } from '../columns.ts'
import { FdwError } from '../errors.ts'
import type { Host, Qual, QualCell, QualValue, TypeOid } from '../host.ts'
import type { InputType, Inputs, VirtualObject } from './object.ts'

function unknownValue(column: string): FdwError {
  const name = JSON.stringify(column)
  return new FdwError(
    'plan',
    `the condition on column ${name} has a value that is NULL, or not known when the question is asked`,
    `write the value itself, or take it from another table: FROM t, LATERAL (SELECT * FROM … WHERE ${column} = t.${column} OFFSET 0) AS x`,
  )
}

/** As what a parameter comes that is NULL or not evaluated: this text, or the zero of any type. */
const UNKNOWN: readonly QualCell['value'][] = ['null', 0, false]

/** The column types that an input may have. */
const TYPES: { readonly [type in InputType]: readonly TypeOid[] } = {
  text: ['string'],
  integer: ['i16', 'i32', 'i64'],
  boolean: ['bool'],
}

/** The texts that a qual compares with, each once; null where one is not known. */
function textsOf(qual: Qual, { cells }: QualValue): string[] | null {
  const texts: string[] = []
  for (const { value } of cells) {
    if (value === null || (qual.isParameter && UNKNOWN.includes(value))) return null
    if (!texts.includes(String(value))) texts.push(String(value))
  }
  return texts
}

function checkType(column: Extractor, input: string, type: InputType): void {
  if (TYPES[type].includes(column.type)) return
  throw new FdwError(
    'option',
    `column ${JSON.stringify(column.name)} shows ${input}, which conditions are to give, and is not of type ${type}`,
    `declare it ${type}`,
  )
}

/** Columns that show an input, and which. @throws {FdwError} option for another type than the input's. */
function inputNames(object: VirtualObject, columns: Columns): Map<string, string> {
  const names = new Map<string, string>()
  for (const column of columns.extractors) {
    const place = placeOf(column, columns.rowPaths)
    const input = place?.length === 1 ? String(place[0]) : ''
    const type = Object.hasOwn(object.inputs, input) ? object.inputs[input] : undefined
    if (type === undefined) continue
    checkType(column, input, type)
    names.set(column.name, input)
  }
  return names
}

/** Reads the quals at once: the host has them only now. A value that is not known is an error when the inputs are wanted. */
export function inputReader(host: Host, object: VirtualObject, columns: Columns): () => Inputs {
  const names = inputNames(object, columns)
  const inputs = new Map<string, readonly string[]>()
  let unknown: string | null = null
  for (const qual of host.quals()) {
    const input = names.get(qual.field)
    if (input === undefined || qual.operator !== '=') continue
    const value = host.qualValue(qual)
    if (value.isArray && !qual.useOr) continue
    const texts = textsOf(qual, value)
    if (texts === null) unknown = qual.field
    else {
      const before = inputs.get(input)
      inputs.set(input, before === undefined ? texts : before.filter((text) => texts.includes(text)))
    }
  }
  return () => {
    if (unknown !== null) throw unknownValue(unknown)
    return inputs
  }
}
