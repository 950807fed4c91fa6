// IMPORT FOREIGN SCHEMA: asks the cluster what it serves and for the OpenAPI document of each group version, and pushes
// the statements. Only one document at a time may be in memory.
import type { Api } from '../cluster/api.ts'
import { KEY_COLUMN } from '../cluster/identity.ts'
import { purposeOf } from '../cluster/failure.ts'
import { isApiVersion } from '../cluster/kinds.ts'
import { JSON_TYPE, versionPath } from '../cluster/requests.ts'
import { groupOf, qualifiedName, versionOf } from '../cluster/resource.ts'
import { ofVersion, servedEverywhere } from '../cluster/served.ts'
import type { Served } from '../cluster/served.ts'
import { statusLine } from '../cluster/status.ts'
import { FdwError } from '../errors.ts'
import type { Host, ImportStatement, JsonDocument, JsonShape } from '../host.ts'
import { connect } from '../session/connect.ts'
import { readServerOptions } from '../session/options.ts'
import { readSettings } from '../session/settings.ts'
import { MANIFESTS, MANIFEST_COLUMN } from '../session/write-options.ts'
import { columnsOf } from './columns.ts'
import type { Column } from './columns.ts'
import { commentsOption, createTable, pathsOption } from './ddl.ts'
import { readImportOptions } from './import-options.ts'
import type { ImportOptions } from './import-options.ts'
import { OpenApi, UNKNOWN_FIELDS } from './openapi.ts'
import { EVERYTHING, isWanted, unknownSchema, wantedTables } from './wanted.ts'
import type { Wanted } from './wanted.ts'

/** The most columns that a Postgres table may have (MaxHeapAttributeNumber is 1600). */
const MAX_COLUMNS = 1600
const NOTICE_EVERY = 100
const MAX_NAMED = 20
const SCHEMAS: JsonShape = { head: [['components', 'schemas']], rowsKey: null, row: [] }

class Import {
  private readonly host: Host
  private readonly api: Api
  private readonly statement: ImportStatement
  private readonly options: ImportOptions
  /** The group versions and kinds whose fields the cluster did not tell, with the reason. */
  private readonly unknown: string[] = []
  private readonly shallow: string[] = []

  constructor(host: Host, api: Api) {
    this.host = host
    this.api = api
    this.statement = host.importStatement()
    this.options = readImportOptions(host)
  }

  run(): void {
    const { statement } = this
    const { prefix } = this.options
    const manifests = this.hasManifests() ? prefix + MANIFESTS : null
    const kinds = { ...statement, tables: statement.tables.filter((name) => name !== manifests) }
    const wanted = wantedTables(kinds, this.served(), prefix, (error) => {
      this.api.warnOnce(`${error.message}: ${error.hint ?? ''}`)
    })
    const isAsked = manifests !== null && isWanted(statement, manifests)
    if (isAsked && !wanted.some(({ table }) => table === manifests)) this.pushManifests(manifests)
    const versions = new Map<string, Wanted[]>()
    for (const one of wanted) {
      const { apiVersion } = one.resource
      const tables = versions.get(apiVersion) ?? []
      tables.push(one)
      versions.set(apiVersion, tables)
    }
    let done = 0
    versions.forEach((tables, apiVersion) => {
      const document = this.document(apiVersion)
      const openApi = document === null ? null : new OpenApi((place) => document.members(place))
      for (const table of tables) {
        this.push(table, openApi, tables)
        done++
        if (done % NOTICE_EVERY === 0) this.host.notice(`k8s_fdw: ${done} of ${wanted.length} tables`)
      }
      document?.release()
    })
    this.report()
  }

  /** Whether there is a table for manifests of any kind: only once, and not with each group version. */
  private hasManifests(): boolean {
    return this.options.writes && this.statement.remoteSchema === EVERYTHING
  }

  private pushManifests(name: string): void {
    const { options } = this
    const columns: Column[] = [
      { name: MANIFEST_COLUMN, type: 'jsonb', path: null, description: 'A whole object, of any kind.' },
    ]
    const comments = 'For INSERT: what kubectl apply --server-side does with each manifest.'
    this.pushTable(name, columns, [
      ['object', MANIFESTS],
      ['namespace', options.namespace],
      ['writes', 'on'],
      ['rowid_column', MANIFEST_COLUMN],
      ['comments', options.comments ? commentsOption(comments, columns) : null],
    ])
  }

