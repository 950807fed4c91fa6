// A JSON value and a column's type → one cell, converted only where that loses nothing.
// Knows neither objects nor columns: the caller adds their names to a Misfit.
import type { Host, JsonDocument, JsonKind, JsonValue, TypeOid } from './host.ts'
import { jsonText, kindOf, printed } from './exact.ts'
import type { Decimal } from './quantity.ts'
import { MOST_CHARACTERS, decimalText, parseQuantity, significantDigits } from './quantity.ts'
import { parseInstant } from './instants.ts'

/** A value that its column's type cannot hold. */
export class Misfit {
  /** The value, cut; empty where the problem is none of one value. */
  private readonly quoted: string
  private readonly problem: string
  readonly hint: string

  constructor(quoted: string, problem: string, hint: string) {
    this.quoted = quoted
    this.problem = problem
    this.hint = hint
  }

  /** Why it does not fit. `hidden`: without the value. */
  reason(hidden: boolean): string {
    if (this.quoted === '') return this.problem
    return `${hidden ? "the value (hidden, for it is a Secret's)" : this.quoted} ${this.problem}`
  }
}

/** The types' names in SQL. */
export const TYPE_NAMES: { readonly [type in TypeOid]: string } = {
  bool: 'boolean',
  i8: '"char"',
  i16: 'smallint',
  f32: 'real',
  i32: 'integer',
  f64: 'double precision',
  i64: 'bigint',
  numeric: 'numeric',
  string: 'text',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  json: 'jsonb',
  uuid: 'uuid',
  other: 'unknown',
}

const QUOTED_CHARACTERS = 100
/** With hyphens, or without any, as a Node's machineID: both the host and Postgres read either. */
const UUID = /^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/
/** As JSON.stringify writes U+0000 within a string; an even number of backslashes before it is text of its own. */
const NUL_ESCAPE = /(^|[^\\])(\\\\)*\\u0000/
const DIGITS = /^[+-]?[0-9]+$/
/**
 * Magnitudes between which a number is neither infinite nor zero once it is rounded to the type. Below the smallest of
 * numeric, a double has fewer than 15 digits.
 */
const REAL_LIMITS: { readonly [type: string]: readonly [above: number, below: number] } = {
  f32: [7.006492321624085e-46, 3.4028235677973366e38],
  f64: [0, Infinity],
  numeric: [2.2250738585072014e-308, Infinity],
}
/** Postgres turns the host's f64 into numeric with 15 digits (DBL_DIG). */
const NUMERIC_DIGITS = 15
/**
 * Seconds after midnight UTC at which a date is handed over. The host reads its day in the session's time zone:
 * at 10:00 UTC it is the same day everywhere from UTC-10 to UTC+13.
 */
const DATE_SECONDS = 36_000
const INTEGER_LIMITS: { readonly [type: string]: readonly [string, string] } = {
  i8: ['128', '127'],
  i16: ['32768', '32767'],
  i32: ['2147483648', '2147483647'],
  i64: ['9223372036854775808', '9223372036854775807'],
}

function quoted(kind: JsonKind, text: string): string {
  const cut = text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text
  return kind === 'string' ? `"${cut}"` : cut
}

/** The integer of a text; null where it is none. */
function integerOf(kind: JsonKind, text: string): Decimal | null {
  if (kind === 'string' && !DIGITS.test(text)) return null
  const value = parseQuantity(text)
  return value === null || value.scale > 0 ? null : value
}

function withinLimits(type: TypeOid, negative: boolean, digits: string): boolean {
  const limits = INTEGER_LIMITS[type]
  if (limits === undefined) return false
  const limit = limits[negative ? 0 : 1]
  return digits.length < limit.length || (digits.length === limit.length && digits <= limit)
}

/** Whether it is a number with an exponent that no type reaches. */
function beyondReach(kind: JsonKind, text: string): boolean {
  return kind === 'number' && parseQuantity(text) === null
}

function pushInteger(host: Host, type: TypeOid, kind: JsonKind, text: string): string | null {
  if (kind !== 'number' && kind !== 'string') return 'is not an integer'
  const value = integerOf(kind, text)
  if (value === null) return beyondReach(kind, text) ? 'is out of range' : 'is not an integer'
  if (!withinLimits(type, value.negative, value.digits)) return 'is out of range'
  const digits = (value.negative ? '-' : '') + value.digits
  if (type === 'i64') host.pushI64(digits)
  else host.pushNumber(type, Number(digits))
  return null
}

/** Postgres' "char" is one byte: a character stands for its code, a JSON number for itself. */
function pushChar(host: Host, kind: JsonKind, text: string): string | null {
  if (kind === 'number') return pushInteger(host, 'i8', kind, text)
  if (kind !== 'string' || text.length !== 1 || text.charCodeAt(0) > 127) return 'is not one ASCII character'
  host.pushNumber('i8', text.charCodeAt(0))
  return null
}

