// The imports of the world, held in memory: options, columns, a limit, a Vault, and an HTTP function.
// As strict as the real host: what would panic there throws here.
import type { Cell, Imports, Request, Response } from '../support/portable-host/imports.ts'
import type { TypeOid } from '../../src/host.ts'

export interface ColumnSpec {
  readonly name: string
  readonly type: TypeOid
  /** Its place in the table; that among the columns unless given. */
  readonly number?: number
}

/** A qual as the host hands it over; `panic` stands for a value that it has no cell for. */
export interface QualSpec {
  readonly field: string
  readonly operator: string
  readonly useOr?: boolean
  readonly isParameter?: boolean
  readonly value: Cell | Cell[] | 'panic'
}

export interface HostSpec {
  readonly serverOptions: { readonly [name: string]: string }
  readonly tableOptions: { readonly [name: string]: string }
  readonly importOptions?: { readonly [name: string]: string }
  readonly columns: readonly ColumnSpec[]
  readonly quals: readonly QualSpec[]
  readonly limit: { readonly count: number; readonly offset: number } | null
  readonly vault: { readonly [idOrName: string]: string }
  readonly settings: { readonly [name: string]: string }
  /** The clock before each look at it, seconds; stands still after the last. */
  readonly clock: readonly number[]
  /** Answers a request; throws a string where no answer comes. */
  readonly respond: (request: Request) => Response
}

export class MemoryRow {
  readonly pushed: (Cell | undefined)[] = []
  private readonly names: string[]

  /** A row to be filled; with columns, one that a statement writes. */
  constructor(columns: { readonly [name: string]: Cell | null } = {}) {
    this.names = Object.keys(columns)
    for (const cell of Object.values(columns)) this.pushed.push(cell ?? undefined)
  }

  push(cell: Cell | undefined): void {
    this.pushed.push(cell)
  }

  cols(): string[] {
    return this.names
  }

  cells(): (Cell | undefined)[] {
    return this.pushed
  }
}

class MemoryColumn {
  private readonly spec: ColumnSpec
  private readonly index: number

  constructor(spec: ColumnSpec, index: number) {
    this.spec = spec
    this.index = index
  }

  name(): string {
    return this.spec.name
  }

  num(): number {
    return this.spec.number ?? this.index + 1
  }

  typeOid(): { tag: string; val?: string } {
    return this.spec.type === 'other' ? { tag: 'other', val: 'numeric' } : { tag: this.spec.type }
  }
}

class MemoryOptions {
  private readonly options: { readonly [name: string]: string }

  constructor(options: { readonly [name: string]: string }) {
    this.options = options
  }

  get(key: string): string | undefined {
    return Object.hasOwn(this.options, key) ? this.options[key] : undefined
  }
}

class MemoryLimit {
  private readonly limit: { readonly count: number; readonly offset: number }

  constructor(limit: { readonly count: number; readonly offset: number }) {
    this.limit = limit
  }

  count(): bigint {
    return BigInt(this.limit.count)
  }

  offset(): bigint {
    return BigInt(this.limit.offset)
  }

  deparse(): string {
    return ''
  }
}

class MemoryQual {
  private readonly spec: QualSpec

  constructor(spec: QualSpec) {
    this.spec = spec
  }

  field(): string {
    return this.spec.field
  }

  operator(): string {
    return this.spec.operator
  }

  useOr(): boolean {
    return this.spec.useOr ?? false
  }

  value(): { tag: 'cell'; val: Cell } | { tag: 'array'; val: Cell[] } {
    const { value } = this.spec
    if (value === 'panic') throw new Error('the host panics on the value of this qual')
    return Array.isArray(value) ? { tag: 'array', val: value } : { tag: 'cell', val: value }
  }

  param(): { id: number; typeOid: number } | undefined {
    return this.spec.isParameter === true ? { id: 1, typeOid: 25 } : undefined
  }

  deparse(): string {
    return ''
  }
}

export class MemoryContext {
  private readonly spec: HostSpec

  constructor(spec: HostSpec) {
    this.spec = spec
  }

  getOptions(type: { tag: string }): MemoryOptions {
    if (type.tag === 'import-schema') return new MemoryOptions(this.spec.importOptions ?? {})
    return new MemoryOptions(type.tag === 'server' ? this.spec.serverOptions : this.spec.tableOptions)
  }

  getQuals(): MemoryQual[] {
    return this.spec.quals.map((qual) => new MemoryQual(qual))
  }

  getColumns(): MemoryColumn[] {
    return this.spec.columns.map((column, i) => new MemoryColumn(column, i))
  }

  getSorts(): never[] {
    return []
  }

  getLimit(): MemoryLimit | undefined {
    return this.spec.limit === null ? undefined : new MemoryLimit(this.spec.limit)
  }
}

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the component names it and never makes one
class Unused {}

/** These are reqwest's rules for a header. The real host panics if they are broken. */
function checkHeaders(request: Request): void {
  for (const [name, value] of request.headers) {
    if (!/^[a-z0-9-]+$/.test(name))
      throw new Error(`the host panics on the header name ${JSON.stringify(name)}`)
    if (!/^[\x20-\x7e]*$/.test(value)) throw new Error(`the host panics on the value of the header ${name}`)
  }
}

export class MemoryHost {
  readonly requests: Request[] = []
  readonly warnings: string[] = []
  readonly infos: string[] = []
  readonly notices: string[] = []
  readonly statistics: [fdwName: string, metric: string, amount: number][] = []
  readonly context: MemoryContext
  readonly types = {
    Context: MemoryContext,
    Row: MemoryRow,
    Column: MemoryColumn,
    Options: MemoryOptions,
    Limit: MemoryLimit,
    Qual: MemoryQual,
    Sort: Unused,
  }
  readonly http: Imports['http']
  readonly time: { epochSecs(): bigint }
  readonly stats: Imports['stats']
  readonly utils

  constructor(spec: HostSpec) {
    this.context = new MemoryContext(spec)
    const send =
      (method: string) =>
      (request: Request): Response => {
        // One host may go by the record's method, another by the function.
        if (request.method.tag !== method) throw new Error(`the method is ${request.method.tag}`)
        checkHeaders(request)
        this.requests.push(request)
        return spec.respond(request)
      }
    this.http = {
      get: send('get'),
      post: send('post'),
      patch: send('patch'),
      delete: send('delete'),
    }
    let looks = 0
    this.time = { epochSecs: () => BigInt(spec.clock[Math.min(looks++, spec.clock.length - 1)] ?? 0) }
    this.stats = {
      incStats: (fdwName, metric, inc): void => void this.statistics.push([fdwName, metric.tag, Number(inc)]),
    }
    const lookup = (key: string): string | undefined => spec.vault[key]
    this.utils = {
      reportInfo: (message: string): void => void this.infos.push(message),
      reportNotice: (message: string): void => void this.notices.push(message),
      reportWarning: (message: string): void => void this.warnings.push(message),
      getVaultSecret: lookup,
      getVaultSecretByName: lookup,
      querySetting: (name: string): string | undefined => spec.settings[name],
    }
  }
}
