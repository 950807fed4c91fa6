// The host as the scan logic sees it: HTTP, options, columns and rows as plain values.
// Types only. component/adapter/ implements them over the engine's natives, test/support/portable-host/ over `supabase:wrappers`.
import type { JsonKind, JsonValue } from './json/values.ts'

/** A column type that the host can carry, named as in `wit/types.wit`; `other` is any type that a later host adds. */
export type TypeOid =
  | 'bool'
  | 'i8'
  | 'i16'
  | 'f32'
  | 'i32'
  | 'f64'
  | 'i64'
  | 'numeric'
  | 'string'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'json'
  | 'uuid'
  | 'other'

/** A target column: the scan pushes exactly one cell for each, in order. What the query only compares is one too. */
export interface TargetColumn {
  readonly name: string
  readonly type: TypeOid
  /** Its place among the table's columns, from 1; columns that were dropped keep theirs. */
  readonly number: number
}

/** A condition of WHERE: `field operator value`. The host hands over some of them, and Postgres checks all of them again. */
export interface Qual {
  readonly field: string
  /** As in SQL; `is` and `is not` for the tests of NULL. */
  readonly operator: string
  /** Of an array: whether one of its elements must match (ANY), or each (ALL). */
  readonly useOr: boolean
  /** Its value may not be known yet, or may be what it was before. */
  readonly isParameter: boolean
  /** Its place among the quals. */
  readonly index: number
}

export interface QualCell {
  readonly type: TypeOid
  /** null for a type that JavaScript has no value for. An i64 beyond 2^53 may have lost digits. */
  readonly value: string | number | boolean | null
}

/** What a qual compares with; SQL's NULLs are left out of an array. */
export interface QualValue {
  readonly isArray: boolean
  readonly cells: readonly QualCell[]
}

/** A column of Wrappers' table of statistics, named as in `wit/stats.wit`. */
export type Metric = 'create-times' | 'rows-in' | 'rows-out' | 'bytes-in' | 'bytes-out'

export type OptionsType = 'server' | 'table' | 'import-schema'

