// What each request brought, as INFO lines, and the sums of a scan for the host's statistics.
// Sends nothing; prints no header and no body.
import type { Clock, Messages, Metric, Statistics } from '../host.ts'
import { statusLine } from './status.ts'

/** Under this name Wrappers keeps the statistics. */
const STATISTICS_NAME = 'k8s_fdw'

/** What a request brought so far; its line is printed when the objects are counted. */
interface Answer {
  readonly status: number
  readonly bytes: number
  readonly seconds: number
}

/** The host's clock counts whole seconds. */
function duration(seconds: number): string {
  return seconds < 1 ? 'under 1 s' : `${seconds} s`
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`
}

/** Before what is said of one of several clusters. */
export function inCluster(cluster: string | null): string {
  return cluster === null ? '' : `cluster ${JSON.stringify(cluster)}: `
}

/** What a trace needs of the host. */
export type TraceHost = Messages & Clock & Statistics

export class Trace {
  private readonly host: TraceHost
  private readonly printed: boolean
  /** Before each line and each warning. */
  readonly prefix: string
  private request = ''
  private startedAt = 0
  private answer: Answer | null = null
  private bytesIn = 0
  private objectsIn = 0
  private readonly added: { [metric in Metric]?: number } = {}

  /** `printed`: whether the lines are wanted; `cluster`: where there are several, the name of this one. */
  constructor(host: TraceHost, printed: boolean, cluster: string | null) {
    this.host = host
    this.printed = printed
    this.prefix = `k8s_fdw: ${inCluster(cluster)}`
  }

  /** A request is about to be sent: method, path and query. */
  asks(request: string): void {
    this.flush()
    this.request = request
    if (this.printed) this.startedAt = this.host.epochSeconds()
  }

  answered(status: number, bytes: number): void {
    this.bytesIn += bytes
    this.answer = { status, bytes, seconds: this.elapsed() }
  }

  /** The answer to the last request was a list. */
  listed(objects: number): void {
    this.objectsIn += objects
    const { answer } = this
    this.answer = null
    if (answer !== null) this.line(`${this.outcome(answer)}, ${counted(objects, 'object')}`, answer.seconds)
  }

  /** The last request brought nothing. */
  failed(): void {
    this.line('no answer', this.elapsed())
  }

  /** Something else that is worth a line. */
  note(what: string): void {
    if (this.printed) this.host.info(this.prefix + what)
  }

  /** Prints what is left to print. */
  flush(): void {
    const { answer } = this
    this.answer = null
    if (answer !== null) this.line(this.outcome(answer), answer.seconds)
  }

  /**
   * Adds to the host's statistics what was not added yet: in a row of a shared table, locked until the transaction ends.
   * Postgres allows no statement any more when a scan is ended, so this comes with its last row.
   */
  addStatistics(rowsOut: number): void {
    this.add('create-times', 1)
    this.add('rows-in', this.objectsIn)
    this.add('rows-out', rowsOut)
    this.add('bytes-in', this.bytesIn)
  }

  private add(metric: Metric, sum: number): void {
    const increase = sum - (this.added[metric] ?? 0)
    this.added[metric] = sum
    if (increase > 0) this.host.addStatistic(STATISTICS_NAME, metric, increase)
  }

  private elapsed(): number {
    return this.printed ? this.host.epochSeconds() - this.startedAt : 0
  }

  private outcome(answer: Answer): string {
    return `${statusLine(answer.status)}, ${counted(answer.bytes, 'byte')}`
  }

  private line(outcome: string, seconds: number): void {
    if (this.printed) this.host.info(`${this.prefix}${this.request}: ${outcome}, ${duration(seconds)}`)
  }
}
