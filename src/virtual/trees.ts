// Rows that are no objects of the cluster: trees made of an answer, and the page that they come in.
// Asks for none.
import type { JsonDocument, JsonKind, JsonValue } from '../host.ts'
import type { Page } from '../lists.ts'
import type { JsonObject } from '../values.ts'

/** A document of rows that are read as a whole. */
class TreeDocument implements JsonDocument {
  readonly rowCount: number
  private readonly trees: readonly JsonObject[]

  constructor(trees: readonly JsonObject[]) {
    this.trees = trees
    this.rowCount = trees.length
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
    return this.trees[row] ?? null
  }

  release(): void {
    // The trees are JavaScript's own.
  }
}

/** `what`: the rows' name in errors. */
export function treePage(what: string, trees: readonly JsonObject[], bytes: number): Page {
  return {
    document: new TreeDocument(trees),
    rowCount: trees.length,
    firstRow: 0,
    bytes,
    form: 'tree',
    apiVersion: '',
    kind: what,
    namespace: null,
  }
}