function pushReal(host: Host, type: TypeOid, kind: JsonKind, text: string): string | null {
  const value = kind === 'number' || kind === 'string' ? parseQuantity(text) : null
  if (value === null) return beyondReach(kind, text) ? 'is out of range' : 'is not a number or a quantity'
  const number = Number(decimalText(value))
  const [above, below] = REAL_LIMITS[type] ?? [0, 0]
  const magnitude = Math.abs(number)
  if (value.digits !== '0' && !(magnitude > above && magnitude < below)) return 'is out of range'
  if (type === 'numeric' && significantDigits(value) > NUMERIC_DIGITS) {
    return `has more than ${NUMERIC_DIGITS} digits, which the host cannot carry`
  }
  host.pushNumber(type, number)
  return null
}

function pushInstant(host: Host, type: TypeOid, kind: JsonKind, text: string): string | null {
  const instant = kind === 'string' ? parseInstant(text) : null
  if (instant === null) return 'is not an RFC 3339 time or date'
  const day = Math.floor(instant.epochSeconds / 86400) * 86400
  const seconds = type === 'date' ? day + DATE_SECONDS : instant.epochSeconds
  host.pushTime(type, seconds, type === 'date' ? 0 : instant.micros)
  return null
}

function pushBool(host: Host, text: string, kind: JsonKind): string | null {
  const known = kind === 'bool' || kind === 'string'
  if (!known || (text !== 'true' && text !== 'false')) return 'is neither true nor false'
  host.pushBool(text === 'true')
  return null
}

function pushUuid(host: Host, kind: JsonKind, text: string): string | null {
  if (kind !== 'string' || !UUID.test(text)) return 'is not a UUID'
  host.pushText('uuid', text)
  return null
}

/** Pushes, or says why it did not. */
function pushTyped(host: Host, type: TypeOid, kind: JsonKind, text: string): string | null {
  switch (type) {
    case 'bool':
      return pushBool(host, text, kind)
    case 'i8':
      return pushChar(host, kind, text)
    case 'i16':
    case 'i32':
    case 'i64':
      return pushInteger(host, type, kind, text)
    case 'f32':
    case 'f64':
    case 'numeric':
      return pushReal(host, type, kind, text)
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return pushInstant(host, type, kind, text)
    case 'uuid':
      return pushUuid(host, kind, text)
    case 'string':
    case 'json':
      host.pushText(type, text)
      return null
    case 'other':
      return 'cannot be carried by the host'
  }
}

function hintFor(type: TypeOid, kind: JsonKind, text: string): string {
  const integer = INTEGER_LIMITS[type] !== undefined && type !== 'i8'
  const number = (kind === 'number' || kind === 'string') && parseQuantity(text) !== null
  if (integer && kind === 'string' && number) return 'a quantity fits a column of type numeric'
  const other =
    type !== 'numeric' || !number ? '' : integerOf(kind, text) === null ? 'double precision, ' : 'bigint, '
  return `declare the column ${other}text or jsonb, or give the table the option on_error 'null'`
}

/** Why a text is not even read: the host cannot end a call, so no value may take long. */
function tooLong(kind: JsonKind, text: string): string | null {
  const isScalar = kind === 'number' || kind === 'string'
  return isScalar && text.length > MOST_CHARACTERS ? `has more than ${MOST_CHARACTERS} characters` : null
}

function pushScalar(host: Host, type: TypeOid, kind: JsonKind, text: string): void {
  const problem = tooLong(kind, text) ?? pushTyped(host, type, kind, text)
  if (problem === null) return
  throw new Misfit(
    quoted(kind, text),
    `${problem}, so it does not fit type ${TYPE_NAMES[type]}`,
    hintFor(type, kind, text),
  )
}

function holdsNul(): Misfit {
  return new Misfit(
    '',
    'the text holds the character U+0000, which text in Postgres cannot',
    "give the table the option on_error 'null'",
  )
}

/** Pushes one cell from a document's leaf. @throws {Misfit} before anything is pushed. */
export function pushLeaf(host: Host, type: TypeOid, document: JsonDocument, row: number, leaf: number): void {
  if (type === 'string' || type === 'json') {
    if (!host.pushSlice(type, document, row, leaf)) pushValue(host, type, document.tree(row, leaf))
    return
  }
  const kind = document.kind(row, leaf)
  if (kind === 'missing' || kind === 'null') host.pushNull()
  else pushScalar(host, type, kind, document.text(row, leaf))
}

/** Pushes one cell from a value. @throws {Misfit} before anything is pushed. */
export function pushValue(host: Host, type: TypeOid, value: JsonValue): void {
  if (value === null) host.pushNull()
  else if (type === 'json') {
    const text = jsonText(value)
    if (text.includes('\\u0000') && NUL_ESCAPE.test(text)) throw holdsNul()
    host.pushText(type, text)
  } else if (type === 'string') {
    const text = printed(value)
    if (text.includes('\u0000')) throw holdsNul()
    host.pushText(type, text)
  } else pushScalar(host, type, kindOf(value), printed(value))
}
