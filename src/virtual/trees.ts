// Rows that are no objects of the cluster: trees made of an answer, and the page that they come in.
// Asks for none.
import type { Page } from '../cluster/page.ts'
import type { JsonDocument } from '../host.ts'
import type { JsonKind, JsonObject, JsonValue } from '../json/values.ts'

export interface Trees {
  readonly rowCount: number
  /** Mostly one row after the other, and from the first again for a rescan. */
  tree(row: number): JsonValue
  release(): void
}

/** A document of rows that are read as a whole. */
class TreeDocument implements JsonDocument {
  readonly rowCount: number
  private readonly trees: Trees

  constructor(trees: Trees) {
    this.trees = trees
    this.rowCount = trees.rowCount
  }

  kind(): JsonKind {
    return 'missing'
  }

  text(): string {
    return ''
  }

  json(): string {
    return ''
  }

  tree(row: number): JsonValue {
    return this.trees.tree(row)
  }

  members(): JsonValue {
    return null
  }

  release(): void {
    this.trees.release()
  }
}

/** A page of rows; `what` is their name in errors. */
export function pageOf(what: string, trees: Trees, bytes: number): Page {
  return {
    document: new TreeDocument(trees),
    rowCount: trees.rowCount,
    firstRow: 0,
    bytes,
    form: 'tree',
    apiVersion: '',
    kind: what,
    namespace: null,
  }
}

/** A page of rows that are there already. */
export function treePage(what: string, rows: readonly JsonObject[], bytes: number): Page {
  const trees = {
    rowCount: rows.length,
    tree: (row: number): JsonValue => rows[row] ?? null,
    release: (): void => undefined,
  }
  return pageOf(what, trees, bytes)
}
