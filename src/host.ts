// The host as the scan logic sees it: HTTP, options, columns and rows as plain values. This file holds types only:
// component/adapter/ implements them over the engine's natives, test/support/portable-host/ over `supabase:wrappers`.
import type { QualCell, RowSource, TypeOid } from './cells.ts'
import type { JsonKind, JsonValue } from './json/values.ts'

export type { QualCell, RowSource, TypeOid, WrittenCell } from './cells.ts'

/**
 * A column that Postgres wants. The scan pushes exactly one cell for each of them, in this order. Columns that the
 * query only compares, and does not show, are among them.
 */
export interface TargetColumn {
  readonly name: string
  readonly type: TypeOid
  /** The column's number in the table, from 1. A dropped column keeps its number, so there may be gaps. */
  readonly number: number
}

/**
 * A condition of WHERE: `field operator value`. The host hands over only some of the conditions, and Postgres checks
 * all of them again.
 * @example
 * // WHERE name IN ('a', 'b'), and its QualValue:
 * { field: 'name', operator: '=', useOr: true, isParameter: false, index: 0 }
 * { isArray: true, cells: [{ type: 'string', value: 'a' }, { type: 'string', value: 'b' }] }
 */
export interface Qual {
  readonly field: string
  /** The operator as SQL writes it. Tests of NULL come as `is` and `is not`. */
  readonly operator: string
  /** For an array: true if one of its elements must match (ANY), false if each of them must (ALL). */
  readonly useOr: boolean
  /** True if the value is a parameter: it may not be known yet, or may be the one of the previous execution. */
  readonly isParameter: boolean
  /** The condition's index in the list that `quals()` gives. */
  readonly index: number
}

/** What a condition compares with. The NULL elements of an array are left out. */
export interface QualValue {
  readonly isArray: boolean
  readonly cells: readonly QualCell[]
}

/** A column of the table in which Wrappers keeps statistics, named as in `wit/stats.wit`. */
export type Metric = 'create-times' | 'rows-in' | 'rows-out' | 'bytes-in' | 'bytes-out'

export type OptionsType = 'server' | 'table' | 'import-schema'

