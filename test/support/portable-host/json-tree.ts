// A valid JSON text → a tree whose numbers keep every digit: JsonDocument.tree for engines without the C parser.
// Validates nothing: json-index.ts has done that.
import { numberOf } from '../../../src/json/number.ts'
import { parseJson } from '../../../src/json/parse.ts'
import { isObject } from '../../../src/json/values.ts'
import type { JsonValue } from '../../../src/json/values.ts'

/** The limit of Host.indexJson. */
const MAX_DEPTH = 500
/** A number that may not be printed as it was written. Strings may look so: that costs time alone. */
const UNUSUAL_NUMBER = /(^|[:[,])\s*-?([0-9]{16}|[0-9]+[.eE]|0)/

/** A lone surrogate becomes U+FFFD, as Go decodes it. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (found) =>
    found.length === 2 ? found : '\ufffd',
  )
}

function withWellFormedStrings(value: JsonValue): JsonValue {
  if (typeof value === 'string') return wellFormed(value)
  if (Array.isArray(value)) return value.map(withWellFormedStrings)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [wellFormed(key), withWellFormedStrings(child)]),
  )
}

/** @throws {Error} if the text is not JSON. */
export function jsonTree(text: string): JsonValue {
  if (!UNUSUAL_NUMBER.test(text) && !text.includes('\\u')) return JSON.parse(text) as JsonValue
  const parsed = parseJson(text, MAX_DEPTH, numberOf)
  if ('problem' in parsed) throw new Error(`${parsed.problem} at ${parsed.position}`)
  return text.includes('\\u') ? withWellFormedStrings(parsed.value) : parsed.value
}
