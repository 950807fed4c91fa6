// A page of a list, in each form that it comes in, and where its parts are in the JSON.
import { HEAD } from '../host.ts'
import type { JsonDocument, JsonPath, JsonShape } from '../host.ts'
import { ownField } from '../json/values.ts'
import { NAMESPACE_LEAF, NAME_LEAF, headText, itemText } from './item.ts'
import type { ListRequest } from './list-request.ts'
import type { Form } from './media-types.ts'
import type { Resource } from './resource.ts'

/**
 * The objects that came with one answer. The document is released by whoever took the page from its source.
 * @example
 * // The answer { "kind": "PodList", "apiVersion": "v1", "items": [{ "metadata": { "name": "a" } }] }:
 * { document, rowCount: 1, firstRow: 0, bytes: 133, form: 'full', apiVersion: 'v1', kind: 'Pod', namespace: null }
 * // The answer to the GET of one object, which has no rows of its own:
 * { document, rowCount: 1, firstRow: HEAD, … }
 */
export interface Page {
  readonly document: JsonDocument
  /** The number of objects, those included that `isWanted` passes over. */
  readonly rowCount: number
  /** The number of the document's row that is the page's first row. It is HEAD if the document is a single object. */
  readonly firstRow: number
  /** The bytes that the page takes in memory: its JSON, and where its parts are. */
  readonly bytes: number
  /** `tree` stands for rows that are not objects, each of which is read as a tree. */
  readonly form: Form | 'tree'
  /** The apiVersion and kind of the items, which mostly do not say them. */
  readonly apiVersion: string
  readonly kind: string
  /** The namespace that was asked for; null for all of them, and for a cluster-scoped kind. */
  readonly namespace: string | null
  /** What errors call a row that has no name, before the row's number. Not given if the rows have names. */
  readonly rowName?: string
  /** The names that were asked for; objects of other names are no rows. Null for any name. */
  readonly names?: readonly string[] | null
  /** What has become of the objects; the leaf that says it if it differs. Not given if the rows are no changes. */
  readonly change?: string | number
  /** The cluster's mark; only in the page of a BOOKMARK. */
  readonly mark?: string | null
  /** The index of the selection whose list this is, if there are several. */
  readonly selection?: number
}

/** A source of pages, one after the other. `next` gives null after the last page. */
export interface PageSource {
  next(): Page | null
}

/**
 * Whether a row was asked for. A server may ignore the selector of names, and then others come too; and among changes
 * there are BOOKMARKs, of which only the last is shown, as a page of its own.
 */
export function isWanted({ document, names = null, change }: Page, row: number): boolean {
  if (typeof change === 'number') return document.text(row, change) !== 'BOOKMARK'
  return names === null || names.includes(itemText(document, row, NAME_LEAF))
}

/** The leaf numbers of a list's head. */
const LIST_KIND = 0
const LIST_API_VERSION = 1
export const LIST_CONTINUE = 2
const LIST_ITEMS = 3
const TABLE_COLUMNS = 4
const LIST_REMAINING = 5
export const LIST_VERSION = 6

/** The first cell of a Table's row. It is nearly always the name, which `isNameFirst` checks. */
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
      ['metadata', 'resourceVersion'],
    ],
    rowsKey,
    row: isTable ? rowPaths.map((path, leaf) => (leaf === NAME_LEAF ? NAME_CELL : path)) : rowPaths,
  }
}

/** Whether the first column of a Table is the name of the objects: the column's format says so. */
export function isNameFirst(document: JsonDocument): boolean {
  if (document.kind(HEAD, TABLE_COLUMNS) !== 'array') return false
  const columns = document.tree(HEAD, TABLE_COLUMNS)
  return Array.isArray(columns) && ownField(columns[0], 'format') === 'name'
}

/** What an answer is if it is no list of objects; null if it is a list. */
export function whyNoList(document: JsonDocument): string | null {
  const { rowCount } = document
  const kind = document.kind(HEAD, LIST_ITEMS)
  if (kind === 'array' || kind === 'null') {
    // The parser stops at the first item that is no object, so only the last row can be one.
    const item = rowCount === 0 ? 'object' : document.kind(rowCount - 1, 0)
    return item === 'object' ? null : `item ${rowCount} of the list is of type ${item}, not object`
  }
  const listKind = headText(document, LIST_KIND)
  return `${listKind === null ? 'the JSON' : `the answer is of kind ${listKind} and`} has no list of items`
}

/** The namespace and name of a page's first object; '' if they are not known. */
export function firstObjectOf(document: JsonDocument, request: ListRequest, isTable: boolean): string {
  if (document.rowCount === 0) return ''
  const name = itemText(document, 0, NAME_LEAF)
  if (!isTable) return [itemText(document, 0, NAMESPACE_LEAF), name].filter((part) => part !== '').join('/')
  // A Table does not say namespaces, and in another namespace the same name is another object.
  const isUnique = request.namespace !== null || !request.resource.namespaced
  return isUnique && isNameFirst(document) ? name : ''
}

/** Why a list that has no continue token is not at its end; null if it is. */
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
  // PartialObjectMetadata and Tables have a type of their own, and the kind List says nothing about the items.
  if (apiVersion.startsWith('meta.k8s.io/') || listKind === 'List') return resource
  return { apiVersion, kind: /.List$/.test(listKind) ? listKind.slice(0, -4) : resource.kind }
}
