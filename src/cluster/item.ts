// The parts of an object that every scan reads, by their leaf numbers in a row.
import { HEAD } from '../host.ts'
import type { JsonDocument, JsonPath } from '../host.ts'

/** The leaf of the whole object. */
export const OBJECT_LEAF = 0
export const NAMESPACE_LEAF = 1
export const NAME_LEAF = 2
export const API_VERSION_LEAF = 3
export const KIND_LEAF = 4

/** The paths of these leaves. A scan appends the paths of its columns. */
export const ITEM_PATHS: readonly JsonPath[] = [
  [],
  ['metadata', 'namespace'],
  ['metadata', 'name'],
  ['apiVersion'],
  ['kind'],
]

/** The string at a leaf of a row; '' if the value is missing or no string. */
export function itemText(document: JsonDocument, row: number, leaf: number): string {
  return document.kind(row, leaf) === 'string' ? document.text(row, leaf) : ''
}

/** The string at a leaf of the document's head; null if it is missing, empty or no string. */
export function headText(document: JsonDocument, leaf: number): string | null {
  const text = itemText(document, HEAD, leaf)
  return text === '' ? null : text
}
