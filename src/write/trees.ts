// JSON trees that are made and compared: values at places, what is left over, what agrees.
import type { JsonPath } from '../host.ts'
import { jsonText } from '../json/number.ts'
import { isObject, ownField } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import { decimalText, parseQuantity } from '../read/quantity.ts'

/** A value that a statement writes to a place of the object. */
export interface Change {
  readonly column: string
  readonly place: JsonPath
  /** null removes what is there. */
  readonly value: JsonValue
}

export function pathText(place: JsonPath): string {
  return place
    .map((step, i) =>
      typeof step === 'number'
        ? `[${step}]`
        : /^[\w-]+$/.test(step)
          ? `${i === 0 ? '' : '.'}${step}`
          : `['${step}']`,
    )
    .join('')
}

function setOwn(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

/**
 * Sets the value at a place, and makes the objects and lists on the way to it. Returns false if that is not possible: a
 * list has fewer elements than the index before it, or something else stands in the way.
 */
export function setAt(root: JsonObject, place: JsonPath, value: JsonValue): boolean {
  let within: JsonValue = root
  for (let i = 0; i < place.length; i++) {
    const step = place[i] ?? ''
    const isLast = i === place.length - 1
    const found: JsonValue | undefined =
      typeof step === 'number' ? (Array.isArray(within) ? within[step] : undefined) : ownField(within, step)
    const next: JsonValue = isLast ? value : (found ?? (typeof place[i + 1] === 'number' ? [] : {}))
    if (typeof step === 'number') {
      if (!Array.isArray(within) || step > within.length) return false
      if (step === within.length) within.push(next)
      else within[step] = next
    } else {
      if (!isObject(within)) return false
      setOwn(within, step, next)
    }
    within = next
  }
  return true
}

/** A value without the fields that are null, which in an object of the API server say that there is no such field. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (!isObject(value)) return value
  const rest: JsonObject = {}
  for (const key of Object.keys(value)) {
    const field = value[key] ?? null
    if (field !== null) setOwn(rest, key, withoutNulls(field))
  }
  return rest
}

function isSameScalar(one: JsonValue, other: JsonValue): boolean {
  if (jsonText(one) === jsonText(other)) return true
  // The API server writes a quantity in its own form.
  const quantities = [one, other].map((value) =>
    parseQuantity(typeof value === 'string' ? value : jsonText(value)),
  )
  const [a, b] = quantities
  return a != null && b != null && decimalText(a) === decimalText(b)
}

/** Whether all that was sent is in what was found; null means that nothing is there. */
export function holds(found: JsonValue | undefined, sent: JsonValue): boolean {
  if (sent === null) return found === undefined || found === null
  if (found === undefined || found === null) return false
  if (isObject(sent))
    return isObject(found) && Object.keys(sent).every((key) => holds(ownField(found, key), sent[key] ?? null))
  if (Array.isArray(sent))
    return (
      Array.isArray(found) && found.length === sent.length && sent.every((each, i) => holds(found[i], each))
    )
  return !isObject(found) && !Array.isArray(found) && isSameScalar(found, sent)
}

/** Whether a text is somewhere in a tree. */
export function hasText(tree: JsonValue, text: string): boolean {
  if (isObject(tree)) return Object.values(tree).some((child) => hasText(child, text))
  return Array.isArray(tree) ? tree.some((child) => hasText(child, text)) : tree === text
}
