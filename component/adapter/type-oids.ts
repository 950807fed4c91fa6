// The column types in the order of type-oid and cell in wit/types.wit: a type's place is its number.
// Of a contract that the host owns; never reordered here.
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
