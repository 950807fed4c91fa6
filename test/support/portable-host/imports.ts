// The interfaces of wit/ as jco gives them to JavaScript: records as objects, variants with tag and val, resources as classes.
// Types only; no more of them than the scan logic uses.
import type { Metric } from '../../../src/host.ts'

export type TypeOid = { tag: string; val?: string }

export type Cell =
  | { tag: 'bool'; val: boolean }
  | { tag: 'i8' | 'i16' | 'f32' | 'i32' | 'f64' | 'numeric'; val: number }
  | { tag: 'i64' | 'date' | 'timestamp' | 'timestamptz'; val: bigint }
  | { tag: 'string' | 'json' | 'uuid' | 'other'; val: string }

export interface Row {
  push(cell: Cell | undefined): void
  cols(): string[]
  cells(): (Cell | undefined)[]
}

export interface Column {
  name(): string
  num(): number
  typeOid(): TypeOid
}

export interface Options {
  get(key: string): string | undefined
}

export interface Limit {
  count(): bigint
  offset(): bigint
}

export interface Qual {
  field(): string
  operator(): string
  useOr(): boolean
  param(): { id: number; typeOid: number } | undefined
  value(): { tag: 'cell'; val: Cell } | { tag: 'array'; val: Cell[] }
}

export interface Context {
  getQuals(): Qual[]
  getOptions(type: { tag: string }): Options
  getColumns(): Column[]
  getLimit(): Limit | undefined
}

/** The record `import-foreign-schema-stmt`. */
export interface Statement {
  serverName: string
  remoteSchema: string
  localSchema: string
  listType: { tag: 'all' | 'limit-to' | 'except' }
  tableList: string[]
}

export interface Request {
  method: { tag: 'get' | 'post' | 'put' | 'patch' | 'delete' }
  url: string
  headers: [string, string][]
  body: string
}

export interface Response {
  url: string
  statusCode: number
  headers: [string, string][]
  body: string
}

/** The imported interfaces, each as its module object. */
export interface Imports {
  /** `supabase:wrappers/http`. Throws the error of its result, bare or as `payload`. */
  http: { readonly [method in 'get' | 'post' | 'patch' | 'delete']: (request: Request) => Response }
  /** `supabase:wrappers/time`. */
  time: { epochSecs(): bigint }
  /** `supabase:wrappers/stats`. */
  stats: { incStats(fdwName: string, metric: { tag: Metric }, inc: bigint): void }
  /** `supabase:wrappers/utils`. */
  utils: {
    reportInfo(message: string): void
    reportNotice(message: string): void
    reportWarning(message: string): void
    getVaultSecret(id: string): string | undefined
    getVaultSecretByName(name: string): string | undefined
    querySetting(name: string): string | undefined
  }
}
