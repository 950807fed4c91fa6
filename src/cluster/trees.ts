// Pages of rows that are not objects of the cluster: each row is a tree that was made from an answer.
import type { Page } from './page.ts'
import type { JsonDocument } from '../host.ts'
import type { JsonKind, JsonObject, JsonValue } from '../json/values.ts'

export interface Trees {
  readonly rowCount: number
  /** The tree of a row. It is mostly called for one row after the other, and again from the first for a rescan. */
  tree(row: number): JsonValue
  release(): void
}

/** A document whose rows can only be read as whole trees. */
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

/** Makes a page of rows. `what` is what errors call a row. */
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

/** Makes a page of rows that are in memory already. */
export function treePage(what: string, rows: readonly JsonObject[], bytes: number): Page {
  const trees = {
    rowCount: rows.length,
    tree: (row: number): JsonValue => rows[row] ?? null,
    release: (): void => undefined,
  }
  return pageOf(what, trees, bytes)
}
