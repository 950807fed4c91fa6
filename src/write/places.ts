// Which place of the object a column is written to, and why some are written to none.
import { KEY_COLUMN } from '../cluster/identity.ts'
import { FdwError } from '../errors.ts'
import type { JsonPath } from '../host.ts'
import { compilePath } from '../jsonpath/compile.ts'
import { placeByName } from '../plan/columns.ts'
import { pathText } from './trees.ts'

/** The fields of metadata that people write. All others are the API server's. */
const OWN_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences']
/** Those that name an object when it is made. */
const NAMES = ['name', 'generateName', 'namespace']

export function refused(column: string, why: string, hint: string): FdwError {
  return new FdwError('write', `column ${JSON.stringify(column)} cannot be written: ${why}`, hint)
}

/** The only place that a column shows. @throws {FdwError} write, if there is none or there are many. */
export function placeOf(column: string, paths: ReadonlyMap<string, string>): JsonPath {
  const path = paths.get(column)
  if (path === undefined) {
    if (column === KEY_COLUMN)
      throw refused(column, 'it says which object a row is', `leave ${KEY_COLUMN} out of the statement`)
    const place = placeByName(column)
    if (place !== null) return place
    throw refused(column, 'it shows no field of the object', 'leave it out of the statement')
  }
  const compiled = compilePath(path)
  const place = compiled.type === 'plain' ? compiled.places[0] : undefined
  if (place !== undefined) return place
  throw refused(
    column,
    `its path ${path} does not lead to one place`,
    'write a column whose path has names and indices alone, such as spec.containers[0].image, or one that holds the whole list',
  )
}

/** The hint for a part of the object that no column of this table may write. */
function refuseSubresource(
  column: string,
  place: JsonPath,
  subresource: 'status' | 'scale' | null,
  hasStatus: () => boolean,
): void {
  const isStatus = place[0] === 'status'
  if (subresource === null && isStatus && hasStatus()) {
    throw refused(
      column,
      `${pathText(place)} is what the cluster says of the object`,
      "a controller may write it through a table with the option subresource 'status'",
    )
  }
  if (subresource === 'status' && !isStatus) {
    throw refused(
      column,
      `the table has the option subresource 'status', and ${pathText(place)} is no part of that`,
      'write it through a table without the option',
    )
  }
  if (subresource === 'scale' && pathText(place) !== 'spec.replicas') {
    throw refused(
      column,
      `the table has the option subresource 'scale', through which spec.replicas alone is written`,
      'write it through a table without the option',
    )
  }
}

/**
 * Refuses a place that is not for the user to write. `hasStatus` says whether the status has a request of its own; if it
 * has none, it is written with the rest. apiVersion, kind and, unless an object is being made, its names
 * are left to the caller: they may be written as they are.
 * @throws {FdwError} write.
 */
export function refusePlace(
  column: string,
  place: JsonPath,
  isNew: boolean,
  subresource: 'status' | 'scale' | null,
  hasStatus: () => boolean,
): void {
  const [first, second] = place
  if (first === undefined && isNew) return
  if (first === undefined) {
    throw refused(
      column,
      'it is the whole object',
      'write the columns of the fields that are to change, or add a column for them',
    )
  }
  if (isNew ? isTypeMeta(place) : isFixed(place)) return
  if (first !== 'metadata') {
    refuseSubresource(column, place, subresource, hasStatus)
    return
  }
  if (second === undefined) {
    throw refused(
      column,
      'it has fields of the API server',
      'write the columns labels, annotations and the like',
    )
  }
  const field = String(second)
  if (!OWN_METADATA.includes(field) && !(isNew && NAMES.includes(field))) {
    throw refused(column, `the API server sets metadata.${field}`, 'leave it out of the statement')
  }
  refuseSubresource(column, place, subresource, hasStatus)
}

function isTypeMeta(place: JsonPath): boolean {
  return place.length === 1 && (place[0] === 'apiVersion' || place[0] === 'kind')
}

/** Whether a place says which object it is, and in which state: it may be written as it is, and then nothing is. */
export function isFixed(place: JsonPath): boolean {
  const isMetadata = place.length === 2 && place[0] === 'metadata'
  const fixed = ['name', 'namespace', 'uid', 'resourceVersion']
  return isTypeMeta(place) || (isMetadata && fixed.includes(String(place[1])))
}

/** Refuses two columns of which one is written to a part of what the other is. @throws {FdwError} write. */
export function refuseOverlap(
  columns: readonly { readonly column: string; readonly place: JsonPath }[],
): void {
  columns.forEach((one, i) => {
    for (const other of columns.slice(0, i)) {
      const shorter = Math.min(one.place.length, other.place.length)
      if (shorter === 0 || one.place.slice(0, shorter).some((step, at) => step !== other.place[at])) continue
      throw refused(
        one.column,
        `column ${JSON.stringify(other.column)} writes ${pathText(other.place.slice(0, shorter))} too`,
        'write one of the two',
      )
    }
  })
}
