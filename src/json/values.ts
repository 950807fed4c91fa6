// JSON values as JavaScript holds them.
// Prints and compares none: exact.ts does.

/** A number that a double would print otherwise: `9007199254740993`, `1.0`, `1e3`. */
export class ExactNumber {
  /** As the JSON text has it. */
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

/** The value of an own key; undefined where the value is no map or lacks it. */
export function ownField(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** The text at an own key; '' where there is none. */
export function textAt(value: JsonValue, name: string): string {
  const found = ownField(value, name)
  return typeof found === 'string' ? found : ''
}

/** The list at an own key; empty where there is none. */
export function listAt(value: JsonValue, name: string): JsonValue[] {
  const found = ownField(value, name)
  return Array.isArray(found) ? found : []
}

/** The value at a path of keys and indices; undefined where it leads nowhere. */
export function valueAt(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  let found: JsonValue | undefined = value
  for (const step of path) {
    if (typeof step === 'string') found = ownField(found, step)
    else found = Array.isArray(found) ? found[step] : undefined
  }
  return found
}
