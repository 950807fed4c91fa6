// What a page of a list is, in each form that it comes in, and where its parts lie in the JSON.
// Asks for none.
import { HEAD } from '../host.ts'
import type { JsonDocument, JsonPath, JsonShape } from '../host.ts'
import { ownField } from '../json/values.ts'
import { NAMESPACE_LEAF, NAME_LEAF, headText, itemText } from './item.ts'
import type { ListRequest } from './list-request.ts'
import type { Form } from './media-types.ts'
import type { Resource } from './resource.ts'

/** Objects that came with one answer. */
export interface Page {
  readonly document: JsonDocument
  readonly rowCount: number
  /** Where the rows begin in the document: HEAD where it is one object itself. */
  readonly firstRow: number
  /** What it holds in memory: its JSON, and where its parts lie. */
  readonly bytes: number
  /** `tree`: rows that are no objects, each read as a tree. */
  readonly form: Form | 'tree'
  /** Of each item that does not say it itself. */
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string | null
  /** What a row is that errors name by its number; none where it has a name. */
  readonly rowName?: string
  /** The names that were asked for: others are no rows. null: any. */
  readonly names?: readonly string[] | null
  /** Which selection's list it is of, where there are several. */
  readonly selection?: number
}

/** Where pages come from, one after the other; null after the last. */
export interface PageSource {
  next(): Page | null
}

/** Whether a row of a page is one that was asked for: a server may pass over the selector. */
export function isWanted({ document, names = null }: Page, row: number): boolean {
  return names === null || names.includes(itemText(document, row, NAME_LEAF))
}

/** The leaves of a list's head. */
const LIST_KIND = 0
const LIST_API_VERSION = 1
export const LIST_CONTINUE = 2
const LIST_ITEMS = 3
const TABLE_COLUMNS = 4
const LIST_REMAINING = 5

/** The first cell of a Table's row is nearly always the name; `isNameFirst` tells. */
const NAME_CELL: JsonPath = ['cells', 0]

export function listShape(rowPaths: readonly JsonPath[], isTable: boolean): JsonShape {
  const rowsKey = isTable ? 'rows' : 'items'
  return {
    head: [
      ['kind'],
      ['apiVersion'],
      ['metadata', 'continue'],
      [rowsKey],
      ['columnDefinitions'],
      ['metadata', 'remainingItemCount'],
    ],
    rowsKey,
    row: isTable ? rowPaths.map((path, leaf) => (leaf === NAME_LEAF ? NAME_CELL : path)) : rowPaths,
  }
}

/** Whether the first column of a Table is the objects' name: the one whose format says so. */
export function isNameFirst(document: JsonDocument): boolean {
  if (document.kind(HEAD, TABLE_COLUMNS) !== 'array') return false
  const columns = document.tree(HEAD, TABLE_COLUMNS)
  return Array.isArray(columns) && ownField(columns[0], 'format') === 'name'
}

/** What an answer is that is no list of objects; null where it is one. */
export function whyNoList(document: JsonDocument): string | null {
  const { rowCount } = document
  const kind = document.kind(HEAD, LIST_ITEMS)
  if (kind === 'array' || kind === 'null') {
    // No row comes after one that is no object.
    const item = rowCount === 0 ? 'object' : document.kind(rowCount - 1, 0)
    return item === 'object' ? null : `item ${rowCount} of the list is of type ${item}, not object`
  }
  const listKind = headText(document, LIST_KIND)
  return `${listKind === null ? 'the JSON' : `the answer is of kind ${listKind} and`} has no list of items`
}

/** Namespace and name of a page's first object; '' where they are not known. */
export function firstObjectOf(document: JsonDocument, request: ListRequest, isTable: boolean): string {
  if (document.rowCount === 0) return ''
  const name = itemText(document, 0, NAME_LEAF)
  if (!isTable) return [itemText(document, 0, NAMESPACE_LEAF), name].filter((part) => part !== '').join('/')
  // A Table says no namespace: in another one the same name is another object.
  const isUnique = request.namespace !== null || !request.resource.namespaced
  return isUnique && isNameFirst(document) ? name : ''
}

/** Why a list without a continue token is not at its end; null where it is. */
export function whyNotEnded(document: JsonDocument): string | null {
  const kind = document.kind(HEAD, LIST_CONTINUE)
  if (kind !== 'missing' && kind !== 'null' && kind !== 'string')
    return `the continue token of the list is of type ${kind}, not string`
  const isCounted = document.kind(HEAD, LIST_REMAINING) === 'number'
  const left = isCounted ? Number(document.text(HEAD, LIST_REMAINING)) : 0
  return left > 0 ? `the list leaves ${left} objects out and does not say how to go on` : null
}

/** The apiVersion and kind of a list's items, which mostly do not say it themselves. */
export function typeOfItems(
  document: JsonDocument,
  resource: Resource,
): { readonly apiVersion: string; readonly kind: string } {
  const apiVersion = headText(document, LIST_API_VERSION) ?? resource.apiVersion
  const listKind = headText(document, LIST_KIND) ?? ''
  // Metadata and Tables are of a type of their own, and a List of anything says nothing of its items.
  if (apiVersion.startsWith('meta.k8s.io/') || listKind === 'List') return resource
  return { apiVersion, kind: /.List$/.test(listKind) ? listKind.slice(0, -4) : resource.kind }
}
