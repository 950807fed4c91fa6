// UPDATE: the patch that changes an object, but only in the state in which it was read.
import type { Identity } from '../cluster/identity.ts'
import type { JsonPath } from '../host.ts'
import { isObject, valueAt } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import { refused } from './places.ts'
import { pathText, setAt, withoutNulls } from './trees.ts'
import type { Change } from './trees.ts'

export const MERGE_PATCH = 'application/merge-patch+json'
export const APPLY_PATCH = 'application/apply-patch+yaml'
export const JSON_PATCH = 'application/json-patch+json'

/**
 * Whether the changes need a JSON patch: a merge patch can only replace a list as a whole, and of a map it leaves what
 * the new value does not have, but SET replaces a whole value.
 */
export function needsJsonPatch(changes: readonly Change[]): boolean {
  return changes.some(({ place, value }) => isObject(value) || place.some((step) => typeof step === 'number'))
}

/** A merge patch of an object in the state of the identity. It makes what is missing on the way to a place. */
export function mergePatch({ uid, resourceVersion }: Identity, changes: readonly Change[]): JsonObject {
  const patch: JsonObject = { metadata: { uid, resourceVersion } }
  for (const { place, value } of changes) setAt(patch, place, value)
  return patch
}

function pointer(place: JsonPath): string {
  return place
    .map(
      (step) =>
        `/${String(step)
          .replace(/~/g, () => '~0')
          .replace(/\//g, () => '~1')}`,
    )
    .join('')
}

function noElement(change: Change): never {
  throw refused(
    change.column,
    `the object has no element that ${pathText(change.place)} leads to`,
    'write the next element of the list, or a column that holds the whole list',
  )
}

/** The operation for an object that is not known: it fails if something is missing on the way. */
function blindOperation({ place, value }: Change): JsonValue {
  const path = pointer(place)
  const isElement = typeof place[place.length - 1] === 'number'
  return { op: isElement ? 'replace' : 'add', path, value: withoutNulls(value) }
}

/** The operations that remove a value. Where the object is not known, a field that is not there is made first. */
function removal({ place }: Change, isKnown: boolean): JsonValue[] {
  const path = pointer(place)
  const isElement = typeof place[place.length - 1] === 'number'
  const remove = { op: 'remove', path }
  return isKnown || isElement ? [remove] : [{ op: 'add', path, value: null }, remove]
}

/** The operation that sets a value in the object, of which it makes what is missing on the way. */
function setOperation(object: JsonObject, change: Change): JsonValue {
  const { place, value } = change
  let known = 0
  while (known < place.length && valueAt(object, place.slice(0, known + 1)) !== undefined) known++
  const isThere = known === place.length
  const last = place[place.length - 1]
  if (!setAt(object, place, withoutNulls(value))) noElement(change)
  const at = place.slice(0, known + 1)
  // In a list, add would put one more before the element.
  const op = isThere && typeof last === 'number' ? 'replace' : 'add'
  return { op, path: pointer(at), value: valueAt(object, at) ?? null }
}

/**
 * A JSON patch of an object in the state of the identity. With the object it makes what is missing on the way to a
 * place; without it, it fails there. Elements are removed last and from the end, so that each index still means what it
 * meant.
 */
export function jsonPatch(
  { uid, resourceVersion }: Identity,
  changes: readonly Change[],
  object: JsonObject | null,
): JsonValue {
  const operations: JsonValue[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
  ]
  const removed: Change[] = []
  for (const change of changes) {
    if (change.value === null) removed.push(change)
    else operations.push(object === null ? blindOperation(change) : setOperation(object, change))
  }
  const indexOf = ({ place }: Change): number => place.find((step) => typeof step === 'number') ?? -1
  removed.sort((a, b) => indexOf(b) - indexOf(a))
  for (const change of removed)
    if (object === null || valueAt(object, change.place) !== undefined)
      operations.push(...removal(change, object !== null))
  return operations
}
