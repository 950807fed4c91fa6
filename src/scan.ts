// The life of a scan: begin, iterate, rescan, end.
import { NARROW } from './cluster/api.ts'
import type { Api } from './cluster/api.ts'
import { discover, notServed } from './cluster/discovery.ts'
import type { NotFound } from './cluster/failure.ts'
import { findBuiltIn, parseKind } from './cluster/kinds.ts'
import type { KindQuery } from './cluster/kinds.ts'
import type { Page, PageSource } from './cluster/page.ts'
import type { Resource } from './cluster/resource.ts'
import type { Trace } from './cluster/trace.ts'
import { FdwError } from './errors.ts'
import type { Host, TargetColumn } from './host.ts'
import { clusterOf, compileColumns } from './plan/columns.ts'
import type { Columns } from './plan/columns.ts'
import { planNothing, planScan } from './plan/plan.ts'
import type { Reading, ScanPlan } from './plan/plan.ts'
import { readPushdown } from './plan/pushdown.ts'
import type { Pushdown } from './plan/pushdown.ts'
import { readSelections, withUid } from './plan/selections.ts'
import { planWatch, readWatch } from './plan/watch.ts'
import type { AskedWatch } from './plan/watch.ts'
import { ChangePages } from './read/changes.ts'
import { Misfit, Substitute } from './read/cells.ts'
import { ChangedValues } from './read/changed-values.ts'
import { planReachable } from './read/reachable.ts'
import { Replay } from './read/replay.ts'
import { PageReader } from './read/row-reader.ts'
import { TargetPages } from './read/targets.ts'
import { Owners, Union } from './read/union.ts'
import { connect } from './session/connect.ts'
import { readServerOptions, readTableOptions } from './session/options.ts'
import type { ServerOptions, TableOptions } from './session/options.ts'
import { readSettings } from './session/settings.ts'
import type { Settings } from './session/settings.ts'
import { oneLine } from './text/one-line.ts'
import { findVirtual, planVirtual } from './virtual/virtual.ts'
import type { VirtualPlan } from './virtual/virtual.ts'

class Scan {
  private readonly host: Host
  private readonly table: TableOptions
  private readonly columns: Columns
  private readonly reading: Reading
  private readonly rows: Replay
  /** Set if an object may be in several lists. */
  private readonly owners: Owners | null
  private readonly changed: ChangedValues
  /** Set if the host's statistics are wanted. */
  private readonly statistics: Trace | null
  private page: Page | null = null
  private reader: PageReader | null = null
  private rowsOut = 0
  private readonly maxRows: number | null
  /** Rows that were not given before, as those of a rescan were. */
  private newRows = 0

  constructor(
    host: Host,
    table: TableOptions,
    columns: Columns,
    reading: Reading,
    makePages: () => PageSource,
    trace: Trace,
    { stats, maxRows }: ServerOptions,
  ) {
    this.host = host
    this.table = table
    this.columns = columns
    this.reading = reading
    this.changed = new ChangedValues(host, trace.prefix)
    this.statistics = stats ? trace : null
    this.maxRows = maxRows
    this.owners = reading.shown.length > 1 ? new Owners(reading) : null
    this.rows = new Replay(
      makePages,
      (what) => trace.note(what),
      (replays, rows) => {
        const where = table.namespace === null ? '' : ` in namespace ${table.namespace}`
        host.notice(
          `${trace.prefix}the rows of kind ${this.page?.kind ?? ''}${where} were read again ${replays} times so far, ${rows} rows in all: if this is a join, SET enable_nestloop = off makes it quicker`,
        )
      },
    )
  }

  next(): boolean {
    let found = this.rows.next()
    while (found !== null && this.owners?.hasOther(found.page, found.row) === true) found = this.rows.next()
    if (found === null) {
      this.changed.report()
      this.statistics?.addStatistics(this.rowsOut)
      return false
    }
    const { page, row } = found
    if (!this.rows.replaying) this.newRows++
    if (this.maxRows !== null && this.newRows > this.maxRows)
      throw new FdwError(
        'limit',
        `the scan has more than the ${this.maxRows} rows that the server's option max_rows allows`,
        NARROW,
      )
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
    this.changed.report()
    this.rows.release()
  }

  private pushRow(row: number): void {
    const { reader } = this
    if (reader === null) return
    reader.read(row)
    const isNew = !this.rows.replaying
    if (reader.hidesLabel && isNew) this.changed.hiddenLabels++
    for (const extractor of this.columns.extractors) {
      try {
        reader.push(extractor)
      } catch (error) {
        const where = `${oneLine(reader.describe())}: column ${JSON.stringify(extractor.name)}`
        const { text, what } = this.instead(error, where)
        if (text === null) this.host.pushNull()
        else this.host.pushText(extractor.type, text)
        if (isNew) this.changed.count(text === null ? 'misfit' : 'substitute', what)
      }
    }
  }

