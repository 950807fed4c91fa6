// Converts a JSON value into one cell of a column's type, but only if nothing is lost. A value that does not fit is a
// Misfit, to which the caller adds the names of object and column.
import { HOST_DEEP_JSON } from '../declared.ts'
import type { JsonDocument, OptionSource, RowSink, TypeOid } from '../host.ts'
import { jsonText, kindOf, printed } from '../json/number.ts'
import { isObject } from '../json/values.ts'
import type { JsonKind, JsonValue } from '../json/values.ts'
import { MOST_CHARACTERS, decimalText, parseQuantity, significantDigits } from './quantity.ts'
import type { Decimal } from './quantity.ts'
import { parseInstant } from './rfc3339.ts'

/** A value that its column's type cannot hold. */
export class Misfit {
  /** The value, shortened; empty if the problem is not about a single value. */
  private readonly quoted: string
  private readonly problem: string
  /** Which types would fit. */
  readonly hint: string

  constructor(quoted: string, problem: string, hint: string) {
    this.quoted = quoted
    this.problem = problem
    this.hint = hint
  }

  /** Why the value does not fit. With `hidden` the text does not quote the value. */
  reason(hidden: boolean): string {
    if (this.quoted === '') return this.problem
    return `${hidden ? "the value (hidden, for it is a Secret's)" : this.quoted} ${this.problem}`
  }
}

/**
 * A text that its column could hold if it had no U+0000. Such a text is shown with U+FFFD in its place, as bytes are
 * that are not UTF-8.
 */
export class Substitute {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The names of the types in SQL. */
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
  other: 'numeric',
}

/** Where cells go, and the options that say what the host takes. */
export type CellSink = RowSink & OptionSource

const QUOTED_CHARACTERS = 100
/** A UUID with hyphens, or without any as in a Node's machineID. Both the host and Postgres read either form. */
const UUID = /^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/
/** Wrappers' JSON parser (serde_json) accepts no more levels than this. Our own host takes all that were read. */
const JSON_LEVELS = 127
/** An escaped backslash, or U+0000 as JSON.stringify writes it. */
const ESCAPED = /\\(\\|u0000)/g
/**
 * The magnitudes between which a number is neither infinite nor zero when it is rounded to the type. Below the smallest
 * of numeric, a double has fewer than 15 digits.
 */
const REAL_LIMITS: { readonly [type: string]: readonly [above: number, below: number] } = {
  f32: [7.006492321624085e-46, 3.4028235677973366e38],
  f64: [0, Infinity],
  numeric: [2.2250738585072014e-308, Infinity],
}
/** Postgres converts the host's f64 to numeric with 15 digits (DBL_DIG). */
const NUMERIC_DIGITS = 15
/**
 * The seconds after midnight UTC at which a date is handed over. The host takes the day in the session's time zone, and
 * 10:00 UTC is on the same day everywhere from UTC-10 to UTC+13.
 */
const DATE_SECONDS = 36_000
const INTEGER_LIMITS: { readonly [type: string]: readonly [string, string] } = {
  i8: ['128', '127'],
  i16: ['32768', '32767'],
  i32: ['2147483648', '2147483647'],
  i64: ['9223372036854775808', '9223372036854775807'],
}

/** The text with U+FFFD in place of each U+0000. */
function withoutNul(text: string): string {
  return text.split('\u0000').join('\ufffd')
}

function quoted(kind: JsonKind, text: string): string {
  const cut = withoutNul(text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text)
  return kind === 'string' ? `"${cut}"` : cut
}

/** The number of a JSON number, or of a text that is a number or a quantity; null for anything else. */
function decimalOf(kind: JsonKind, text: string): Decimal | null {
  return kind === 'number' || kind === 'string' ? parseQuantity(text) : null
}

/** Why a value is no integer of the type; null if it is one. */
function integerProblem(type: TypeOid, { negative, digits, scale }: Decimal): string | null {
  const limit = INTEGER_LIMITS[type]?.[negative ? 0 : 1]
  if (scale > 0 || limit === undefined) return 'is not an integer'
  const isWithin = digits.length < limit.length || (digits.length === limit.length && digits <= limit)
  return isWithin ? null : 'is out of range'
}

/** Why a value is no number of a type with a decimal point; null if it is one. */
function realProblem(type: TypeOid, value: Decimal): string | null {
  const [above, below] = REAL_LIMITS[type] ?? [0, 0]
  const magnitude = Math.abs(Number(decimalText(value)))
  if (value.digits !== '0' && !(magnitude > above && magnitude < below)) return 'is out of range'
  return type === 'numeric' && significantDigits(value) > NUMERIC_DIGITS
    ? `has more than ${NUMERIC_DIGITS} digits, which the host cannot carry`
    : null
}

function pushInteger(host: RowSink, type: TypeOid, kind: JsonKind, text: string): string | null {
  const value = decimalOf(kind, text)
  // If a JSON number cannot be read here, its exponent is beyond every type.
  if (value === null) return kind === 'number' ? 'is out of range' : 'is not an integer'
  const problem = integerProblem(type, value)
  if (problem !== null) return problem
  const digits = (value.negative ? '-' : '') + value.digits
  if (type === 'i64') host.pushI64(digits)
  else host.pushNumber(type, Number(digits))
  return null
}

/** Postgres' "char" is one byte: a character is stored as its code, and a JSON number as itself. */
function pushChar(host: RowSink, kind: JsonKind, text: string): string | null {
  if (kind === 'number') return pushInteger(host, 'i8', kind, text)
  if (kind !== 'string' || text.length !== 1 || text.charCodeAt(0) > 127) return 'is not one ASCII character'
  host.pushNumber('i8', text.charCodeAt(0))
  return null
}

