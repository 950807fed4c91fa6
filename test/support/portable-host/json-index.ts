// Host.indexJson over the component's own JSON pass: the shape goes into the module's memory, and the places of its
// parts come out. The layouts are those of the structs in component/runtime/json_index.h: every field has 32 bits.
import type { JsonDocument, JsonError, JsonShape } from '../../../src/host.ts'
import type { JsonKind, JsonValue } from '../../../src/json/values.ts'
import { HEAD } from '../../../src/host.ts'
import { pass } from './json-pass.ts'
import { stepsOf } from './json-steps.ts'
import type { Step } from './json-steps.ts'
import { jsonTree } from './json-tree.ts'
import { isObject } from '../../../src/json/values.ts'

/** The blocks in the module's memory that belong to one call. */
class Blocks {
  private readonly pointers: number[] = []

  bytes(content: Uint8Array): number {
    // json_index.c wants a zero after the text, and for an empty key a pointer that is not NULL.
    const pointer = pass.malloc(content.length + 1)
    if (pointer === 0) throw new Error('the JSON pass has no memory')
    this.pointers.push(pointer)
    new Uint8Array(pass.memory.buffer, pointer).set(content)
    new Uint8Array(pass.memory.buffer)[pointer + content.length] = 0
    return pointer
  }

  words(...fields: readonly number[]): number {
    return this.bytes(new Uint8Array(Int32Array.from(fields).buffer))
  }

  /** A `json_step`, key and siblings included, as its seven fields. */
  step({ leaf, children }: Step, key: string | number = 0, sibling = 0): number[] {
    const text = Buffer.from(typeof key === 'string' ? key : '')
    let child = 0
    for (const [name, step] of children) child = this.words(...this.step(step, name, child))
    const isKey = typeof key === 'string'
    return [isKey ? this.bytes(text) : 0, text.length, isKey ? 0 : key, leaf, 0, child, sibling]
  }

  free(...others: readonly number[]): void {
    for (const pointer of [...this.pointers, ...others]) pass.free(pointer)
  }
}

const wordsAt = (pointer: number, count: number): number[] =>
  Array.from(new Uint32Array(pass.memory.buffer, pointer, count))

function messageAt(pointer: number): string {
  const memory = Buffer.from(pass.memory.buffer)
  return memory.toString('latin1', pointer, memory.indexOf(0, pointer))
}

/** The text of a JSON string. */
function decoded(token: Uint8Array): string {
  const blocks = new Blocks()
  try {
    const from = blocks.bytes(token)
    const to = blocks.bytes(token)
    const length = pass.json_string_decode(from, token.length, to)
    return Buffer.from(pass.memory.buffer, to, length).toString()
  } finally {
    blocks.free()
  }
}

/** The start and the end of each leaf in the text, one after the other; the end is 0 if the value is missing. */
type Spans = readonly number[]

const KINDS: { readonly [first: string]: JsonKind } = {
  '"': 'string',
  '{': 'object',
  '[': 'array',
  t: 'bool',
  f: 'bool',
  n: 'null',
}

class TextDocument implements JsonDocument {
  readonly rowCount: number
  private text_: Buffer
  private readonly head: Spans
  private readonly rows: Spans
  private readonly headLeafOf: readonly number[]
  private readonly rowLeafOf: readonly number[]
  /** The containers that `members` has given the places of. */
  private readonly places: JsonValue[] = []

  constructor(
    text: Buffer,
    rowCount: number,
    [head, headLeafOf]: readonly [Spans, readonly number[]],
    [rows, rowLeafOf]: readonly [Spans, readonly number[]],
  ) {
    this.text_ = text
    this.rowCount = rowCount
    this.head = head
    this.headLeafOf = headLeafOf
    this.rows = rows
    this.rowLeafOf = rowLeafOf
  }

  kind(row: number, leaf: number): JsonKind {
    const [start, end] = this.span(row, leaf)
    return end === 0 ? 'missing' : (KINDS[this.text_.toString('latin1', start, start + 1)] ?? 'number')
  }

  text(row: number, leaf: number): string {
    if (this.kind(row, leaf) !== 'string') return this.json(row, leaf)
    return decoded(this.text_.subarray(...this.span(row, leaf)))
  }

  json(row: number, leaf: number): string {
    const [start, end] = this.span(row, leaf)
    if (end === 0) throw new Error(`leaf ${leaf} of row ${row} is missing`)
    return this.text_.toString('utf8', start, end)
  }

  tree(row: number, leaf: number): JsonValue {
    return jsonTree(this.json(row, leaf))
  }

  members(place: number | null): JsonValue {
    const root = (): JsonValue => (this.kind(HEAD, 0) === 'missing' ? null : this.tree(HEAD, 0))
    const value = place === null ? root() : (this.places[place] ?? null)
    if (Array.isArray(value)) return value.map((child) => this.member(child))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, this.member(child)]))
  }

  private member(child: JsonValue): JsonValue {
    return Array.isArray(child) || isObject(child) ? this.places.push(child) - 1 : child
  }

  release(): void {
    this.text_ = Buffer.alloc(0)
  }

  private span(row: number, leaf: number): [number, number] {
    const [spans, leafOf] = row === HEAD ? [this.head, this.headLeafOf] : [this.rows, this.rowLeafOf]
    const at = 2 * ((row === HEAD ? 0 : row * leafOf.length) + (leafOf[leaf] ?? NaN))
    const [start, end] = [spans[at], spans[at + 1]]
    if (start === undefined || end === undefined) throw new Error(`there is no leaf ${leaf} of row ${row}`)
    return [start, end]
  }
}

/** UTF-8 bytes of a text. */
export const utf8Length = (text: string): number => Buffer.byteLength(text)

/** See Host.indexJson. */
export function indexJson(text: string, shape: JsonShape): JsonDocument | JsonError {
  const bytes = Buffer.from(text)
  const [head, row] = [stepsOf(shape.head), stepsOf(shape.row)]
  const blocks = new Blocks()
  const rowsKey = typeof shape.rowsKey === 'string' ? shape.rowsKey : null
  const key = Buffer.from(rowsKey ?? '')
  const shapeAt = blocks.words(
    ...blocks.step(head.root),
    ...blocks.step(row.root),
    rowsKey === null ? 0 : blocks.bytes(key),
    key.length,
    shape.head.length,
    shape.row.length,
    // Which leaf an equal path has is known here, so json_index.c is not told.
    0,
    0,
    // A bool, of which a word's lowest byte is the first.
    Number(shape.rowsKey === true),
  )
  const indexAt = blocks.words(blocks.bytes(bytes), bytes.length, 0, 0, 0, 0, 0)
  const errorAt = blocks.words(0, 0)
  const isValid = pass.json_index_build(shapeAt, indexAt, errorAt) !== 0
  const [, , rowCount = 0, , , headAt = 0, rowsAt = 0] = wordsAt(indexAt, 7)
  try {
    if (!isValid) {
      const [message = 0, offset = 0] = wordsAt(errorAt, 2)
      return { message: messageAt(message), offset }
    }
    const headSpans = wordsAt(headAt, 2 * shape.head.length)
    const rowSpans = wordsAt(rowsAt, 2 * rowCount * shape.row.length)
    return new TextDocument(bytes, rowCount, [headSpans, head.leafOf], [rowSpans, row.leafOf])
  } finally {
    blocks.free(headAt, rowsAt)
  }
}
