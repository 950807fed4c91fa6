// INSERT: the object that the columns of a row make.
import type { Resource } from '../cluster/resource.ts'
import { FdwError } from '../errors.ts'
import { isObject, listAt, ownField, textAt } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import type { TableOptions } from '../session/options.ts'
import { refused } from './places.ts'
import { pathText, setAt } from './trees.ts'
import type { Change } from './trees.ts'

/** What an object that was read has, and one that is made must not have. */
const SERVER_METADATA = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
]

function without(object: JsonObject, names: readonly string[]): JsonObject {
  const kept: JsonObject = {}
  for (const key of Object.keys(object)) if (!names.includes(key)) setAt(kept, [key], object[key] ?? null)
  return kept
}

/** Whether it is a list of objects, as kubectl get has it. A kind whose name ends so is an object if it has a name. */
function isList(value: JsonObject): boolean {
  const kind = textAt(value, 'kind')
  const name = textAt(ownField(value, 'metadata') ?? null, 'name')
  return kind === 'List' || (kind.endsWith('List') && name === '' && listAt(value, 'items').length > 0)
}

function startOf(change: Change | undefined): JsonObject {
  if (change === undefined) return {}
  const { column, value } = change
  const items = Array.isArray(value) ? '' : "->'items'"
  if (items === '' || (isObject(value) && isList(value))) {
    throw refused(
      column,
      'it is a list of objects, and a row is one',
      `write each as a row: INSERT … SELECT item FROM …, jsonb_array_elements(${column}${items}) AS item`,
    )
  }
  if (isObject(value)) return without(value, [])
  throw refused(
    column,
    'it is the whole object, and its value is none',
    'write a manifest as a JSON object, to a column of type jsonb',
  )
}

/** Of two texts for the same, the one that is given. @throws {FdwError} write, if both are, and differ. */
function agreed(what: string, one: string, other: string): string {
  if (one === '' || other === '' || one === other) return one === '' ? other : one
  throw new FdwError(
    'write',
    `the row's ${what} is ${JSON.stringify(one)}, and the table's ${JSON.stringify(other)}`,
    `leave it out, or insert into the table of that ${what}`,
  )
}

/** What the table says of the objects that are inserted. */
type Table = Pick<TableOptions, 'namespace' | 'namespaces'>

function namespaceOf(resource: Resource, metadata: JsonValue, table: Table): string | null {
  const given = textAt(metadata, 'namespace')
  if (!resource.namespaced) {
    if (given === '') return null
    throw new FdwError(
      'write',
      `the row has the namespace ${JSON.stringify(given)}, but objects of kind ${resource.kind} are in no namespace`,
      'leave it out',
    )
  }
  const namespace = agreed('namespace', given, table.namespace ?? '')
  if (namespace !== '' && table.namespaces?.includes(namespace) === false) {
    throw new FdwError(
      'write',
      `the row's namespace is ${JSON.stringify(namespace)}, which is none of the table's: ${table.namespaces.join(', ')}`,
      'the table would not show the row: insert into a table of that namespace, or add it to the option namespaces',
    )
  }
  if (namespace !== '') return namespace
  throw new FdwError(
    'write',
    `the row has no namespace, and objects of kind ${resource.kind} are in one`,
    'write the column namespace, or metadata.namespace in a manifest, or give the table the option namespace',
  )
}

export interface Manifest {
  readonly resource: Resource
  readonly object: JsonObject
  readonly metadata: JsonObject
  readonly namespace: string | null
}

/**
 * Makes the object of a row. A column stands above what the whole object has in its place. `resourceOf` says of which
 * resource it is.
 * @throws {FdwError} write.
 */
export function manifestOf(
  changes: readonly Change[],
  table: Table,
  applies: boolean,
  resourceOf: (object: JsonObject) => Resource,
): Manifest {
  const object = startOf(changes.find(({ place }) => place.length === 0))
  const found = ownField(object, 'metadata')
  const metadata = isObject(found) ? without(found, SERVER_METADATA) : {}
  setAt(object, ['metadata'], metadata)
  for (const { column, place, value } of changes) {
    if (place.length === 0) continue
    if (!setAt(object, place, value))
      throw refused(
        column,
        `the object has no list for ${pathText(place)} to be the next element of`,
        'write the elements of a list in their order, or a column that holds the whole list',
      )
  }
  const resource = resourceOf(object)
  for (const field of ['apiVersion', 'kind'] as const)
    setAt(object, [field], agreed(field, textAt(object, field), resource[field]))
  const namespace = namespaceOf(resource, metadata, table)
  if (namespace !== null) setAt(object, ['metadata', 'namespace'], namespace)
  if (textAt(metadata, 'name') + (applies ? '' : textAt(metadata, 'generateName')) === '') {
    throw new FdwError(
      'write',
      `the row has no name, and an object of kind ${resource.kind} needs one`,
      applies
        ? 'write the column name, or metadata.name in a manifest: a name that the API server makes up (generateName) cannot be applied, but takes INSERT without on_insert into the table of the kind'
        : 'write the column name, or metadata.generateName in attrs for one that the API server makes up',
    )
  }
  return { resource, object, metadata, namespace }
}