  /**
   * What to push in place of a value that could not be pushed, and what to say about it. `text` is null for NULL.
   * @throws {FdwError} cell if the table's on_error is 'error'; and every other error that was not about a value.
   */
  private instead(error: unknown, where: string): { readonly text: string | null; readonly what: string } {
    if (error instanceof Substitute) return { text: error.text, what: where }
    if (!(error instanceof Misfit)) throw error
    const message = `${where}: ${error.reason(this.reading.secret)}`
    if (this.table.onError === 'null') return { text: null, what: `${message}; ${error.hint}` }
    throw new FdwError('cell', message, `${error.hint}, or give the table the option on_error 'null'`)
  }
}

/** The scans of one instance of the component: one at a time, and any number after each other. */
export class Scans {
  private readonly host: Host
  private server: ServerOptions | null = null
  /** The settings are read once, because a session cannot change them while its query runs. */
  private settings: Settings | null = null
  private api: Api | null = null
  private current: Scan | null = null
  /** The name of the cluster that the scan reads, if there are several; null otherwise. */
  cluster: string | null = null
  private isRemarked = false
  /** The resources that the cluster was asked for. They are kept because a scan with new parameters begins anew. */
  private readonly discovered = new Map<string, Resource>()

  constructor(host: Host) {
    this.host = host
  }

  /**
   * Reads the server's options. It also runs for EXPLAIN, so it must make no request and read no secret from Vault.
   * @throws {FdwError} option.
   */
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
    const columns = compileColumns(targets, table.paths, virtual?.columns ?? null, table.watch)
    this.settings ??= readSettings(host, server)
    const api = connect(host, server, this.settings, this.cluster, this.api)
    this.api = api
    const { settings } = this
    const plan = (): VirtualPlan =>
      virtual !== null
        ? planVirtual(host, api, virtual, table, columns, targets, server.loginOnly)
        : this.planObjects(api, settings, server, table, columns, targets)
    const { reading, makePages } =
      server.unreachable === 'skip' && !table.watch && virtual === null
        ? planReachable(api, table.kind.object ?? table.kind.kind ?? '', plan, () =>
            planNothing(server, table, columns),
          )
        : plan()
    api.mostBytes = server.maxBytes
    this.current = new Scan(host, table, columns, reading, makePages, api.trace, server)
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
    const resource = this.resolve(api, query, table.watch)
    const { each, refused, remarks } = readSelections(host, targets, columns)
    const asked = table.watch ? readWatch(host, targets, columns) : null
    this.remark(remarks.concat(asked?.remarks ?? []))
    const pushdown = readPushdown(host, resource, columns, settings.pushdown)
    const pushdowns = each.map((selection): Pushdown => ({ ...pushdown, ...selection }))
    const plan = (narrowed: Pushdown): ScanPlan =>
      planScan(server, table, resource, columns, narrowed, host.rowLimit())
    const isUnion = pushdowns.length > 1 && asked === null
    const plans = isUnion ? pushdowns.map((one) => withUid(plan(one))) : pushdowns.map(plan)
    const first = plans[0] ?? plan({ ...pushdown, names: [] })
    const notFound: NotFound = (failure, purpose) => notServed(api, query, failure, purpose)
    if (asked !== null) return this.planChanges(api, columns, first, plans, asked, refused, notFound)
    return {
      reading: { ...first, shown: plans.flatMap(({ shown }) => shown) },
      makePages: () =>
        new Union(
          refused,
          plans.map((one) => () => new TargetPages(api, one, notFound)),
        ),
    }
  }

  private planChanges(
    api: Api,
    columns: Columns,
    first: ScanPlan,
    plans: readonly ScanPlan[],
    asked: AskedWatch,
    refused: FdwError | null,
    notFound: NotFound,
  ): VirtualPlan {
    const planned = planWatch(this.host, columns, plans, asked)
    if (planned === null) return { reading: first, makePages: () => new Union(refused, []) }
    if (planned instanceof FdwError)
      return { reading: first, makePages: () => new Union(refused ?? planned, []) }
    if (planned.remark !== null) this.host.notice(`k8s_fdw: ${planned.remark}`)
    const { plan } = planned
    return {
      reading: plan.reading,
      makePages: () => new Union(refused, [() => new ChangePages(api, plan, notFound)]),
    }
  }

  /** Prints the remarks only once, because a scan with new parameters begins anew. */
  private remark(remarks: readonly string[]): void {
    for (const remark of this.isRemarked ? [] : remarks) this.host.notice(`k8s_fdw: ${remark}`)
    this.isRemarked = true
  }

  private scan(): Scan {
    if (this.current === null) throw new FdwError('internal', 'a row was asked for before the scan began')
    return this.current
  }

  private resolve(api: Api, query: KindQuery, watches: boolean): Resource {
    const known = findBuiltIn(query) ?? this.discovered.get(query.written)
    if (known !== undefined) return known
    const resource = discover(api, query, watches ? 'watch' : 'list')
    this.discovered.set(query.written, resource)
    return resource
  }
}
