// The parts that every scan reads of an object, by their places among the leaves of a row.
import { HEAD } from '../host.ts'
import type { JsonDocument, JsonPath } from '../host.ts'

/** The whole object. */
export const OBJECT_LEAF = 0
export const NAMESPACE_LEAF = 1
export const NAME_LEAF = 2
export const API_VERSION_LEAF = 3
export const KIND_LEAF = 4

/** The paths of these leaves; a scan's columns add theirs. */
export const ITEM_PATHS: readonly JsonPath[] = [
  [],
  ['metadata', 'namespace'],
  ['metadata', 'name'],
  ['apiVersion'],
  ['kind'],
]

/** A string of a row; '' where it is anything else. */
export function itemText(document: JsonDocument, row: number, leaf: number): string {
  return document.kind(row, leaf) === 'string' ? document.text(row, leaf) : ''
}

/** A string of the document's head; null where it is anything else or empty. */
export function headText(document: JsonDocument, leaf: number): string | null {
  const text = itemText(document, HEAD, leaf)
  return text === '' ? null : text
}
