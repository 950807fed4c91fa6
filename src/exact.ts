// Values whose numbers keep every digit, and their text.
// A number that a double cannot hold is a string there: NUL and its digits. Nothing else knows that form.
import type { JsonKind, JsonValue } from './host.ts'
import { parseJson } from './json.ts'

/** No string of an object begins so: Postgres' text holds no NUL. */
const MARK = '\u0000'
const MARKED = /^\u0000-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/
const MARKED_JSON = /"\\u0000(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)"/g
/** As Host.indexJson allows. */
const MAX_DEPTH = 500

/** 2^53: integers from here on may not be what the text said. Number.MAX_SAFE_INTEGER would be lowered to Math.pow. */
const FIRST_UNSAFE = 9007199254740992

function isLarge(value: number): boolean {
  return !Number.isFinite(value) || value >= FIRST_UNSAFE || value <= -FIRST_UNSAFE
}

/** Whether a tree has numbers that may have lost digits. Not recursive: callbacks take stack, and trees may be deep. */
export function isInexact(tree: JsonValue): boolean {
  const left: JsonValue[] = [tree]
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value === 'number' && isLarge(value)) return true
    if (value === null || typeof value !== 'object') continue
    for (const child of Array.isArray(value) ? value : Object.values(value)) left.push(child)
  }
  return false
}

/** The tree of a valid JSON text, with the digits of large numbers kept. */
export function exactTree(text: string): JsonValue {
  const parsed = parseJson(text, MAX_DEPTH, (digits) => {
    const value = Number(digits)
    return isLarge(value) ? MARK + digits : value
  })
  if ('problem' in parsed) throw new Error(`the JSON of an object: ${parsed.problem} at ${parsed.position}`)
  return parsed.value
}

/** The JSON text of a value. */
export function jsonText(value: JsonValue): string {
  const text = JSON.stringify(value)
  return text.includes('"\\u0000') ? text.replace(MARKED_JSON, '$1') : text
}

/** A value as `kubectl -o jsonpath` prints it: strings bare, lists and maps as JSON. */
export function printed(value: JsonValue): string {
  if (typeof value !== 'string') return jsonText(value)
  return isMarked(value) ? value.slice(1) : value
}

function isMarked(value: string): boolean {
  return value.startsWith(MARK) && MARKED.test(value)
}

export function kindOf(value: JsonValue): JsonKind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'number':
      return 'number'
    case 'string':
      return isMarked(value) ? 'number' : 'string'
    default:
      return 'object'
  }
}