export interface HttpRequest {
  readonly url: string
  /** Names are in lower case, and values have no control characters: the host panics on anything else. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** A response whose body stays outside the JavaScript heap until it is released or handed to `indexJson`. */
export interface HttpResponse {
  readonly status: number
  /** The URL that answered, after redirects. */
  readonly url: string
  /**
   * The value of the header with that name (in lower case), or null. If there are several, `place` picks one, from 0.
   */
  header(name: string, place?: number): string | null
  /** The length of the body in bytes. */
  readonly bodyBytes: number
  /** The beginning of the body as text: at most `maxBytes` bytes, cut at a character boundary. */
  bodyText(maxBytes: number): string
  /** The number of lines in the body. The last line need not end with a line feed. */
  lineCount(): number
  /** The line that begins at a byte offset, and the offset of the next line. Begin with 0; null after the last line. */
  line(place: number): readonly [text: string, next: number] | null
  release(): void
}

/** The steps that lead from a JSON value to one inside it: object keys and array indices. */
export type JsonPath = readonly (string | number)[]

/**
 * Which parts of a JSON text to locate. A path that leads nowhere is not an error: its value is of kind `missing`.
 * @example
 * // For the text { "metadata": { "continue": "c1" }, "items": [{ "metadata": { "name": "a" } }, …] }:
 * const shape = { head: [['metadata', 'continue']], rowsKey: 'items', row: [[], ['metadata', 'name']] }
 * const document = host.indexJson(response, shape)
 * document.text(HEAD, 0) // 'c1': leaf 0 of the head
 * document.text(0, 1) // 'a': leaf 1 of row 0
 * document.json(0, 0) // '{ "metadata": { "name": "a" } }': leaf 0 is the row itself
 */
export interface JsonShape {
  /** Paths from the document's root. A path's index in this list is its leaf number. */
  readonly head: readonly JsonPath[]
  /**
   * The key of the top-level array whose elements are the rows; null if the document has no rows. `true`: the text is a
   * sequence of values, each of which is a row, and it may be cut off anywhere. Then it ends before the value that is
   * not whole.
   */
  readonly rowsKey: string | true | null
  /** Paths from each row; an index in this list is a leaf number too. The empty path leads to the row itself. */
  readonly row: readonly JsonPath[]
}

/** Passed as `row`, this reads a path of `JsonShape.head`. */
export const HEAD = -1

/**
 * A validated JSON text in which the wanted parts were located. No JavaScript value is built until a part is read.
 * `leaf` is the index of a path: in `head` of the JsonShape if `row` is HEAD, and in `row` otherwise.
 */
export interface JsonDocument {
  /** The number of elements of the array that `rowsKey` names, or of values in the sequence. */
  readonly rowCount: number
  kind(row: number, leaf: number): JsonKind
  /**
   * A string without its escapes; any other value as its JSON text, digit for digit. Not to be called if `kind` is
   * `missing`.
   */
  text(row: number, leaf: number): string
  /** The value's JSON text. A string keeps its quotes and escapes. */
  json(row: number, leaf: number): string
  /**
   * The value as a JavaScript tree. Keys are own properties, `__proto__` included. A number that would be printed
   * differently as a double is an ExactNumber.
   */
  tree(row: number, leaf: number): JsonValue
  /**
   * The object or list at a byte offset, one level deep: what `tree` gives, but each object or list inside it is given
   * as its own byte offset, a number. `place` null stands for the first path of `head`. Returns null for an offset that
   * leads nowhere.
   */
  members(place: number | null): JsonValue
  release(): void
}

/** Why a text was refused: it is not JSON, or it is beyond the parser's limits. */
export interface JsonError {
  /** What is wrong, for example `unexpected end of text` or `nested deeper than 500 levels`. */
  readonly message: string
  /** Where it is wrong, in bytes from the beginning of the body. */
  readonly offset: number
}

/** What an IMPORT FOREIGN SCHEMA statement asks for. */
export interface ImportStatement {
  readonly serverName: string
  readonly remoteSchema: string
  /** Which tables are wanted: all of them, only those in `tables`, or all except those in `tables`. */
  readonly listType: 'all' | 'limit-to' | 'except'
  readonly tables: readonly string[]
}

/** A source of options: the host, or a table's options that a query has as text. */
export interface OptionSource {
  /** The option's text; null if the option is not given. */
  option(type: OptionsType, key: string): string | null
}

/** What the host knows of the query that runs. */
export interface Query {
  targetColumns(): TargetColumn[]
  quals(): Qual[]
  /**
   * What a condition compares with. For a parameter whose value the host does not know (it is NULL, of another text
   * type, or a subquery's result that is not computed yet) it gives the string 'null', the i64 0 or the zero of another
   * type, or the value of the previous execution. Never use such a value as data. The host panics for the arrays of
   * operators such as `?|`.
   */
  qualValue(qual: Qual): QualValue
  /**
   * LIMIT plus OFFSET in rows, as the planner knows them; null if there is none. It is a hint: do not stop because of
   * it.
   */
  rowLimit(): number | null
}

/** The methods of requests that have a body. */
export type BodyMethod = 'POST' | 'PATCH' | 'DELETE'

export interface HttpClient {
  /** Sends a GET. @throws {string} the host's own text if no response came. */
  get(request: HttpRequest): HttpResponse
  /** Sends a request with a body. Throws as `get` does. */
  send(method: BodyMethod, request: HttpRequest, body: string): HttpResponse
  /**
   * Takes over the response's body, which then lives until the document is released. If it returns an error, the body
   * is released already.
   */
  indexJson(response: HttpResponse, shape: JsonShape): JsonDocument | JsonError
}

/** Supabase Vault. Both functions return null if there is no such secret. */
export interface Vault {
  vaultSecret(id: string): string | null
  vaultSecretByName(name: string): string | null
}

/** The settings of the Postgres session. */
export interface SessionSettings {
  /** The result of `current_setting(name, true)`; null if the setting was never given. */
  setting(name: string): string | null
}

export interface Clock {
  /** Whole seconds since 1970-01-01 UTC. The host has no finer clock. */
  epochSeconds(): number
}

export interface Statistics {
  /** Adds to a row in the table of statistics that all wrappers share, within the user's transaction. */
  addStatistic(fdwName: string, metric: Metric, amount: number): void
}

/** Messages to the client, at Postgres' levels. */
export interface Messages {
  info(message: string): void
  notice(message: string): void
  warning(message: string): void
}

/** The IMPORT FOREIGN SCHEMA statement that runs. */
export interface ImportTarget {
  /** Gives the statement. May be called only once. */
  importStatement(): ImportStatement
  /** Appends a CREATE FOREIGN TABLE statement to the result of the import. */
  pushStatement(sql: string): void
}

/** The row that is handed to Postgres. Each call appends the next cell of the current row. */
export interface RowSink {
  pushNull(): void
  pushBool(value: boolean): void
  /** For the types i8, i16, i32, f32, f64 and numeric. */
  pushNumber(type: TypeOid, value: number): void
  /** `digits` is a decimal integer within the range of int64. No digit is lost. */
  pushI64(digits: string): void
  /** For the types string, json and uuid. */
  pushText(type: TypeOid, value: string): void
  /**
   * For the types date (which ignores `micros`), timestamp and timestamptz. `epochSeconds` are whole seconds since
   * 1970-01-01 UTC, and `micros` are 0 to 999999 microseconds.
   */
  pushTime(type: TypeOid, epochSeconds: number, micros: number): void
  /**
   * Pushes a leaf straight from the document, without building a string: its `text` for type string, its `json` for
   * type json, and NULL if the value is null or missing. Returns false, and pushes nothing, for what Postgres or the
   * host cannot hold: a text with U+0000, or JSON that has an escaped U+0000, an escaped surrogate or too many levels.
   * The caller then reads the leaf's tree instead.
   */
  pushSlice(type: TypeOid, document: JsonDocument, row: number, leaf: number): boolean
  /**
   * Pushes the JSON of an object as type string or json, with `members` (such as `"kind":"Pod",`, or '') before the
   * object's own members. Returns false as `pushSlice` does for type json.
   */
  pushObject(type: TypeOid, document: JsonDocument, row: number, leaf: number, members: string): boolean
}

/** Everything that the scan logic may ask of the host. Each function names only the part that it needs. */
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
    RowSink,
    RowSource {}

/** What the guest exports, over plain values. Each function throws a string: the rendered error. */
export interface Routines {
  init(): void
  beginScan(): void
  /** Pushes one row; returns false after the last one. */
  iterScan(): boolean
  reScan(): void
  endScan(): void
  beginModify(): void
  insert(): void
  update(): void
  delete(): void
  endModify(): void
  /** Pushes the statements that the import makes. */
  importForeignSchema(): void
}
