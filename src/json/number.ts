// Numbers that keep every digit of their text, and the JSON text of values that have such numbers.
import { ExactNumber, isNumber } from './values.ts'
import type { JsonKind, JsonValue } from './values.ts'

/**
 * This is 2^53: from here on different integers are the same double. Number.MAX_SAFE_INTEGER would be lowered to
 * Math.pow.
 */
export const FIRST_UNSAFE = 9007199254740992
const INTEGER = /^-?[0-9]+$/

/** The value of a JSON number: a double if it prints the same text, else an ExactNumber. */
export function numberOf(digits: string): number | ExactNumber {
  const value = Number(digits)
  return String(value) === digits ? value : new ExactNumber(digits)
}

function digitsOf(value: number | ExactNumber): string {
  return typeof value === 'number' ? String(value) : value.digits
}

/** Compares two numbers: the result is below, at or above 0. Integers are compared digit for digit. */
export function compareNumbers(left: number | ExactNumber, right: number | ExactNumber): number {
  const a = digitsOf(left)
  const b = digitsOf(right)
  const difference = Number(a) - Number(b)
  if (difference < 0 || difference > 0) return difference
  if (Math.abs(Number(a)) < FIRST_UNSAFE || !INTEGER.test(a) || !INTEGER.test(b)) return 0
  const magnitude = a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length
  return a.startsWith('-') ? -magnitude : magnitude
}

/** Whether a tree has an ExactNumber. It is not recursive because trees may be deep. */
function holdsExact(tree: JsonValue): boolean {
  const left: JsonValue[] = [tree]
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (value === null || typeof value !== 'object') continue
    if (value instanceof ExactNumber) return true
    for (const child of Array.isArray(value) ? value : Object.values(value)) left.push(child)
  }
  return false
}

/**
 * Appends the parts of a value's text. They are joined only once, because the engine copies the whole text at each
 * `+=`.
 */
function addExact(value: JsonValue, parts: string[]): void {
  if (value === null || typeof value !== 'object') parts.push(JSON.stringify(value))
  else if (value instanceof ExactNumber) parts.push(value.digits)
  else if (Array.isArray(value)) {
    let before = '['
    for (const child of value) {
      parts.push(before)
      addExact(child, parts)
      before = ','
    }
    parts.push(before === '[' ? '[]' : ']')
  } else {
    let before = '{'
    for (const key of Object.keys(value)) {
      parts.push(before, JSON.stringify(key), ':')
      addExact(value[key] ?? null, parts)
      before = ','
    }
    parts.push(before === '{' ? '{}' : '}')
  }
}

function exactText(value: JsonValue): string {
  const parts: string[] = []
  addExact(value, parts)
  return parts.join('')
}

/** The JSON text of a value. */
export function jsonText(value: JsonValue): string {
  return holdsExact(value) ? exactText(value) : JSON.stringify(value)
}

/** A value as `kubectl -o jsonpath` prints it: strings without quotes, lists and maps as JSON. */
export function printed(value: JsonValue): string {
  return typeof value === 'string' ? value : jsonText(value)
}

export function kindOf(value: JsonValue): JsonKind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (isNumber(value)) return 'number'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'string':
      return 'string'
    default:
      return 'object'
  }
}
