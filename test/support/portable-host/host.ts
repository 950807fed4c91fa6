// The Host of src/host.ts over the imports as jco gives them, for engines other than the component's own.
// Translates only; decides nothing.
import { TYPE_OIDS } from '../../../component/adapter/type-oids.ts'
import type {
  BodyMethod,
  Host,
  HttpRequest,
  HttpResponse,
  ImportStatement,
  JsonDocument,
  JsonError,
  JsonShape,
  Metric,
  OptionsType,
  Qual,
  QualCell,
  QualValue,
  TargetColumn,
  TypeOid,
  WrittenCell,
} from '../../../src/host.ts'
import type { Cell, Context, Imports, Response, Row, Statement } from './imports.ts'
import { indexJson, utf8Length } from './json-index.ts'

/** In JSON: U+0000, which Postgres refuses, or a surrogate, which the database's host refuses if it is alone. */
const HARD_ESCAPE = /\\u(0000|[dD][89a-fA-F])/
/** The most levels of nested containers that the database's host accepts (serde_json). */
const JSON_LEVELS = 127

function isDeep(json: string): boolean {
  let level = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') level++
    else if (token === ']' || token === '}') level--
    if (level > JSON_LEVELS) return true
  }
  return false
}

function isRefused(json: string): boolean {
  return HARD_ESCAPE.test(json) || isDeep(json)
}

/** A Host, and what each exported call tells it: the resources that it may use until it returns. */
export interface PortableHost {
  readonly host: Host
  enter(context: Context, row: Row | null, statement?: Statement, rowid?: Cell): void
  leave(): void
  /** The statements of an import. */
  takeStatements(): string[]
}

function cut(text: string, maxBytes: number): string {
  let end = Math.min(text.length, maxBytes)
  while (end > 0 && utf8Length(text.slice(0, end)) > maxBytes) end--
  const last = text.charCodeAt(end - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? end - 1 : end)
}

class BodyResponse implements HttpResponse {
  readonly status: number
  readonly url: string
  readonly bodyBytes: number
  body: string
  private readonly headers: readonly (readonly [string, string])[]

  constructor(response: Response) {
    this.status = response.statusCode
    this.url = response.url
    this.headers = response.headers
    this.body = response.body
    this.bodyBytes = utf8Length(response.body)
  }

  header(name: string, place = 0): string | null {
    return this.headers.filter((header) => header[0].toLowerCase() === name)[place]?.[1] ?? null
  }

  bodyText(maxBytes: number): string {
    return cut(this.body, maxBytes)
  }

  lineCount(): number {
    let count = 0
    for (let line = this.line(0); line !== null; line = this.line(line[1])) count++
    return count
  }

  line(place: number): readonly [text: string, next: number] | null {
    if (place >= this.body.length) return null
    const feed = this.body.indexOf('\n', place)
    const end = feed < 0 ? this.body.length : feed
    return [this.body.slice(place, end), end + 1]
  }

  release(): void {
    this.body = ''
  }
}

/** The text of a result's error, which jco throws bare or as a payload. */
function errorText(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  const payload =
    typeof thrown === 'object' && thrown !== null && 'payload' in thrown ? thrown.payload : undefined
  if (typeof payload === 'string') return payload
  throw thrown
}

function numberCell(type: TypeOid, value: number): Cell {
  switch (type) {
    case 'i8':
    case 'i16':
    case 'i32':
    case 'f32':
    case 'f64':
    case 'numeric':
      return { tag: type, val: value }
    default:
      throw new Error(`${type} is no number`)
  }
}

function textCell(type: TypeOid, value: string): Cell {
  if (type !== 'string' && type !== 'json' && type !== 'uuid') throw new Error(`${type} is no text`)
  return { tag: type, val: value }
}

function timeCell(type: TypeOid, epochSeconds: number, micros: number): Cell {
  if (type === 'date') return { tag: type, val: BigInt(epochSeconds) }
  if (type !== 'timestamp' && type !== 'timestamptz') throw new Error(`${type} is no time`)
  return { tag: type, val: BigInt(epochSeconds) * 1_000_000n + BigInt(micros) }
}

const PLAIN_TYPES = ['bool', 'i16', 'i32', 'i64', 'string', 'json']

function qualCell(cell: Cell): QualCell {
  const value = typeof cell.val === 'bigint' ? Number(cell.val) : cell.val
  return { type: cell.tag, value: PLAIN_TYPES.includes(cell.tag) ? value : null }
}

/** As the host hands over a cell of a row that is written: an integer of 64 bits as its digits. */
function writtenCell(name: string, cell: Cell | undefined): WrittenCell {
  if (cell === undefined) return { name, type: 'bool', value: null }
  const { tag, val } = cell
  const value = typeof val === 'bigint' ? String(val) : val
  return { name, type: tag, value: tag === 'i8' || tag === 'f32' ? null : value }
}

const METHODS: { readonly [method in BodyMethod]: keyof Imports['http'] } = {
  POST: 'post',
  PATCH: 'patch',
  DELETE: 'delete',
}

class ImportedHost implements Host {
  private readonly imports: Imports
  private context: Context | null = null
  private row: Row | null = null
  private statement: Statement | undefined
  private rowid: Cell | undefined
  statements: string[] = []

  constructor(imports: Imports) {
    this.imports = imports
  }

  enter(context: Context | null, row: Row | null, statement?: Statement, rowid?: Cell): void {
    this.context = context
    this.statement = statement
    this.row = row
    this.rowid = rowid
  }

