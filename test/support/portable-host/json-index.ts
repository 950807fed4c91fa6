// Finds the wanted parts of a JSON text in one validating pass: Host.indexJson for engines without the C parser.
// component/runtime/json_index.c is the same in C; both must find the same, with the same messages.
import type { JsonDocument, JsonError, JsonPath, JsonShape } from '../../../src/host.ts'
import type { JsonKind, JsonValue } from '../../../src/json/values.ts'
import { HEAD } from '../../../src/host.ts'
import { Malformed, Scanner } from './json-scanner.ts'
import { jsonTree, wellFormed } from './json-tree.ts'
import { isObject } from '../../../src/json/values.ts'

interface Step {
  /** Which spans the value goes to. */
  readonly leaves: number[]
  readonly children: Map<string | number, Step>
}

/** The start and the end of each leaf in the text; the end is 0 if the value is missing. */
type Spans = [start: number, end: number][]

function makeSteps(paths: readonly JsonPath[]): Step {
  const root: Step = { leaves: [], children: new Map() }
  paths.forEach((path, leaf) => {
    let step = root
    for (const part of path) {
      const next = step.children.get(part) ?? { leaves: [], children: new Map() }
      step.children.set(part, next)
      step = next
    }
    step.leaves.push(leaf)
  })
  return root
}

function emptySpans(paths: readonly JsonPath[]): Spans {
  return paths.map(() => [0, 0])
}

class Indexer {
  readonly head: Spans
  rows: Spans[] = []
  private readonly scanner: Scanner
  private readonly shape: JsonShape
  private readonly rowStep: Step

  constructor(text: string, shape: JsonShape) {
    this.scanner = new Scanner(text)
    this.shape = shape
    this.head = emptySpans(shape.head)
    this.rowStep = makeSteps(shape.row)
  }

  run(): void {
    const { scanner } = this
    scanner.space()
    this.read(makeSteps(this.shape.head), this.head, true)
    scanner.space()
    if (scanner.at < scanner.text.length) scanner.fail('text after the end of the value')
  }

  private read(step: Step | undefined, spans: Spans, isRoot: boolean): void {
    const { scanner } = this
    const start = scanner.at
    const code = scanner.code()
    const isContainer = code === 0x7b || code === 0x5b
    if (isContainer && step !== undefined && (step.children.size > 0 || isRoot))
      this.container(step, spans, isRoot)
    else scanner.value()
    this.note(step, spans, start)
  }

  private note(step: Step | undefined, spans: Spans, start: number): void {
    for (const leaf of step?.leaves ?? []) spans[leaf] = [start, this.scanner.at]
  }

  private container(step: Step, spans: Spans, isRoot: boolean): void {
    const { scanner } = this
    const isObject = scanner.code() === 0x7b
    const close = scanner.code() + 2
    scanner.enter()
    if (scanner.code() === close) {
      scanner.leave()
      return
    }
    let position = 0
    do {
      const key = isObject ? (JSON.parse(scanner.key()) as string) : position
      const child = step.children.get(key)
      // The last of duplicate keys counts, as everywhere in JavaScript and Go.
      if (child !== undefined) forget(child, spans)
      if (isRoot && isObject && key === this.shape.rowsKey) this.readRows(child, spans)
      else this.read(child, spans, false)
      position++
    } while (scanner.more(close))
  }

  private readRows(step: Step | undefined, spans: Spans): void {
    const { scanner } = this
    const start = scanner.at
    this.rows = []
    if (scanner.code() === 0x5b) this.elements()
    else scanner.value()
    this.note(step, spans, start)
  }

  private elements(): void {
    const { scanner } = this
    scanner.enter()
    if (scanner.code() === 0x5d) {
      scanner.leave()
      return
    }
    let ended = false
    do {
      // After an element that is no object the list is refused: what follows is only checked.
      const isObject = scanner.code() === 0x7b
      if (ended) scanner.value()
      else {
        const row = emptySpans(this.shape.row)
        this.rows.push(row)
        this.read(this.rowStep, row, false)
      }
      ended ||= !isObject
    } while (scanner.more(0x5d))
  }
}

function forget(step: Step, spans: Spans): void {
  for (const leaf of step.leaves) spans[leaf] = [0, 0]
  for (const child of Array.from(step.children.values())) forget(child, spans)
}

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
  private text_: string
  private readonly head: Spans
  private readonly rows: Spans[]
  /** The containers that `members` has given the places of. */
  private readonly places: JsonValue[] = []

  constructor(text: string, head: Spans, rows: Spans[]) {
    this.text_ = text
    this.head = head
    this.rows = rows
    this.rowCount = rows.length
  }

  kind(row: number, leaf: number): JsonKind {
    const [start, end] = this.span(row, leaf)
    return end === 0 ? 'missing' : (KINDS[this.text_.charAt(start)] ?? 'number')
  }

  text(row: number, leaf: number): string {
    const json = this.json(row, leaf)
    return json.startsWith('"') ? wellFormed(JSON.parse(json) as string) : json
  }

  json(row: number, leaf: number): string {
    const [start, end] = this.span(row, leaf)
    if (end === 0) throw new Error(`leaf ${leaf} of row ${row} is missing`)
    return this.text_.slice(start, end)
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
    this.text_ = ''
  }

  private span(row: number, leaf: number): [number, number] {
    const spans = row === HEAD ? this.head : this.rows[row]
    const span = spans?.[leaf]
    if (span === undefined) throw new Error(`there is no leaf ${leaf} of row ${row}`)
    return span
  }
}

/** UTF-8 bytes of a text. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Either half of a surrogate pair counts two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return bytes
}

/** See Host.indexJson. */
export function indexJson(text: string, shape: JsonShape): JsonDocument | JsonError {
  const indexer = new Indexer(text, shape)
  try {
    indexer.run()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { message: error.message, offset: utf8Length(text.slice(0, error.at)) }
  }
  return new TextDocument(text, indexer.head, indexer.rows)
}
