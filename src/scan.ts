// The life of one scan: begin, iterate, rescan, end. The only mutable state between the host's calls.
// Knows nothing of Kubernetes' paths and answers.
import { Api } from './cluster/api.ts'
import { Misfit, Substitute } from './read/cells.ts'
import { clusterOf, compileColumns } from './plan/columns.ts'
import type { Columns, Extractor } from './plan/columns.ts'
import { readToken } from './session/credentials.ts'
import { discover, notServed } from './cluster/discovery.ts'
import { FdwError } from './errors.ts'
import { PageReader } from './read/row-reader.ts'
import { Fetch } from './read/targets.ts'
import type { Host, TargetColumn } from './host.ts'
import { findBuiltIn, parseKind } from './cluster/kinds.ts'
import type { KindQuery, Resource } from './cluster/kinds.ts'
import type { Page } from './cluster/page.ts'
import { described, readImpersonation } from './session/impersonation.ts'
import { readServerOptions, readTableOptions } from './session/options.ts'
import type { ServerOptions, TableOptions } from './session/options.ts'
import { readSettings } from './session/settings.ts'
import type { Settings } from './session/settings.ts'
import { planScan } from './plan/plan.ts'
import type { Reading, ScanPlan } from './plan/plan.ts'
import { readPushdown } from './plan/pushdown.ts'
import type { Pushdown } from './plan/pushdown.ts'
import { Rows } from './read/replay.ts'
import type { PageSource } from './read/replay.ts'
import { Owners, Union, readSelections, withUid } from './plan/selections.ts'
import { oneLine } from './cluster/status.ts'
import type { NotFound } from './cluster/status.ts'
import { Trace } from './cluster/trace.ts'
import { findVirtual, planVirtual } from './virtual/virtual.ts'
import type { VirtualPlan } from './virtual/virtual.ts'

/** Values that are not shown as they are: how many, and what is said of the first. */
interface Odd {
  count: number
  first: string
}

class Scan {
  private readonly host: Host
  private readonly table: TableOptions
  private readonly columns: Columns
  private readonly reading: Reading
  private readonly rows: Rows
  /** Where an object may be in several lists. */
  private readonly owners: Owners | null
  /** Those that became NULL under on_error 'null'. */
  private readonly misfits: Odd = { count: 0, first: '' }
  /** Those that are shown without their U+0000. */
  private readonly substitutes: Odd = { count: 0, first: '' }
  private readonly trace: Trace
  /** Where the host's statistics are wanted. */
  private readonly statistics: Trace | null
  private page: Page | null = null
  private reader: PageReader | null = null
  private rowsOut = 0
  /** Secrets with a label that is masked. */
  private hiddenLabels = 0

  constructor(
    host: Host,
    table: TableOptions,
    columns: Columns,
    reading: Reading,
    makePages: () => PageSource,
    trace: Trace,
    hasStatistics: boolean,
  ) {
    this.host = host
    this.table = table
    this.columns = columns
    this.reading = reading
    this.trace = trace
    this.statistics = hasStatistics ? trace : null
    this.owners = reading.shown.length > 1 ? new Owners(reading) : null
    this.rows = new Rows(makePages, (what) => trace.note(what))
  }

  next(): boolean {
    let found = this.rows.next()
    while (found !== null && this.owners?.hasOther(found.page, found.row) === true) found = this.rows.next()
    if (found === null) {
      this.reportOdd()
      this.statistics?.addStatistics(this.rowsOut)
      return false
    }
    const { page, row } = found
    if (page !== this.page) this.reader = new PageReader(this.host, page, this.reading)
    this.page = page
    this.pushRow(row)
    this.rowsOut++
    if (this.rowsOut === this.reading.rowLimit) this.statistics?.addStatistics(this.rowsOut)
    return true
  }

  rewind(): void {
    this.rows.rewind()
    this.owners?.forget()
  }

  end(): void {
    this.reportOdd()
    this.rows.release()
  }

  private pushRow(row: number): void {
    const { reader } = this
    if (reader === null) return
    reader.read(row)
    if (reader.hidesLabel && !this.rows.replaying) this.hiddenLabels++
    for (const extractor of this.columns.extractors) {
      try {
        reader.push(extractor)
      } catch (error) {
        this.pushOdd(
          error,
          extractor,
          `${oneLine(reader.describe())}: column ${JSON.stringify(extractor.name)}`,
        )
      }
    }
  }

  /** What stands in the place of a value that could not be pushed. @throws whatever is no such value, or an FdwError. */
  private pushOdd(error: unknown, { type }: Extractor, where: string): void {
    if (error instanceof Substitute) {
      this.host.pushText(type, error.text)
      this.count(this.substitutes, where)
      return
    }
    if (!(error instanceof Misfit)) throw error
    const message = `${where}: ${error.reason(this.reading.secret)}`
    if (this.table.onError === 'error') {
      throw new FdwError('cell', message, `${error.hint}, or give the table the option on_error 'null'`)
    }
    this.host.pushNull()
    this.count(this.misfits, `${message}; ${error.hint}`)
  }