  writtenCells(): WrittenCell[] {
    const cells = this.row?.cells() ?? []
    return (this.row?.cols() ?? []).map((name, i) => writtenCell(name, cells[i] ?? undefined))
  }

  rowId(): string | null {
    return this.rowid?.tag === 'string' ? this.rowid.val : null
  }

  option(type: OptionsType, key: string): string | null {
    return this.ctx().getOptions({ tag: type }).get(key) ?? null
  }

  targetColumns(): TargetColumn[] {
    return this.ctx()
      .getColumns()
      .map((column) => {
        const { tag } = column.typeOid()
        const type = TYPE_OIDS.find((each) => each === tag) ?? 'other'
        return { name: column.name(), type, number: column.num() }
      })
  }

  quals(): Qual[] {
    return this.ctx()
      .getQuals()
      .map((qual, index) => ({
        field: qual.field(),
        operator: qual.operator(),
        useOr: qual.useOr(),
        isParameter: qual.param() !== undefined,
        index,
      }))
  }

  qualValue(qual: Qual): QualValue {
    const value = this.ctx().getQuals()[qual.index]?.value()
    if (value === undefined) throw new Error(`there is no qual ${qual.index}`)
    const cells = value.tag === 'array' ? value.val : [value.val]
    return { isArray: value.tag === 'array', cells: cells.map(qualCell) }
  }

  rowLimit(): number | null {
    // Some engines give null for none.
    const limit = this.ctx().getLimit() ?? null
    return limit === null ? null : Number(limit.count() + limit.offset())
  }

  get(request: HttpRequest): HttpResponse {
    return this.ask('get', request, '')
  }

  send(method: BodyMethod, request: HttpRequest, body: string): HttpResponse {
    return this.ask(METHODS[method], request, body)
  }

  indexJson(response: HttpResponse, shape: JsonShape): JsonDocument | JsonError {
    if (!(response instanceof BodyResponse)) throw new Error('a response of another host')
    const text = response.body
    response.release()
    return indexJson(text, shape)
  }

  vaultSecret(id: string): string | null {
    return this.imports.utils.getVaultSecret(id) ?? null
  }

  vaultSecretByName(name: string): string | null {
    return this.imports.utils.getVaultSecretByName(name) ?? null
  }

  setting(name: string): string | null {
    return this.imports.utils.querySetting(name) ?? null
  }

  epochSeconds(): number {
    return Number(this.imports.time.epochSecs())
  }

  addStatistic(fdwName: string, metric: Metric, amount: number): void {
    this.imports.stats.incStats(fdwName, { tag: metric }, BigInt(amount))
  }

  info(message: string): void {
    this.imports.utils.reportInfo(message)
  }

  notice(message: string): void {
    this.imports.utils.reportNotice(message)
  }

  importStatement(): ImportStatement {
    const { statement } = this
    if (statement === undefined) throw new Error('no import is under way')
    const { serverName, remoteSchema, listType, tableList } = statement
    return {
      serverName,
      remoteSchema,
      listType: listType.tag,
      tables: tableList,
    }
  }

  pushStatement(sql: string): void {
    this.statements.push(sql)
  }

  warning(message: string): void {
    this.imports.utils.reportWarning(message)
  }

  pushNull(): void {
    this.push(undefined)
  }

  pushBool(value: boolean): void {
    this.push({ tag: 'bool', val: value })
  }

  pushNumber(type: TypeOid, value: number): void {
    this.push(numberCell(type, value))
  }

  pushI64(digits: string): void {
    this.push({ tag: 'i64', val: BigInt(digits) })
  }

  pushText(type: TypeOid, value: string): void {
    this.push(textCell(type, value))
  }

  pushTime(type: TypeOid, epochSeconds: number, micros: number): void {
    this.push(timeCell(type, epochSeconds, micros))
  }

  pushObject(type: TypeOid, document: JsonDocument, row: number, leaf: number, members: string): boolean {
    const json = document.json(row, leaf)
    if (type === 'json' && isRefused(json)) return false
    const rest = json.slice(1)
    const all = rest.trimStart().startsWith('}') ? members.replace(/,$/, '') : members
    this.pushText(type, `{${all}${rest}`)
    return true
  }

  pushSlice(type: TypeOid, document: JsonDocument, row: number, leaf: number): boolean {
    const kind = document.kind(row, leaf)
    if (kind === 'missing' || kind === 'null') {
      this.pushNull()
      return true
    }
    const text = type === 'json' ? document.json(row, leaf) : document.text(row, leaf)
    if (type === 'json' ? isRefused(text) : text.includes('\u0000')) return false
    this.pushText(type, text)
    return true
  }

  private ask(method: keyof Imports['http'], { url, headers }: HttpRequest, body: string): HttpResponse {
    const request = {
      method: { tag: method },
      url,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      body,
    }
    const { http } = this.imports
    try {
      return new BodyResponse(http[method](request))
    } catch (thrown) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw errorText(thrown)
    }
  }

  private ctx(): Context {
    if (this.context === null) throw new Error('no call of the host is under way')
    return this.context
  }

  private push(cell: Cell | undefined): void {
    if (this.row === null) throw new Error('the host asked for no row')
    this.row.push(cell)
  }
}

/** A Host over the imports of `supabase:wrappers@0.2.0`. */
export function createPortableHost(imports: Imports): PortableHost {
  const host = new ImportedHost(imports)
  return {
    host,
    enter: (context, row, statement, rowid) => host.enter(context, row, statement, rowid),
    leave: () => host.enter(null, null),
    takeStatements: () => host.statements.splice(0),
  }
}
