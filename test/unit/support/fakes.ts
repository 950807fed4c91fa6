// The host's capabilities (src/host.ts) as small objects: each has what one test gives it, and notes what is asked of it.
import { Api } from '../../../src/cluster/api.ts'
import type { Page } from '../../../src/cluster/page.ts'
import type { Access } from '../../../src/cluster/requests.ts'
import { Trace } from '../../../src/cluster/trace.ts'
import type { TraceHost } from '../../../src/cluster/trace.ts'
import { FdwError } from '../../../src/errors.ts'
import type {
  Host,
  HttpClient,
  HttpRequest,
  HttpResponse,
  JsonDocument,
  JsonShape,
  OptionSource,
  OptionsType,
  Qual,
  QualCell,
  Query,
  RowSink,
  SessionSettings,
  TargetColumn,
  TypeOid,
} from '../../../src/host.ts'
import type { JsonValue } from '../../../src/json/values.ts'
import type { ServerOptions, TableOptions } from '../../../src/session/options.ts'
import { indexJson } from '../../support/portable-host/json-index.ts'

/** A server without a token, to be changed by each test. */
export const serverOptions = (change: Partial<ServerOptions> = {}): ServerOptions => ({
  apiUrl: 'http://one',
  apiKey: null,
  apiKeyId: null,
  apiKeyName: null,
  impersonation: null,
  pageSize: null,
  forbidden: 'error',
  unreachable: 'error',
  trace: false,
  sessionSettings: false,
  stats: false,
  maxRows: null,
  maxBytes: null,
  loginOnly: false,
  ...change,
})

/** A table of all pods, to be changed by each test. */
export const tableOptions = (change: Partial<TableOptions> = {}): TableOptions => ({
  kind: { apiVersion: 'v1', kind: 'Pod', object: null },
  namespace: null,
  namespaces: null,
  labelSelector: null,
  fieldSelector: null,
  paths: new Map(),
  onError: 'error',
  revealSecrets: false,
  watch: false,
  ...change,
})

/** The options of one sort, as a user wrote them. */
export const optionsOf = (
  given: { readonly [name: string]: string },
  of: OptionsType = 'server',
): OptionSource => ({
  option: (type, name) => (type === of && Object.hasOwn(given, name) ? (given[name] ?? null) : null),
})

export const settingsOf = (given: { readonly [name: string]: string }): SessionSettings => ({
  setting: (name) => given[name] ?? null,
})

/** A JSON text in which the parts of a shape are located. */
export function documentOf(text: string, shape: JsonShape): JsonDocument {
  const document = indexJson(text, shape)
  if ('rowCount' in document) return document
  throw new Error(`${document.message} at ${document.offset}`)
}

/** Columns of one table, numbered from 1. */
export const targetsOf = (columns: { readonly [name: string]: TypeOid }): TargetColumn[] =>
  Object.entries(columns).map(([name, type], i) => ({ name, type, number: i + 1 }))

/** A condition as the host hands it over. */
export interface Condition {
  readonly field: string
  /** Default: `=`. */
  readonly operator?: string
  readonly cells: readonly QualCell[]
  readonly isArray?: boolean
  readonly useOr?: boolean
  readonly isParameter?: boolean
}

export const text = (value: string): QualCell => ({ type: 'string', value })

/** A query of these columns with these conditions. */
export const queryOf = (targets: readonly TargetColumn[], conditions: readonly Condition[] = []): Query => ({
  targetColumns: () => targets.slice(),
  quals: () =>
    conditions.map(({ field, operator = '=', useOr = false, isParameter = false }, index): Qual => ({
      field,
      operator,
      useOr,
      isParameter,
      index,
    })),
  rowLimit: () => null,
  qualValue: ({ index }) => ({
    isArray: conditions[index]?.isArray ?? false,
    cells: conditions[index]?.cells ?? [],
  }),
})

/**
 * A sink of a server with these options, and the cells that were pushed into it: NULL, or the type and what was handed
 * over.
 */
export function sinkOf(options: { readonly [name: string]: string } = {}): {
  readonly sink: RowSink & OptionSource
  readonly cells: unknown[]
} {
  const cells: unknown[] = []
  const push = (cell: unknown): true => {
    cells.push(cell)
    return true
  }
  const sink: RowSink & OptionSource = {
    ...optionsOf(options),
    pushNull: () => void push(null),
    pushBool: (value) => void push(['bool', value]),
    pushNumber: (type, value) => void push([type, value]),
    pushI64: (digits) => void push(['i64', digits]),
    pushText: (type, value) => void push([type, value]),
    pushTime: (type, seconds, micros) => void push([type, seconds, micros]),
    pushSlice: (type, document, row, leaf) => {
      const kind = document.kind(row, leaf)
      if (kind === 'missing' || kind === 'null') return push(null)
      const json = document.json(row, leaf)
      if (json.includes('\\u0000')) return false
      return push(['slice', type, type === 'json' ? json : document.text(row, leaf)])
    },
    pushObject: (type, document, row, leaf, members) =>
      push(['slice', type, `{${members}${document.json(row, leaf).slice(1)}`]),
  }
  return { sink, cells }
}

/** An answer of the API server; a text instead of JSON if `body` is one. */
export interface Answer {
  /** Default: 200. */
  readonly status?: number
  readonly body: unknown
  readonly headers?: readonly (readonly [name: string, value: string])[]
}