  private pushTable(name: string, columns: readonly Column[], named: [string, string | null][]): void {
    const given = named.flatMap(([option, value]): [string, string][] =>
      value === null ? [] : [[option, value]],
    )
    this.host.pushStatement(createTable({ name, columns, server: this.statement.serverName, options: given }))
  }

  private served(): Served[] {
    const remote = this.statement.remoteSchema
    const served = remote === EVERYTHING ? [] : this.servedAs(remote)
    if (served.length > 0) return served
    const everything = servedEverywhere(this.api)
    if (remote === EVERYTHING) return everything
    throw unknownSchema(
      remote,
      everything.map((one) => one.resource.apiVersion),
    )
  }

  private servedAs(remote: string): Served[] {
    return isApiVersion(remote) ? ofVersion(this.api, remote) : []
  }

  /** The OpenAPI document of a group version. Null if it cannot be read, which `unknown` then says. */
  private document(apiVersion: string): JsonDocument | null {
    const path = `/openapi/v3${versionPath(apiVersion)}`
    const response = this.api.get(path, '', JSON_TYPE)
    if (response.status !== 200) {
      this.unknown.push(`${apiVersion} (${statusLine(response.status)})`)
      response.release()
      return null
    }
    const purpose = purposeOf(`GET ${path}`, 'its schemas')
    try {
      return this.api.index(response, SCHEMAS, purpose)
    } catch (error) {
      if (!(error instanceof FdwError) || error.code !== 'decode') throw error
      this.unknown.push(`${apiVersion} (${error.message})`)
      return null
    }
  }

  private push(wanted: Wanted, openApi: OpenApi | null, siblings: readonly Wanted[]): void {
    const { resource, table } = wanted
    const { options } = this
    const { apiVersion, kind } = resource
    const columns = this.columns(wanted, openApi)
    // In an aggregated API several resources may have the same kind.
    const isOnly = siblings.filter((one) => one.resource.kind === kind).length === 1
    const named: [string, string | null][] = isOnly
      ? [
          ['apiVersion', apiVersion],
          ['kind', kind],
        ]
      : [['object', qualifiedName(resource)]]
    named.push(
      ['namespace', resource.namespaced ? options.namespace : null],
      ['columns', pathsOption(columns)],
      ['on_error', options.onError === 'null' ? 'null' : null],
      ['writes', options.writes ? 'on' : null],
      ['rowid_column', options.writes ? KEY_COLUMN : null],
    )
    if (options.comments) {
      const description = openApi?.descriptionOf(groupOf(apiVersion), versionOf(apiVersion), kind) ?? ''
      named.push(['comments', commentsOption(description, columns)])
    }
    this.pushTable(table, columns, named)
  }

  private columns({ resource, table }: Wanted, openApi: OpenApi | null): Column[] {
    const { apiVersion, kind, namespaced } = resource
    const { writes } = this.options
    for (let depth = this.options.depth; openApi !== null && depth >= 0; depth--) {
      const fields = openApi.fieldsOf(groupOf(apiVersion), versionOf(apiVersion), kind, depth)
      if (fields === null) {
        this.unknown.push(`${apiVersion} ${kind} (not in its OpenAPI document)`)
        break
      }
      const columns = columnsOf(fields, namespaced, writes)
      if (columns.length > MAX_COLUMNS) continue
      if (depth < this.options.depth) this.shallow.push(`${JSON.stringify(table)} (${depth})`)
      return columns
    }
    return columnsOf(UNKNOWN_FIELDS, namespaced, writes)
  }

  private report(): void {
    const listed = (names: readonly string[]): string =>
      names.slice(0, MAX_NAMED).join(', ') +
      (names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : '')
    if (this.unknown.length > 0) {
      this.api.warnOnce(
        `the cluster does not say which fields these have, so spec and status are one column each: ${listed(this.unknown)}`,
      )
    }
    if (this.shallow.length > 0) {
      this.api.warnOnce(
        `a table has at most ${MAX_COLUMNS} columns, so these have a smaller depth: ${listed(this.shallow)}`,
      )
    }
  }
}

/** Runs the IMPORT FOREIGN SCHEMA statement. @throws {FdwError} option, connect, status, decode. */
export function importForeignSchema(host: Host): void {
  const server = readServerOptions(host)
  const api = connect(host, server, readSettings(host, server), null)
  new Import(host, api).run()
  api.trace.flush()
}
