// UPDATE: the patch that changes an object, but only in the state in which it was read.
import type { Identity } from '../cluster/identity.ts'
import type { JsonPath } from '../host.ts'
import { valueAt } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import { refused } from './places.ts'
import { addAll, leftovers, pathText, setAt } from './trees.ts'
import type { Change } from './trees.ts'

export const MERGE_PATCH = 'application/merge-patch+json'
export const APPLY_PATCH = 'application/apply-patch+yaml'
export const JSON_PATCH = 'application/json-patch+json'

/** Whether a change leads through a list, of which a merge patch could only replace the whole. */
export function hasIndex(changes: readonly Change[]): boolean {
  return changes.some(({ place }) => place.some((step) => typeof step === 'number'))
}

/**
 * A merge patch. `found` is the object as the patch would leave it, where that is known: what its maps have beside the
 * wanted values is removed, because SET replaces a whole value.
 */
export function mergePatch(
  { uid, resourceVersion }: Identity,
  changes: readonly Change[],
  found: JsonValue | null,
): JsonObject {
  const patch: JsonObject = { metadata: { uid, resourceVersion } }
  for (const { place, value } of changes) {
    setAt(patch, place, value)
    const left = found === null ? null : leftovers(valueAt(found, place), value)
    if (left === null) continue
    const more: JsonObject = {}
    setAt(more, place, left)
    addAll(patch, more)
  }
  return patch
}

/** Whether a map of the object as the patch would leave it has more than it is to have. */
export function leavesMore(changes: readonly Change[], found: JsonValue): boolean {
  return changes.some(({ place, value }) => leftovers(valueAt(found, place), value) !== null)
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
  if (value === null) return { op: 'remove', path }
  return { op: typeof place[place.length - 1] === 'number' ? 'replace' : 'add', path, value }
}

/** The operation that sets a value in the object, of which it makes what is missing on the way. */
function setOperation(object: JsonObject, change: Change): JsonValue {
  const { place, value } = change
  let known = 0
  while (known < place.length && valueAt(object, place.slice(0, known + 1)) !== undefined) known++
  const isThere = known === place.length
  const last = place[place.length - 1]
  if (!setAt(object, place, value)) noElement(change)
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
      operations.push(blindOperation(change))
  return operations
}
