// The column types in the order of type-oid and cell in wit/types.wit: the index of a type is its number. The host owns
// that contract, so the order must stay.
import type { TypeOid } from '../../src/host.ts'

export const TYPE_OIDS: readonly TypeOid[] = [
  'bool',
  'i8',
  'i16',
  'f32',
  'i32',
  'f64',
  'i64',
  'numeric',
  'string',
  'date',
  'timestamp',
  'timestamptz',
  'json',
  'uuid',
]
