// Does what test/support/portable-host/json-index.ts does with the engine's own JSON.parse, as anyone who picks such an
// engine would. It keeps no more digits than a double, which is enough for the benchmark's pods but not for the
// product.
import type { JsonDocument, JsonError, JsonPath, JsonShape } from '../../src/host.ts'
import type { JsonKind, JsonValue } from '../../src/json/values.ts'
import { HEAD } from '../../src/host.ts'

const at = (root: JsonValue | undefined, path: JsonPath): JsonValue | undefined => {
  let value: unknown = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value as JsonValue | undefined
}

const kindOf = (value: JsonValue | undefined): JsonKind => {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'number'
  return typeof value === 'string' ? 'string' : 'object'
}

class TreeDocument implements JsonDocument {
  readonly rowCount: number
  private root: JsonValue
  private rows: readonly JsonValue[]
  private readonly shape: JsonShape

  constructor(root: JsonValue, rows: readonly JsonValue[], shape: JsonShape) {
    this.root = root
    this.rows = rows
    this.shape = shape
    this.rowCount = rows.length
  }

  kind(row: number, leaf: number): JsonKind {
    return kindOf(this.value(row, leaf))
  }

  text(row: number, leaf: number): string {
    const value = this.value(row, leaf)
    return typeof value === 'string' ? value : JSON.stringify(value)
  }

  json(row: number, leaf: number): string {
    return JSON.stringify(this.value(row, leaf))
  }

  tree(row: number, leaf: number): JsonValue {
    return this.value(row, leaf) ?? null
  }

  members(): JsonValue {
    throw new Error('the benchmark imports no schema')
  }

  release(): void {
    this.root = null
    this.rows = []
  }

  private value(row: number, leaf: number): JsonValue | undefined {
    const isHead = row === HEAD
    return at(isHead ? this.root : this.rows[row], this.shape[isHead ? 'head' : 'row'][leaf] ?? [])
  }
}

const ASCII = /^[\x00-\x7f]*$/

/** The number of UTF-8 bytes of a text. Characters beyond ASCII count as two bytes, because this only sizes pages. */
export const utf8Length = (text: string): number => (ASCII.test(text) ? text.length : text.length * 2)

/** See Host.indexJson; of a sequence it knows nothing. */
export const indexJson = (text: string, shape: JsonShape): JsonDocument | JsonError => {
  try {
    const root = JSON.parse(text) as JsonValue
    const rows = typeof shape.rowsKey !== 'string' ? undefined : at(root, [shape.rowsKey])
    return new TreeDocument(root, Array.isArray(rows) ? rows : [], shape)
  } catch (error) {
    return { message: String(error), offset: 0 }
  }
}
