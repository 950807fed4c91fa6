// Reads the cells of a page's items: from the JSON text, from a tree, or from a masked Secret.
import { keyText } from '../cluster/identity.ts'
import type { Identity } from '../cluster/identity.ts'
import {
  API_VERSION_LEAF,
  KIND_LEAF,
  NAMESPACE_LEAF,
  NAME_LEAF,
  OBJECT_LEAF,
  itemText,
} from '../cluster/item.ts'
import type { Page } from '../cluster/page.ts'
import type { JsonDocument, JsonPath, TypeOid } from '../host.ts'
import { printed } from '../json/number.ts'
import { isObject, valueAt } from '../json/values.ts'
import type { JsonValue } from '../json/values.ts'
import { findAll, render } from '../jsonpath/evaluate.ts'
import type { Extractor, Source } from '../plan/columns.ts'
import type { Reading, Shown } from '../plan/plan.ts'
import { Misfit, pushLeaf, pushValue } from './cells.ts'
import type { CellSink } from './cells.ts'
import { maskSecret } from './mask.ts'

type ObjectSource = Exclude<Source, { type: 'virtual' | 'constant' | 'change' | 'mark' }>

/** The object or row from which cells are read. */
interface Item {
  has(leaf: number): boolean
  /** Pushes the value at a leaf, or NULL if it is missing. */
  push(host: CellSink, type: TypeOid, leaf: number): void
  /** The value at a leaf; undefined if it is missing. */
  value(leaf: number): JsonValue | undefined
  typeMeta(field: 'apiVersion' | 'kind', leaf: number): JsonValue | undefined
  pushWhole(host: CellSink, type: TypeOid): void
  whole(): JsonValue
}

/** An item of a page, read from the JSON text if possible. */
class DocumentItem implements Item {
  row = 0
  private readonly page: Page
  private readonly document: JsonDocument
  /**
   * True if the item is not the object itself but its metadata or the row of a Table, whose apiVersion and kind are not
   * those of the object.
   */
  private readonly isPartial: boolean

  constructor(page: Page) {
    this.page = page
    this.document = page.document
    this.isPartial = page.form !== 'full'
  }

  has(leaf: number): boolean {
    return this.document.kind(this.row, leaf) !== 'missing'
  }

  push(host: CellSink, type: TypeOid, leaf: number): void {
    const { namespace } = this.page
    // The namespace in the request's path, for rows (of Tables) that do not carry one.
    if (leaf === NAMESPACE_LEAF && namespace !== null) pushValue(host, type, namespace)
    else pushLeaf(host, type, this.document, this.row, leaf)
  }

  value(leaf: number): JsonValue | undefined {
    return this.has(leaf) ? this.document.tree(this.row, leaf) : undefined
  }

  typeMeta(field: 'apiVersion' | 'kind', leaf: number): JsonValue | undefined {
    return this.isPartial || !this.has(leaf) ? this.page[field] : undefined
  }

  pushWhole(host: CellSink, type: TypeOid): void {
    const { document, row } = this
    const isText = type === 'json' || type === 'string'
    if (!isText || !host.pushObject(type, document, row, OBJECT_LEAF, this.missingMembers()))
      pushValue(host, type, this.whole())
  }

  /** The object as a tree, with the apiVersion and kind that items of a list lack. */
  whole(): JsonValue {
    const { apiVersion, kind } = this.page
    const tree = this.document.tree(this.row, OBJECT_LEAF)
    if (!isObject(tree)) return tree
    if (this.isPartial || !Object.hasOwn(tree, 'apiVersion')) tree['apiVersion'] = apiVersion
    if (this.isPartial || !Object.hasOwn(tree, 'kind')) tree['kind'] = kind
    return tree
  }

  /** The apiVersion and kind that items of a list lack, as members of their JSON. */
  private missingMembers(): string {
    let members = ''
    if (!this.has(API_VERSION_LEAF)) members += `"apiVersion":${JSON.stringify(this.page.apiVersion)},`
    if (!this.has(KIND_LEAF)) members += `"kind":${JSON.stringify(this.page.kind)},`
    return members
  }
}

/** An item of which everything is read from one tree, so that a mask over the tree covers every path. */
class TreeItem implements Item {
  tree: JsonValue = null
  private readonly rowPaths: readonly JsonPath[]

  constructor(rowPaths: readonly JsonPath[]) {
    this.rowPaths = rowPaths
  }

  has(leaf: number): boolean {
    return this.value(leaf) !== undefined
  }

  push(host: CellSink, type: TypeOid, leaf: number): void {
    pushValue(host, type, this.value(leaf) ?? null)
  }

  value(leaf: number): JsonValue | undefined {
    return valueAt(this.tree, this.rowPaths[leaf] ?? [])
  }

  typeMeta(): undefined {
    return undefined
  }

  pushWhole(host: CellSink, type: TypeOid): void {
    pushValue(host, type, this.tree)
  }

  whole(): JsonValue {
    return this.tree
  }
}

/**
 * Pushes many values as one cell: as a JSON array for jsonb, as kubectl prints them for text. For any other type there
 * must be only one value.
 */
