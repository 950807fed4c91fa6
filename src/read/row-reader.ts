// One item of a list and an extractor → one cell: from its text, from a tree, or from a masked Secret.
// Asks nothing of the cluster, and knows no row before or after.
import { Misfit, pushLeaf, pushValue } from './cells.ts'
import { API_VERSION_LEAF, KIND_LEAF, NAMESPACE_LEAF, NAME_LEAF, OBJECT_LEAF } from '../plan/columns.ts'
import type { Extractor, Source } from '../plan/columns.ts'
import { printed } from '../json/number.ts'
import type { Host, JsonDocument, JsonValue, TypeOid } from '../host.ts'
import { findAll, render } from '../jsonpath/evaluate.ts'
import type { Page } from '../cluster/page.ts'
import type { Reading, Shown } from '../plan/plan.ts'
import { maskSecret } from './mask.ts'
import { isObject, ownField } from '../json/values.ts'

/** The item at hand, and what is the same for all of its page. */
interface Item {
  row: number
  readonly document: JsonDocument
  readonly apiVersion: string
  readonly kind: string
  /** Of the request's path, for rows that do not say it. */
  readonly namespace: string | null
  /** Not the object but its metadata or a Table's row, with an apiVersion and kind that are not the object's. */
  readonly isPartial: boolean
}

type ObjectSource = Exclude<Source, { type: 'virtual' | 'constant' }>

function isMissing(item: Item, leaf: number): boolean {
  return item.document.kind(item.row, leaf) === 'missing'
}

/** The object as a tree, with the apiVersion and kind that items of a list lack. */
function objectTree(item: Item): JsonValue {
  const tree = item.document.tree(item.row, OBJECT_LEAF)
  if (!isObject(tree)) return tree
  if (item.isPartial || !Object.hasOwn(tree, 'apiVersion')) tree['apiVersion'] = item.apiVersion
  if (item.isPartial || !Object.hasOwn(tree, 'kind')) tree['kind'] = item.kind
  return tree
}

/** The apiVersion and kind that items of a list lack, as members of their JSON. */
function missingMembers(item: Item): string {
  let members = ''
  if (isMissing(item, API_VERSION_LEAF)) members += `"apiVersion":${JSON.stringify(item.apiVersion)},`
  if (isMissing(item, KIND_LEAF)) members += `"kind":${JSON.stringify(item.kind)},`
  return members
}

function pushObject(host: Host, type: TypeOid, item: Item): void {
  const { document, row } = item
  const isText = type === 'json' || type === 'string'
  if (!isText || !host.pushObject(type, document, row, OBJECT_LEAF, missingMembers(item)))
    pushValue(host, type, objectTree(item))
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
function pushFromDocument(host: Host, type: TypeOid, item: Item, source: ObjectSource): void {
  const { document, row } = item
  switch (source.type) {
    case 'leaf': {
      // Once a cell: a callback here would cost more than the rest.
      let leaf = source.leaves[0] ?? OBJECT_LEAF
      for (let i = 1; i < source.leaves.length && isMissing(item, leaf); i++) leaf = source.leaves[i] ?? leaf
      if (leaf === NAMESPACE_LEAF && item.namespace !== null) pushValue(host, type, item.namespace)
      else pushLeaf(host, type, document, row, leaf)
      return
    }
    case 'typeMeta':
      if (item.isPartial || isMissing(item, source.leaf)) pushValue(host, type, item[source.field])
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
function pushFromTree(
  host: Host,
  type: TypeOid,
  tree: JsonValue,
  source: ObjectSource,
  rowPaths: RowPaths,
): void {
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

/** Pushes cells of a page's items; a tree that all of them are read from is made once for an item. */
export class PageReader {
  private readonly host: Host
  private readonly reading: Reading
  private readonly item: Item
  private readonly form: Page['form']
  private readonly shown: Shown | undefined
  private readonly rowName: string | null
  /** Every cell is read from one tree: of a masked Secret, or of what is no object. */
  private readonly readsTree: boolean
  private tree: JsonValue = null
  /** The item at hand is a Secret with a value of its own in a label, which is masked there too. */
  hidesLabel = false

  constructor(host: Host, page: Page, reading: Reading) {
    const { document, apiVersion, kind, namespace, form } = page
    this.host = host
    this.reading = reading
    this.item = { row: page.firstRow, document, apiVersion, kind, namespace, isPartial: form !== 'full' }
    this.form = form
    this.shown = reading.shown[page.selection ?? 0]
    this.rowName = page.rowName ?? null
    // A Table's row has no values.
    this.readsTree = form === 'tree' || (reading.masked && form !== 'table')
  }

  /** Turns to an item. */
  read(row: number): void {
    this.item.row = row
    if (!this.readsTree) return
    if (this.form === 'tree') {
      this.tree = this.item.document.tree(row, OBJECT_LEAF)
      return
    }
    const tree = objectTree(this.item)
    this.tree = tree
    this.hidesLabel = isObject(tree) && maskSecret(tree)
  }

  /** Pushes one cell. @throws {Misfit | Substitute} before anything is pushed. */
  push(extractor: Extractor): void {
    const { host, item, reading } = this
    const { type, source, slice } = extractor
    // Most cells, and each step costs here: the engine interprets.
    if (slice !== null && this.readsSlice(slice) && host.pushSlice(type, item.document, item.row, slice))
      return
    if (source.type === 'virtual') {
      pushValue(host, type, this.shown?.[source.selector] ?? null)
    } else if (source.type === 'constant') pushValue(host, type, source.value)
    else if (this.readsTree) pushFromTree(host, type, this.tree, source, reading.rowPaths)
    else pushFromDocument(host, type, item, source)
  }

  private readsSlice(leaf: number): boolean {
    return !this.readsTree && (leaf !== NAMESPACE_LEAF || this.item.namespace === null)
  }

  /** `Pod default/web-0`. */
  describe(): string {
    const { document, row, kind } = this.item
    if (this.form === 'tree') return this.rowName === null ? kind : `${kind}, ${this.rowName} ${row + 1}`
    const text = (leaf: number): string =>
      document.kind(row, leaf) === 'string' ? document.text(row, leaf) : ''
    const namespace = this.item.namespace ?? text(NAMESPACE_LEAF)
    return `${kind} ${namespace === '' ? '' : `${namespace}/`}${text(NAME_LEAF)}`
  }
}
