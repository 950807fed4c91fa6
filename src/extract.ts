// One item of a list and an extractor → one cell: from its text, from a tree, or from a masked Secret.
// Asks nothing of the cluster, and knows no row before or after.
import { Misfit, pushLeaf, pushValue } from './cells.ts'
import { API_VERSION_LEAF, KIND_LEAF, OBJECT_LEAF } from './columns.ts'
import type { Extractor, Source } from './columns.ts'
import { printed } from './exact.ts'
import type { Host, JsonDocument, JsonValue, TypeOid } from './host.ts'
import { findAll, render } from './jsonpath/evaluate.ts'
import { maskSecret } from './secrets.ts'
import { isObject, ownField } from './values.ts'

/** One item of a page, and what its list says of all of them. */
export interface Item {
  readonly document: JsonDocument
  readonly row: number
  readonly apiVersion: string
  readonly kind: string
  /** Its values are shown as `***`. */
  readonly masked: boolean
}

function isMissing(item: Item, leaf: number): boolean {
  return item.document.kind(item.row, leaf) === 'missing'
}

/** The object as a tree, with the apiVersion and kind that items of a list lack. */
function objectTree(item: Item): JsonValue {
  const tree = item.document.tree(item.row, OBJECT_LEAF)
  if (!isObject(tree)) return tree
  if (!Object.hasOwn(tree, 'apiVersion')) tree['apiVersion'] = item.apiVersion
  if (!Object.hasOwn(tree, 'kind')) tree['kind'] = item.kind
  return item.masked ? maskSecret(tree) : tree
}

/** The object's own text, with the apiVersion and kind that items of a list lack put before its first key. */
function objectText(item: Item): string {
  const text = item.document.json(item.row, OBJECT_LEAF)
  let added = ''
  if (isMissing(item, API_VERSION_LEAF)) added += `"apiVersion":${JSON.stringify(item.apiVersion)},`
  if (isMissing(item, KIND_LEAF)) added += `"kind":${JSON.stringify(item.kind)},`
  if (added === '') return text
  const rest = text.slice(1)
  return /^[ \t\r\n]*\}/.test(rest) ? `{${added.slice(0, -1)}}` : `{${added}${rest}`
}

/** Escapes of U+0000 and of surrogates: as JSON, their text is not sure to be taken. */
const HARD_ESCAPE = /\\u(0000|[dD][89a-fA-F])/

function pushObject(host: Host, type: TypeOid, item: Item): void {
  const text = type === 'json' || type === 'string' ? objectText(item) : null
  // The first look costs little, and most objects have no such escape.
  const plain = text !== null && (type === 'string' || !text.includes('\\u') || !HARD_ESCAPE.test(text))
  if (plain) host.pushText(type, text)
  else pushValue(host, type, objectTree(item))
}

/** Many values to one cell: a JSON array for jsonb, kubectl's text for text, or the only one there is. */
function pushMany(host: Host, type: TypeOid, values: JsonValue[]): void {
  const only = values[0]
  if (type === 'json') pushValue(host, 'json', values)
  else if (only === undefined) host.pushNull()
  else if (values.length === 1) pushValue(host, type, only)
  else if (type === 'string') pushValue(host, 'string', values.map(printed).join(' '))
  else {
    throw new Misfit(
      '',
      `the path leads to ${values.length} values`,
      'declare the column jsonb or text, or narrow the path to one value',
    )
  }
}

function pushPath(host: Host, type: TypeOid, values: JsonValue[], single: boolean): void {
  if (single) pushValue(host, type, values[0] ?? null)
  else pushMany(host, type, values)
}

/** Where a source reads from the document's text; the value itself where it needs a tree. */
function pushFromDocument(host: Host, type: TypeOid, item: Item, source: Source): void {
  const { document, row } = item
  switch (source.type) {
    case 'leaf': {
      // Once a cell: a callback here would cost more than the rest.
      let leaf = source.leaves[0] ?? OBJECT_LEAF
      for (let i = 1; i < source.leaves.length && isMissing(item, leaf); i++) leaf = source.leaves[i] ?? leaf
      pushLeaf(host, type, document, row, leaf)
      return
    }
    case 'typeMeta':
      if (isMissing(item, source.leaf)) pushValue(host, type, item[source.field])
      else pushLeaf(host, type, document, row, source.leaf)
      return
    case 'object':
      pushObject(host, type, item)
      return
    case 'path': {
      if (source.leaf !== null && isMissing(item, source.leaf)) {
        pushPath(host, type, [], source.single)
        return
      }
      const root = source.leaf === null ? objectTree(item) : document.tree(row, source.leaf)
      pushPath(host, type, findAll(source.path, [root]), source.single)
      return
    }
    case 'template':
      pushValue(host, type, render(source.template, objectTree(item), printed))
  }
}

function at(tree: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  let value: JsonValue | undefined = tree
  for (const step of path) {
    if (value === undefined) return undefined
    if (typeof step === 'string') value = ownField(value, step)
    else value = Array.isArray(value) ? value[step] : undefined
  }
  return value
}

/** As pushFromDocument, but everything is read from one tree, so that a mask over it covers every path. */
function pushFromTree(host: Host, type: TypeOid, tree: JsonValue, source: Source, rowPaths: RowPaths): void {
  switch (source.type) {
    case 'leaf': {
      const values = source.leaves.map((leaf) => at(tree, rowPaths[leaf] ?? []))
      pushValue(host, type, values.find((value) => value !== undefined) ?? null)
      return
    }
    case 'typeMeta':
      pushValue(host, type, ownField(tree, source.field) ?? null)
      return
    case 'object':
      pushValue(host, type, tree)
      return
    case 'path': {
      const root = source.leaf === null ? tree : at(tree, rowPaths[source.leaf] ?? [])
      pushPath(host, type, root === undefined ? [] : findAll(source.path, [root]), source.single)
      return
    }
    case 'template':
      pushValue(host, type, render(source.template, tree, printed))
  }
}

type RowPaths = readonly (readonly (string | number)[])[]

/** Pushes cells of one item; the tree of a masked Secret is made once for all of them. */
export class ItemReader {
  private readonly host: Host
  private readonly item: Item
  private readonly rowPaths: RowPaths
  private readonly maskedTree: JsonValue

  constructor(host: Host, item: Item, rowPaths: RowPaths) {
    this.host = host
    this.item = item
    this.rowPaths = rowPaths
    this.maskedTree = item.masked ? objectTree(item) : null
  }

  /** Pushes one cell. @throws {Misfit} before anything is pushed. */
  push(extractor: Extractor): void {
    if (this.item.masked)
      pushFromTree(this.host, extractor.type, this.maskedTree, extractor.source, this.rowPaths)
    else pushFromDocument(this.host, extractor.type, this.item, extractor.source)
  }
}