const made = new WeakMap<HttpResponse, string>()

function responseOf(url: string, { status = 200, body, headers = [] }: Answer): HttpResponse {
  const whole = typeof body === 'string' ? body : JSON.stringify(body)
  const lines = whole.split(/(?<=\n)/)
  const response: HttpResponse = {
    status,
    url,
    bodyBytes: Buffer.byteLength(whole),
    header: (name, place = 0) => headers.filter(([key]) => key === name)[place]?.[1] ?? null,
    bodyText: (most) => whole.slice(0, most),
    lineCount: () => (whole === '' ? 0 : lines.length),
    line: (place) => {
      if (place >= whole.length) return null
      const line = whole.slice(place).split('\n', 1)[0] ?? ''
      return [line, place + line.length + 1]
    },
    release: () => undefined,
  }
  made.set(response, whole)
  return response
}

/** A cluster: how it answers each request, such as `GET /api/v1/pods`, whatever its query. */
export interface Answers {
  /** A text is what the host throws if no answer came. More than one are given in turn. */
  readonly [request: string]: Answer | string | readonly (Answer | string)[]
}

export interface FakeCluster {
  readonly api: Api
  readonly host: HttpClient & OptionSource & TraceHost
  /** The requests: method, path and query, and the JSON of a POST. */
  readonly requests: unknown[]
  readonly sent: HttpRequest[]
  readonly warnings: string[]
  readonly infos: string[]
}

/** A cluster that answers, and what it was asked. A request that it does not know fails the test. */
export function clusterOf(answers: Answers, access: Partial<Access> = {}): FakeCluster {
  const requests: unknown[] = []
  const sent: HttpRequest[] = []
  const warnings: string[] = []
  const infos: string[] = []
  const times = new Map<string, number>()
  const whole: Access = { apiUrl: 'http://one', token: null, impersonation: null, ...access }
  const answer = (method: string, request: HttpRequest): HttpResponse => {
    sent.push(request)
    const key = `${method} ${request.url.slice(whole.apiUrl.length).replace(/\?.*/, '')}`
    const given = answers[key]
    const all = given === undefined || typeof given === 'string' || 'body' in given ? [given] : given
    const time = times.get(key) ?? 0
    times.set(key, time + 1)
    const one = all[Math.min(time, all.length - 1)]
    if (one === undefined) throw new Error(`nobody answers ${key}`)
    // The host throws a text.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (typeof one === 'string') throw one
    return responseOf(request.url, one)
  }
  const host: HttpClient & OptionSource & TraceHost = {
    option: () => null,
    get: (request) => {
      requests.push(`GET ${request.url.slice(whole.apiUrl.length)}`)
      return answer('GET', request)
    },
    send: (method, request, body) => {
      requests.push([`${method} ${request.url.slice(whole.apiUrl.length)}`, JSON.parse(body)])
      return answer(method, request)
    },
    indexJson: (response, shape) => indexJson(made.get(response) ?? '', shape),
    info: (message) => infos.push(message),
    notice: () => undefined,
    warning: (message) => warnings.push(message),
    epochSeconds: () => 0,
    addStatistic: () => undefined,
  }
  return { api: new Api(host, whole, new Trace(host, false, null)), host, requests, sent, warnings, infos }
}

/** What a scan sees: the cluster, the table's options, the columns that the query takes, its conditions. */
export interface HostSpec {
  readonly answers: Answers
  readonly columns: { readonly [name: string]: TypeOid }
  readonly table: { readonly [option: string]: string }
  /** Beside its URL. */
  readonly server?: { readonly [option: string]: string }
  readonly conditions?: readonly Condition[]
}

/** All capabilities together, for what stands above them: a server without a token, and a table. */
export function hostOf({ answers, columns, table, server = {}, conditions = [] }: HostSpec) {
  const cluster = clusterOf(answers)
  const { sink, cells } = sinkOf()
  const statements: string[] = []
  const options: { readonly [type: string]: OptionSource } = {
    server: optionsOf({ api_url: cluster.api.access.apiUrl, ...server }),
    table: optionsOf(table, 'table'),
  }
  const host: Host = {
    ...cluster.host,
    ...sink,
    ...queryOf(targetsOf(columns), conditions),
    ...settingsOf({}),
    option: (type, name) => options[type]?.option(type, name) ?? null,
    vaultSecret: () => null,
    vaultSecretByName: () => null,
    importStatement: () => ({ serverName: 's', remoteSchema: '*', listType: 'all', tables: [] }),
    pushStatement: (sql) => statements.push(sql),
    writtenCells: () => [],
    rowId: () => null,
  }
  const { requests, warnings, infos } = cluster
  return { host, cells, requests, warnings, infos, statements }
}

/** A Status as the API server gives it. */
export const status = (code: number, message: string, more: object = {}): Answer => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code, ...more },
})

/** The rows of a page whose rows are trees. */
export const treesOf = ({ document, rowCount }: Page): JsonValue[] =>
  Array.from({ length: rowCount }, (_, row) => document.tree(row, 0))

/** The error that a function throws, as code, message and hint. */
export function errorOf(run: () => unknown): {
  readonly code?: string
  readonly message?: string
  readonly hint?: string | undefined
} {
  try {
    run()
  } catch (error) {
    if (error instanceof FdwError) return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
  return {}
}
