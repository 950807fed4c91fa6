// The statements that write of one instance of the component: begin, a row after the other, end.
import type { Api } from '../cluster/api.ts'
import { FdwError } from '../errors.ts'
import type { Host } from '../host.ts'
import { clusterOf } from '../plan/columns.ts'
import { connect } from '../session/connect.ts'
import { readServerOptions, readTableOptions } from '../session/options.ts'
import { isDryRun, readSettings } from '../session/settings.ts'
import { readWriteOptions } from '../session/write-options.ts'
import { Statement } from './statement.ts'

/** What tables may show beside objects. No resource has an underscore or a slash in its name. */
const NO_KINDS = /[_/]|^(version|whoami)$/

export class Writes {
  private readonly host: Host
  private statement: Statement | null = null
  private begun: (() => Statement) | null = null
  private api: Api | null = null
  /** The name of the cluster that is written to, if there are several; null otherwise. */
  cluster: string | null = null

  constructor(host: Host) {
    this.host = host
  }

  /** Makes no request: what the table shows is looked for with the first row. @throws {FdwError} option, write. */
  begin(): void {
    const { host } = this
    const server = readServerOptions(host)
    const table = readTableOptions(host)
    this.cluster = clusterOf(table.paths)
    const options = readWriteOptions(host)
    const { object } = table.kind
    if (object !== null && NO_KINDS.test(object)) {
      throw new FdwError(
        'write',
        `the table shows object '${object}', which is no kind of object`,
        'write the table of a kind',
      )
    }
    const settings = readSettings(host, server)
    const isDry = isDryRun(host)
    const api = connect(host, server, settings, this.cluster)
    this.api = api
    this.statement = null
    this.begun = () => new Statement(host, api, table, options, isDry)
  }

  insert(): void {
    this.running().insert()
    this.trace()
  }

  update(): void {
    this.running().update()
    this.trace()
  }

  delete(): void {
    this.running().delete()
    this.trace()
  }

  end(): void {
    const { statement } = this
    this.statement = null
    this.begun = null
    statement?.end()
    this.trace()
  }

  /** Prints the last request's line now, because the end may be as late as COMMIT. */
  private trace(): void {
    this.api?.trace.flush()
  }

  private running(): Statement {
    if (this.begun === null) throw new FdwError('internal', 'a row was written before the statement began')
    this.statement ??= this.begun()
    return this.statement
  }
}
