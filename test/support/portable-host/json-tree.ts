// A JSON text → a tree whose numbers keep every digit, as JsonDocument.tree has to give it.
import { numberOf } from '../../../src/json/number.ts'
import { isObject } from '../../../src/json/values.ts'
import type { JsonValue } from '../../../src/json/values.ts'

/** The object JSON as Node has it. TypeScript does not know yet that a reviver gets the text of each number too. */
interface SourceJson {
  parse(
    text: string,
    revive: (key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue,
  ): JsonValue
}

/** A lone surrogate becomes U+FFFD, as Go decodes it. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd')
}

function withWellFormedStrings(value: JsonValue): JsonValue {
  if (typeof value === 'string') return wellFormed(value)
  if (Array.isArray(value)) return value.map(withWellFormedStrings)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [wellFormed(key), withWellFormedStrings(child)]),
  )
}

/** @throws {SyntaxError} if the text is not JSON. */
export function jsonTree(text: string): JsonValue {
  const tree = (JSON as SourceJson).parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined ? numberOf(source) : value,
  )
  return text.includes('\\u') ? withWellFormedStrings(tree) : tree
}
