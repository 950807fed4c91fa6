// Runs one statement that writes on an engine, as the host drives it, and gathers what it sent and said.
import { describe } from 'vitest'
import type { Cell, Request, Response } from '../support/portable-host/imports.ts'
import { ENGINES, engineNames } from './engines.ts'
import type { Engine } from './engines.ts'
import { MemoryHost, MemoryRow } from './memory-host.ts'
import { json } from './responses.ts'
import { API_URL, TOKEN, errorText, hostSpec } from './run-scan.ts'
import type { ScanSpec } from './run-scan.ts'

export interface Values {
  readonly [column: string]: Cell | null
}

export type Row =
  | { readonly insert: Values }
  | { readonly update: string; readonly set: Values }
  | { readonly delete: string }

export interface WriteSpec extends Pick<ScanSpec, 'serverOptions' | 'settings' | 'vault'> {
  /** Added to a writable table of deployments. */
  readonly tableOptions?: { readonly [name: string]: string }
  /** Which of the table's usual options it has not. */
  readonly withoutOptions?: readonly string[]
  readonly rows: readonly Row[]
  /** Answers each request; the object that was sent, or an empty one, unless given. A text is thrown: no answer came. */
  readonly respond?: (request: Sent) => Response | string
}

/** A request as a test expects it. */
export interface Sent {
  /** The method, path and query. */
  readonly request: string
  readonly type?: string
  readonly body?: unknown
}

export interface WriteResult {
  readonly error: string | null
  readonly sent: Sent[]
  readonly notices: string[]
  readonly warnings: string[]
}

export type RunWrite = (spec: WriteSpec) => Promise<WriteResult>

export const text = (val: string): Cell => ({ tag: 'string', val })
export const jsonb = (value: unknown): Cell => ({ tag: 'json', val: JSON.stringify(value) })
export const integer = (val: number): Cell => ({ tag: 'i32', val })

const WRITABLE = { apiVersion: 'apps/v1', kind: 'Deployment', writes: 'on', rowid_column: 'object_key' }
const HAS_BODY = ['post', 'patch', 'delete']

const sentOf = ({ method, url, headers, body }: Request): Sent => {
  const request = `${method.tag.toUpperCase()} ${url.replace(API_URL, '')}`
  if (!HAS_BODY.includes(method.tag)) return { request }
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? ''
  return { request, type, body: JSON.parse(body) as unknown }
}

const drive = (guest: Awaited<ReturnType<Engine>>, host: MemoryHost, row: Row): void => {
  if ('insert' in row) guest.insert(host.context, new MemoryRow(row.insert))
  else if ('set' in row) guest.update(host.context, text(row.update), new MemoryRow(row.set))
  else guest.delete(host.context, text(row.delete))
}

async function run(engine: Engine, spec: WriteSpec): Promise<WriteResult> {
  const answer = spec.respond ?? (({ body }: Sent): Response => json(200, Array.isArray(body) ? {} : body))
  const host = new MemoryHost({
    ...hostSpec({
      ...spec,
      tableOptions: Object.fromEntries(
        Object.entries({ ...WRITABLE, ...spec.tableOptions }).filter(
          ([name]) => spec.withoutOptions?.includes(name) !== true,
        ),
      ),
      respond: (request) => {
        const given = answer(sentOf(request))
        // The host throws a text.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        if (typeof given === 'string') throw given
        return { ...given, url: request.url }
      },
    }),
    // A statement that writes has no columns of a scan.
    columns: [],
  })
  const guest = await engine(host)
  let error: string | null = null
  try {
    guest.init(host.context)
    guest.beginModify(host.context)
    for (const row of spec.rows) drive(guest, host, row)
    guest.endModify(host.context)
  } catch (thrown) {
    error = errorText(thrown)
  }
  const { notices, warnings, requests } = host
  if ([error ?? '', ...notices, ...warnings].some((said) => said.includes(TOKEN)))
    throw new Error('the token came out')
  return { error, sent: requests.map(sentOf), notices, warnings }
}

/** Declares tests once for each engine. */
export function onEachEngine(name: string, declare: (write: RunWrite) => void): void {
  for (const engine of engineNames()) {
    describe(`${name} (${engine})`, () => declare((spec) => run(ENGINES[engine], spec)))
  }
}