function pushMany(host: CellSink, type: TypeOid, values: JsonValue[]): void {
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

function pushPath(host: CellSink, type: TypeOid, values: JsonValue[], single: boolean): void {
  if (single) pushValue(host, type, values[0] ?? null)
  else pushMany(host, type, values)
}

/** Which object an item is; '' for what it does not say. */
function identityOf(item: Item, uid: number, resourceVersion: number): Identity {
  const text = (leaf: number): string => {
    const value = item.value(leaf)
    return typeof value === 'string' ? value : ''
  }
  const namespace = text(NAMESPACE_LEAF)
  return {
    namespace: namespace === '' ? null : namespace,
    name: text(NAME_LEAF),
    uid: text(uid),
    resourceVersion: text(resourceVersion),
  }
}

/** Pushes one cell of an item. */
function pushSource(host: CellSink, type: TypeOid, item: Item, source: ObjectSource): void {
  switch (source.type) {
    case 'leaf': {
      // This runs once per cell, and a callback would cost more than all the rest.
      let leaf = source.leaves[0] ?? OBJECT_LEAF
      for (let i = 1; i < source.leaves.length && !item.has(leaf); i++) leaf = source.leaves[i] ?? leaf
      item.push(host, type, leaf)
      return
    }
    case 'typeMeta': {
      const ofPage = item.typeMeta(source.field, source.leaf)
      if (ofPage === undefined) item.push(host, type, source.leaf)
      else pushValue(host, type, ofPage)
      return
    }
    case 'object':
      item.pushWhole(host, type)
      return
    case 'key': {
      const identity = identityOf(item, source.uid, source.resourceVersion)
      // A BOOKMARK is no object.
      pushValue(host, type, identity.name === '' ? null : keyText(identity))
      return
    }
    case 'path': {
      const root = source.leaf === null ? item.whole() : item.value(source.leaf)
      pushPath(host, type, root === undefined ? [] : findAll(source.path, [root]), source.single)
      return
    }
    case 'template':
      pushValue(host, type, render(source.template, item.whole(), printed))
  }
}

/** Pushes the cells of a page's items. */
export class PageReader {
  private readonly host: CellSink
  private readonly page: Page
  private readonly shown: Shown | undefined
  private readonly inDocument: DocumentItem
  /** Set if every cell is read from one tree: for masked Secrets, and for rows that are not objects. */
  private readonly inTree: TreeItem | null
  private row: number
  /** True if the current item is a Secret with one of its own values in a label, which is masked too. */
  hidesLabel = false

  constructor(host: CellSink, page: Page, reading: Reading) {
    this.host = host
    this.page = page
    this.row = page.firstRow
    this.shown = reading.shown[page.selection ?? 0]
    this.inDocument = new DocumentItem(page)
    // The row of a Table has no values of a Secret.
    const readsTree = page.form === 'tree' || (reading.masked && page.form !== 'table')
    this.inTree = readsTree ? new TreeItem(reading.rowPaths) : null
  }

  /** Makes an item the current one. */
  read(row: number): void {
    const { inDocument, inTree, page } = this
    this.row = row
    inDocument.row = row
    if (inTree === null) return
    if (page.form === 'tree') {
      inTree.tree = page.document.tree(row, OBJECT_LEAF)
      return
    }
    const tree = inDocument.whole()
    inTree.tree = tree
    this.hidesLabel = isObject(tree) && maskSecret(tree)
  }

  /** Pushes one cell of the current item. @throws {Misfit | Substitute} before anything is pushed. */
  push(extractor: Extractor): void {
    const { host, page } = this
    const { type, source, slice } = extractor
    // Most cells are pushed here. Each step counts, because the engine interprets the code.
    if (slice !== null && this.readsSlice(slice) && host.pushSlice(type, page.document, this.row, slice))
      return
    if (source.type === 'virtual') pushValue(host, type, this.shown?.[source.selector] ?? null)
    else if (source.type === 'constant') pushValue(host, type, source.value)
    else if (source.type === 'change') pushValue(host, type, this.change())
    else if (source.type === 'mark') pushValue(host, type, this.page.mark ?? null)
    else pushSource(host, type, this.inTree ?? this.inDocument, source)
  }

  private change(): JsonValue {
    const { change = null, document } = this.page
    return typeof change === 'number' ? document.text(this.row, change) : change
  }

  private readsSlice(leaf: number): boolean {
    return this.inTree === null && (leaf !== NAMESPACE_LEAF || this.page.namespace === null)
  }

  /** The kind, namespace and name of the current item, for messages: `Pod default/web-0`. */
  describe(): string {
    const { document, form, kind, rowName = null } = this.page
    const { row } = this
    if (form === 'tree') return rowName === null ? kind : `${kind}, ${rowName} ${row + 1}`
    const namespace = this.page.namespace ?? itemText(document, row, NAMESPACE_LEAF)
    return `${kind} ${namespace === '' ? '' : `${namespace}/`}${itemText(document, row, NAME_LEAF)}`
  }
}
