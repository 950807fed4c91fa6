// What the cells of a path have to be, by docs/jsonpath.md.
// Scans nothing.
import { jsonTree } from '../../support/portable-host/json-tree.ts'
import { compilePath } from '../../../src/jsonpath/compile.ts'
import type { JsonValue } from '../../../src/json/values.ts'
import { sameInAnyOrder, sameText, sameValue } from './compare.ts'
import type { Answer } from './compare.ts'

/** A path's cell in a text column, and in a jsonb column. */
export interface CellPair {
  readonly text: string | null
  readonly json: string | null
}

/**
 * The cell that is wrong, or null: a template is its text; a path that leads to one value at most is that value;
 * any other is a JSON array, or its values' text.
 */
export function wrongCell(path: string, answer: Answer, { text, json }: CellPair): string | null {
  const compiled = compilePath(path)
  if (compiled.type === 'template') {
    if (text === null || !sameText(text, answer)) return `text ${String(text)}`
    return json === JSON.stringify(text) ? null : `jsonb ${String(json)}`
  }
  const found = answer.results[0] ?? []
  const nothing = found.length === 0 || (found.length === 1 && found[0] === null)
  if (nothing ? text !== null : text === null || !sameText(text, answer)) return `text ${String(text)}`
  if (compiled.type === 'plain' || compiled.single) {
    const same = json === null ? nothing : sameValue(jsonTree(json), found[0] ?? null)
    return same ? null : `jsonb ${String(json)}`
  }
  const values: JsonValue = json === null ? null : jsonTree(json)
  const same = answer.varies ? sameInAnyOrder : sameValue
  return Array.isArray(values) && same(values, found) ? null : `jsonb ${String(json)}`
}
