// INSERT: the object that the columns of a row make.
import type { Resource } from '../cluster/resource.ts'
import { FdwError } from '../errors.ts'
import { isObject, ownField, textAt } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
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

function startOf(change: Change | undefined): JsonObject {
  if (change === undefined) return {}
  if (isObject(change.value)) return without(change.value, [])
  throw refused(
    change.column,
    'it is the whole object, and its value is none',
    'write a manifest as a JSON object',
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

function namespaceOf(resource: Resource, metadata: JsonValue, ofTable: string | null): string | null {
  const given = textAt(metadata, 'namespace')
  if (!resource.namespaced) {
    if (given === '') return null
    throw new FdwError(
      'write',
      `the row has the namespace ${JSON.stringify(given)}, but objects of kind ${resource.kind} are in no namespace`,
      'leave it out of the statement',
    )
  }
  const namespace = agreed('namespace', given, ofTable ?? '')
  if (namespace !== '') return namespace
  throw new FdwError(
    'write',
    `the row has no namespace, and objects of kind ${resource.kind} are in one`,
    'write the column namespace, or give the table the option namespace',
  )
}

export interface Manifest {
  readonly object: JsonObject
  readonly metadata: JsonObject
  readonly namespace: string | null
}

/** Makes the object of a row. A column stands above what `attrs` has in its place. @throws {FdwError} write. */
export function manifestOf(
  resource: Resource,
  changes: readonly Change[],
  tableNamespace: string | null,
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
  for (const field of ['apiVersion', 'kind'] as const)
    setAt(object, [field], agreed(field, textAt(object, field), resource[field]))
  const namespace = namespaceOf(resource, metadata, tableNamespace)
  if (namespace !== null) setAt(object, ['metadata', 'namespace'], namespace)
  if (textAt(metadata, 'name') + textAt(metadata, 'generateName') === '') {
    throw new FdwError(
      'write',
      `the row has no name, and an object of kind ${resource.kind} needs one`,
      'write the column name, or metadata.generateName in attrs for one that the API server makes up',
    )
  }
  return { object, metadata, namespace }
}