  private reportHiddenLabels(): void {
    const { hiddenLabels } = this
    if (hiddenLabels === 0) return
    this.hiddenLabels = 0
    const secrets = hiddenLabels === 1 ? 'a Secret' : `${hiddenLabels} Secrets`
    this.host.warning(
      `${this.trace.prefix}labels of ${secrets} are shown as ***, for they hold a value of the Secret: a condition on them finds nothing`,
    )
  }

  private count(odd: Odd, message: string): void {
    if (this.rows.replaying) return
    if (odd.count === 0) odd.first = message
    odd.count++
  }

  private reportOdd(): void {
    this.reportHiddenLabels()
    this.report(
      this.misfits,
      'value does not fit its column and is NULL',
      'values do not fit their columns and are NULL',
    )
    this.report(
      this.substitutes,
      'value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place',
      'values have U+0000, which Postgres cannot hold, and are shown with U+FFFD in its place',
    )
  }

  private report(odd: Odd, one: string, many: string): void {
    const { count, first } = odd
    if (count === 0) return
    odd.count = 0
    this.host.warning(
      `${this.trace.prefix}${count === 1 ? `1 ${one}` : `${count} ${many}; the first`}: ${first}`,
    )
  }
}

/** The scans of one instance of the component: one at a time, any number after another. */
export class Scans {
  private readonly host: Host
  private server: ServerOptions | null = null
  /** Read once: a session cannot change them while its query runs. */
  private settings: Settings | null = null
  private api: Api | null = null
  private current: Scan | null = null
  /** Where there are several: which one the scan reads. */
  cluster: string | null = null
  private isRemarked = false
  /** Resources that the cluster was asked for: a scan with new parameters begins anew. */
  private readonly discovered = new Map<string, Resource>()

  constructor(host: Host) {
    this.host = host
  }

  /** Reads the server's options. Also called for EXPLAIN: no request, no Vault. @throws {FdwError} option. */
  init(): void {
    this.server = readServerOptions(this.host)
  }

  begin(): void {
    const { host } = this
    const server = this.server ?? readServerOptions(host)
    const table = readTableOptions(host)
    this.cluster = clusterOf(table.paths)
    const virtual = findVirtual(table.kind.object)
    const targets = host.targetColumns()
    const columns = compileColumns(targets, table.paths, virtual?.columns ?? null)
    this.settings ??= readSettings(host, server)
    const trace = new Trace(host, this.settings.trace, this.cluster)
    // The identity is read anew: a scan's rows are those of the one that it began with.
    const impersonation = server.impersonation === null ? null : readImpersonation(host, server.impersonation)
    const token = this.api === null ? readToken(host, server) : this.api.access.token
    const access = { apiUrl: server.apiUrl, token, impersonation }
    if (impersonation !== null) trace.note(described(impersonation))
    const api = new Api(host, access, trace)
    this.api = api
    const { reading, makePages } =
      virtual !== null
        ? planVirtual(host, api, virtual, table, columns, targets)
        : this.planObjects(api, this.settings, server, table, columns, targets)
    this.current = new Scan(host, table, columns, reading, makePages, trace, server.stats)
  }

  next(): boolean {
    return this.scan().next()
  }

  rewind(): void {
    this.scan().rewind()
  }

  end(): void {
    this.api?.trace.flush()
    this.current?.end()
    this.current = null
  }

  private planObjects(
    api: Api,
    settings: Settings,
    server: ServerOptions,
    table: TableOptions,
    columns: Columns,
    targets: readonly TargetColumn[],
  ): VirtualPlan {
    const { host } = this
    const query = parseKind(table.kind)
    const resource = this.resolve(api, query)
    const { each, refused, remarks } = readSelections(host, targets, columns)
    this.remark(remarks)
    const pushdown = readPushdown(host, resource, columns, settings.pushdown)
    const pushdowns = each.map((selection): Pushdown => ({ ...pushdown, ...selection }))
    const hasToken = api.access.token !== null
    const plan = (narrowed: Pushdown): ScanPlan =>
      planScan(server, table, resource, columns, narrowed, hasToken, host.rowLimit())
    const plans = pushdowns.length > 1 ? pushdowns.map((one) => withUid(plan(one))) : pushdowns.map(plan)
    const first = plans[0] ?? plan({ ...pushdown, names: [] })
    const notFound: NotFound = (failure, purpose) => notServed(api, query, failure, purpose)
    return {
      reading: { ...first, shown: plans.flatMap(({ shown }) => shown) },
      makePages: () =>
        new Union(
          refused,
          plans.map((one) => () => new Fetch(api, one, notFound)),
        ),
    }
  }

  /** Once: a scan with new parameters begins anew. */
  private remark(remarks: readonly string[]): void {
    for (const remark of this.isRemarked ? [] : remarks) this.host.notice(`k8s_fdw: ${remark}`)
    this.isRemarked = true
  }

  private scan(): Scan {
    if (this.current === null) throw new FdwError('internal', 'a row was asked for before the scan began')
    return this.current
  }

  private resolve(api: Api, query: KindQuery): Resource {
    const known = findBuiltIn(query) ?? this.discovered.get(query.written)
    if (known !== undefined) return known
    const resource = discover(api, query)
    this.discovered.set(query.written, resource)
    return resource
  }
}