function pushReal(host: RowSink, type: TypeOid, kind: JsonKind, text: string): string | null {
  const value = decimalOf(kind, text)
  if (value === null) return kind === 'number' ? 'is out of range' : 'is not a number or a quantity'
  const problem = type === 'other' ? null : realProblem(type, value)
  if (type === 'other') host.pushText('string', decimalText(value))
  else if (problem === null) host.pushNumber(type, Number(decimalText(value)))
  return problem
}

function pushInstant(host: RowSink, type: TypeOid, kind: JsonKind, text: string): string | null {
  const instant = kind === 'string' ? parseInstant(text) : null
  if (instant === null) return 'is not an RFC 3339 time or date'
  const day = Math.floor(instant.epochSeconds / 86400) * 86400
  const seconds = type === 'date' ? day + DATE_SECONDS : instant.epochSeconds
  host.pushTime(type, seconds, type === 'date' ? 0 : instant.micros)
  return null
}

function pushBool(host: RowSink, text: string, kind: JsonKind): string | null {
  const known = kind === 'bool' || kind === 'string'
  if (!known || (text !== 'true' && text !== 'false')) return 'is neither true nor false'
  host.pushBool(text === 'true')
  return null
}

function pushUuid(host: RowSink, kind: JsonKind, text: string): string | null {
  if (kind !== 'string' || !UUID.test(text)) return 'is not a UUID'
  host.pushText('uuid', text)
  return null
}

/** Pushes the value. Returns why it did not fit, or null if it was pushed. */
function pushTyped(host: RowSink, type: TypeOid, kind: JsonKind, text: string): string | null {
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
    case 'other':
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
  }
}

/**
 * The names of the column types that fit. Each suggested type holds more than the one before, so that the value of
 * another object never leads back: from an integer to bigint, to numeric, and to text, whose number the extension can
 * read exactly.
 */
function fitting(type: TypeOid, kind: JsonKind, text: string): string {
  const value = tooLong(kind, text) === null ? decimalOf(kind, text) : null
  if (value === null) return 'text or jsonb'
  const isBigint = integerProblem('i64', value) === null
  if (isBigint && type !== 'numeric') return 'bigint, text or jsonb'
  if (realProblem('numeric', value) === null) return 'numeric, text or jsonb'
  const whole = isBigint ? ', or bigint, if all its values are whole numbers' : ''
  return `text, of which k8s_fdw.quantity(column) makes the exact number${whole}`
}

/**
 * Why a text is too long to be read; null if it is not. The host cannot interrupt a call, so no value may take long.
 */
function tooLong(kind: JsonKind, text: string): string | null {
  const isScalar = kind === 'number' || kind === 'string'
  return isScalar && text.length > MOST_CHARACTERS ? `has more than ${MOST_CHARACTERS} characters` : null
}

function pushScalar(host: RowSink, type: TypeOid, kind: JsonKind, text: string): void {
  const problem = tooLong(kind, text) ?? pushTyped(host, type, kind, text)
  if (problem === null) return
  throw new Misfit(
    quoted(kind, text),
    `${problem}, so it does not fit type ${TYPE_NAMES[type]}`,
    `declare the column ${fitting(type, kind, text)}`,
  )
}

/** Whether containers are nested in more levels than `levels`. */
function isDeeper(value: JsonValue, levels: number): boolean {
  if (!Array.isArray(value) && !isObject(value)) return false
  if (levels === 0) return true
  return Object.values(value).some((child) => isDeeper(child, levels - 1))
}

function pushJson(host: CellSink, value: JsonValue): void {
  const text = jsonText(value)
  // Each level takes at least two characters.
  const mayBeDeep = text.length > 2 * JSON_LEVELS && host.option('server', HOST_DEEP_JSON) === null
  if (mayBeDeep && isDeeper(value, JSON_LEVELS)) {
    throw new Misfit(
      '',
      `the value has more than ${JSON_LEVELS} levels, which the host cannot carry as jsonb`,
      'declare the column text, or show a part of it by a path of its own',
    )
  }
  if (!text.includes('\\u0000')) {
    host.pushText('json', text)
    return
  }
  const shown = text.replace(ESCAPED, (escape) => (escape === '\\\\' ? escape : '\ufffd'))
  if (shown !== text) throw new Substitute(shown)
  host.pushText('json', text)
}

/** Pushes one cell from a leaf of a document. @throws {Misfit | Substitute} before anything is pushed. */
export function pushLeaf(
  host: CellSink,
  type: TypeOid,
  document: JsonDocument,
  row: number,
  leaf: number,
): void {
  if (type === 'string' || type === 'json') {
    if (!host.pushSlice(type, document, row, leaf)) pushValue(host, type, document.tree(row, leaf))
    return
  }
  const kind = document.kind(row, leaf)
  if (kind === 'missing' || kind === 'null') host.pushNull()
  else pushScalar(host, type, kind, document.text(row, leaf))
}

/** Pushes one cell from a value. @throws {Misfit | Substitute} before anything is pushed. */
export function pushValue(host: CellSink, type: TypeOid, value: JsonValue): void {
  if (value === null) host.pushNull()
  else if (type === 'json') pushJson(host, value)
  else if (type === 'string') {
    const text = printed(value)
    if (text.includes('\u0000')) throw new Substitute(withoutNul(text))
    host.pushText(type, text)
  } else pushScalar(host, type, kindOf(value), printed(value))
}
