// Turns the fields of a kind into the columns of its table, in this order: metadata, top fields, spec, status, attrs.
import { KEY_COLUMN } from '../cluster/identity.ts'
import { placeByName } from '../plan/columns.ts'
import { columnNames } from './naming.ts'
import { SECTIONS } from './openapi.ts'
import type { Field, SqlType } from './openapi.ts'

export interface Column {
  readonly name: string
  readonly type: SqlType
  /** The path of the column; null if its name is enough. */
  readonly path: string | null
  readonly description: string
  /** Whether a write of it is refused, or without effect. */
  readonly isReadOnly?: boolean
}

/**
 * The columns of ObjectMeta that each table has. managedFields are only in `attrs`, because they are large and seldom
 * asked for.
 */
const METADATA: readonly (readonly [name: string, type: SqlType, description: string])[] = [
  ['name', 'text', 'Name of the object, unique within its namespace.'],
  ['namespace', 'text', 'Namespace that the object is in.'],
  ['uid', 'text', 'Unique in time and space.'],
  ['resource_version', 'text', 'Changes with each change of the object.'],
  ['generation', 'bigint', 'Number of the desired state that the object holds.'],
  ['creation_timestamp', 'timestamptz', 'When the object was made.'],
  ['deletion_timestamp', 'timestamptz', 'When the object is to be deleted; NULL while nobody wants that.'],
  ['labels', 'jsonb', 'What the object can be selected by.'],
  ['annotations', 'jsonb', 'What else tools keep on the object.'],
  ['owner_references', 'jsonb', 'The objects that this one belongs to, and goes with.'],
  ['finalizers', 'jsonb', 'What must be done before the object can be deleted.'],
]

/** Of the columns of ObjectMeta those that the API server sets. */
const READ_ONLY = ['uid', 'resource_version', 'generation', 'creation_timestamp', 'deletion_timestamp']
const KEY = 'Which object the row is, and in which state it was read, for UPDATE and DELETE.'

/**
 * A path as the table option `columns` has it. Within quotes a dot may separate two names, and a line feed ends the
 * name. With a backslash before it, each of them is a character of the field's own name.
 */
export function pathText(path: readonly string[]): string {
  if (path.every((key) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key))) return path.join('.')
  const quoted = path.map((key) => `['${key.replace(/[\\'.\n]/g, (special) => `\\${special}`)}']`)
  return `{${quoted.join('')}}`
}

/** Whether a column of this name shows this place without a path. */
function isDefault(name: string, path: readonly string[]): boolean {
  // A name without a path stands for a field at the top, or for one of the metadata, which have columns already.
  if (path.length !== 1) return false
  const place = placeByName(name)
  return place?.length === 1 && place[0] === path[0]
}

/** The columns of a kind's table; with that of its identity if the table is written. */
export function columnsOf(fields: readonly Field[], namespaced: boolean, writes = false): Column[] {
  const metadata = METADATA.map(([name, type, description]): Column => ({
    name,
    type,
    path: null,
    description,
    isReadOnly: READ_ONLY.includes(name),
  }))
  const section = (name: string): Field[] => fields.filter((field) => field.path[0] === name)
  const top = fields.filter((field) => !SECTIONS.includes(field.path[0] ?? ''))
  const ordered = top.concat(section('spec'), section('status'))
  const names = columnNames(
    ordered.map((field) => field.path),
    metadata.map((column) => column.name).concat(writes ? KEY_COLUMN : []),
  )
  const own = ordered.map((field, i): Column => {
    const name = names[i] ?? ''
    const path = isDefault(name, field.path) ? null : pathText(field.path)
    const isReadOnly = field.path[0] === 'status' || field.isReadOnly === true
    return { name, type: field.type, path, description: field.description, isReadOnly }
  })
  const attrs: Column = { name: 'attrs', type: 'jsonb', path: null, description: 'The whole object.' }
  const noted = (column: Column): Column =>
    writes && column.isReadOnly === true
      ? { ...column, description: `Read-only. ${column.description}` }
      : column
  const key = writes ? [{ name: KEY_COLUMN, type: 'text', path: null, description: KEY } as const] : []
  return metadata
    .filter((column) => namespaced || column.name !== 'namespace')
    .concat(own, attrs, key)
    .map(noted)
}
