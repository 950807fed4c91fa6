// JSON values as JavaScript holds them.

/** A number that would be printed differently as a double: `9007199254740993`, `1.0`, `1e3`. */
export class ExactNumber {
  /** The number as it stands in the JSON text. */
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }
}

export interface JsonObject {
  [key: string]: JsonValue
}

export type JsonValue = null | boolean | number | ExactNumber | string | JsonValue[] | JsonObject

export type JsonKind = 'missing' | 'null' | 'bool' | 'number' | 'string' | 'array' | 'object'

export function isNumber(value: JsonValue): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  )
}

/** The value of an own key; undefined if the value is no map or lacks the key. */
export function ownField(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** The text at an own key; '' if there is none. */
export function textAt(value: JsonValue, name: string): string {
  const found = ownField(value, name)
  return typeof found === 'string' ? found : ''
}

/** The list at an own key; an empty one if there is none. */
export function listAt(value: JsonValue, name: string): JsonValue[] {
  const found = ownField(value, name)
  return Array.isArray(found) ? found : []
}

/** The texts of the list at an own key; what is no text is left out. */
export function textsAt(value: JsonValue, name: string): string[] {
  return listAt(value, name).filter((entry): entry is string => typeof entry === 'string')
}

/** The value at a path of keys and indices; undefined if the path leads nowhere. */
export function valueAt(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  let found: JsonValue | undefined = value
  for (const step of path) {
    if (typeof step === 'string') found = ownField(found, step)
    else found = Array.isArray(found) ? found[step] : undefined
  }
  return found
}