export interface HttpRequest {
  readonly url: string
  /** Names in lower case, values without control characters: the host panics on others. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** A response whose body stays outside the JavaScript heap until it is released or handed to `indexJson`. */
export interface HttpResponse {
  readonly status: number
  /** URL after redirects. */
  readonly url: string
  /** Value of the header of that name (lower case), or null; of several the one at that place, from 0. */
  header(name: string, place?: number): string | null
  /** Length of the body, bytes. */
  readonly bodyBytes: number
  /** The body's beginning as text, at most `maxBytes`, cut at a character boundary. */
  bodyText(maxBytes: number): string
  /** Lines of the body; the last one need not end with a line feed. */
  lineCount(): number
  /** The line at a place (0, or where the one before says), and the place of the next; null after the last. */
  line(place: number): readonly [text: string, next: number] | null
  release(): void
}

/** Steps from a JSON value to one inside it: object keys and array indices. */
export type JsonPath = readonly (string | number)[]

/** Which parts of a JSON text to locate. Paths that lead nowhere are found missing, not an error. */
export interface JsonShape {
  /** Paths from the document's root. */
  readonly head: readonly JsonPath[]
  /** Key of the top-level array whose elements are the rows; null where there are none. */
  readonly rowsKey: string | null
  /** Paths from each row. The empty path is the row itself. */
  readonly row: readonly JsonPath[]
}

/** The `row` argument that reads a path of `JsonShape.head`. */
export const HEAD = -1

/**
 * A validated JSON text with the places of the wanted parts; nothing is built until it is read.
 * `leaf` counts the paths of `head` (with row = HEAD) or of `row`.
 */
export interface JsonDocument {
  readonly rowCount: number
  kind(row: number, leaf: number): JsonKind
  /** A string decoded; anything else as its JSON text, digit for digit. Only where `kind` is not missing. */
  text(row: number, leaf: number): string
  /** The JSON text, strings with their quotes. */
  json(row: number, leaf: number): string
  /**
   * The value as a JavaScript tree: keys are own properties, `__proto__` included; a number that a double would print
   * otherwise is an ExactNumber.
   */
  tree(row: number, leaf: number): JsonValue
  /**
   * The object or list at a place, as `tree`, but one level deep: an object or list inside it is its place, a number.
   * null stands for the place of the first path of `head`; a place that leads nowhere is null.
   */
  members(place: number | null): JsonValue
  release(): void
}

/** A text that is not JSON, or beyond the parser's limits. */
export interface JsonError {
  /** What is wrong, e.g. `unexpected end of text` or `nested deeper than 500 levels`. */
  readonly message: string
  /** Where, bytes from the beginning of the body. */
  readonly offset: number
}

/** What IMPORT FOREIGN SCHEMA asks for. */
export interface ImportStatement {
  readonly serverName: string
  readonly remoteSchema: string
  /** Which tables are wanted: all, only `tables`, or all but those. */
  readonly listType: 'all' | 'limit-to' | 'except'
  readonly tables: readonly string[]
}

/** Where options are: at the host, or written down. */
export interface OptionSource {
  /** The option's text; null where it is absent. */
  option(type: OptionsType, key: string): string | null
}

/** The query under way. */
export interface Query {
  targetColumns(): TargetColumn[]
  quals(): Qual[]
  /**
   * The host panics for arrays of `?|` and the like. Of a parameter that is NULL, of another text type, or not evaluated
   * yet (a subquery's value): the string 'null', the i64 0, or the zero of its type; or the value before.
   */
  qualValue(qual: Qual): QualValue
  /** LIMIT plus OFFSET as the planner knows it, rows; null without. A hint, never a reason to stop. */
  rowLimit(): number | null
}

export interface HttpClient {
  /** @throws {string} the host's own text where no response came. */
  get(request: HttpRequest): HttpResponse
  /** As `get`. */
  post(request: HttpRequest, body: string): HttpResponse
  /** Takes the response's body over: it lives until the document is released. Releases it itself on an error. */
  indexJson(response: HttpResponse, shape: JsonShape): JsonDocument | JsonError
}

/** Supabase Vault; null for a secret that is not there. */
export interface Vault {
  vaultSecret(id: string): string | null
  vaultSecretByName(name: string): string | null
}

/** The session's settings. */
export interface SessionSettings {
  /** `current_setting(name, true)`. */
  setting(name: string): string | null
}

export interface Clock {
  /** Seconds since 1970-01-01 UTC, whole: the host knows none smaller. */
  epochSeconds(): number
}

export interface Statistics {
  /** Adds to a row of Wrappers' shared table of statistics, within the user's transaction. */
  addStatistic(fdwName: string, metric: Metric, amount: number): void
}

/** What the client is told, at Postgres' levels. */
export interface Messages {
  info(message: string): void
  notice(message: string): void
  warning(message: string): void
}

/** The IMPORT FOREIGN SCHEMA under way. */
export interface ImportTarget {
  /** Once. */
  importStatement(): ImportStatement
  /** Appends a CREATE FOREIGN TABLE to what the import gives. */
  pushStatement(sql: string): void
}

/** The row that is handed to Postgres. Each call appends the next cell of the current row; `null` is NULL. */
export interface RowSink {
  pushNull(): void
  pushBool(value: boolean): void
  /** Types i8, i16, i32, f32, f64, numeric. */
  pushNumber(type: TypeOid, value: number): void
  /** A decimal integer within the range of int64, digit for digit. */
  pushI64(digits: string): void
  /** Types string, json, uuid. */
  pushText(type: TypeOid, value: string): void
  /** Types date (micros ignored), timestamp, timestamptz: whole seconds since 1970-01-01 UTC, and 0…999999 microseconds. */
  pushTime(type: TypeOid, epochSeconds: number, micros: number): void
  /**
   * As `pushText`, from the document without building a string: its `text` for type string, its `json` for type json, and
   * NULL where it has null or nothing.
   * False, with nothing pushed, for a text with U+0000, which Postgres' text cannot hold, and for JSON with an escaped
   * U+0000 or surrogate, or with more levels than the host takes: its tree says what it holds.
   */
  pushSlice(type: TypeOid, document: JsonDocument, row: number, leaf: number): boolean
  /**
   * The JSON of an object with `members` (`"kind":"Pod",`, or nothing) before its own, as type string or json. False as for
   * `pushSlice` of type json.
   */
  pushObject(type: TypeOid, document: JsonDocument, row: number, leaf: number, members: string): boolean
}

/** Everything that the scan logic may ask of the host; each function asks for the part that it needs. */
export interface Host
  extends
    OptionSource,
    Query,
    HttpClient,
    Vault,
    SessionSettings,
    Clock,
    Statistics,
    Messages,
    ImportTarget,
    RowSink {}

/** The guest's exports, over plain values. Each throws a string: the rendered error. */
export interface Routines {
  init(): void
  beginScan(): void
  /** Pushes one row; false at the end. */
  iterScan(): boolean
  reScan(): void
  endScan(): void
  beginModify(): void
  /** Pushes the statements. */
  importForeignSchema(): void
}
