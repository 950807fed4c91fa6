// The types of columns, and the cells that the host hands over. This file holds types only.

/**
 * A column type that the host can carry, named as in `wit/types.wit`. `other` is a numeric whose digits the host takes
 * as a text: the extension's own library has it, and Wrappers has no such type.
 */
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

export interface QualCell {
  readonly type: TypeOid
  /** The value; null for a type that has no JavaScript value. An i64 beyond 2^53 may have lost digits. */
  readonly value: string | number | boolean | null
}

/** A value that a statement writes. */
export interface WrittenCell {
  readonly name: string
  readonly type: TypeOid
  /**
   * null for NULL. An i64 is its digits; so are the seconds of a date and the microseconds of a time, counted from
   * 1970-01-01 UTC. A type that has no JavaScript value is NULL too.
   */
  readonly value: string | number | boolean | null
}

/** The row that a statement writes. */
export interface RowSource {
  /** For INSERT the values of all columns, for UPDATE those of SET. */
  writtenCells(): WrittenCell[]
  /** What the row's identity column showed, for UPDATE and DELETE; null if that is no text. */
  rowId(): string | null
}
