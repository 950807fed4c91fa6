// The trace: an INFO line for each request, and a scan's sums for the host's statistics. It prints no header and no
// body, because they may hold secrets.
import type { Clock, Messages, Metric, Statistics } from '../host.ts'
import { statusLine } from './status.ts'

/** The name under which Wrappers keeps the statistics. */
const STATISTICS_NAME = 'k8s_fdw'

/** What is known so far about an answer. Its line is printed when its objects are counted. */
interface Answer {
  readonly status: number
  readonly bytes: number
  readonly seconds: number
}

/** The time that a request took. The host's clock counts whole seconds. */
function duration(seconds: number): string {
  return seconds < 1 ? 'under 1 s' : `${seconds} s`
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`
}

/** The name of the cluster before a message, if there are several clusters; '' otherwise. */
export function inCluster(cluster: string | null): string {
  return cluster === null ? '' : `cluster ${JSON.stringify(cluster)}: `
}

/** What the trace needs of the host. */
export type TraceHost = Messages & Clock & Statistics

export class Trace {
  private readonly host: TraceHost
  private readonly printed: boolean
  /** The text before each line and each warning. */
  readonly prefix: string
  private request = ''
  private startedAt = 0
  private answer: Answer | null = null
  private bytesIn = 0
  private objectsIn = 0
  private readonly added: { [metric in Metric]?: number } = {}

  /** `printed` says whether lines are printed. `cluster` is the name of the cluster, or null if there is only one. */
  constructor(host: TraceHost, printed: boolean, cluster: string | null) {
    this.host = host
    this.printed = printed
    this.prefix = `k8s_fdw: ${inCluster(cluster)}`
  }

  /** Notes that a request is about to be sent: its method, path and query. */
  asks(request: string): void {
    this.flush()
    this.request = request
    if (this.printed) this.startedAt = this.host.epochSeconds()
  }

  answered(status: number, bytes: number): void {
    this.bytesIn += bytes
    this.answer = { status, bytes, seconds: this.elapsed() }
  }

  /** Notes that the answer to the last request was a list. */
  listed(objects: number): void {
    this.objectsIn += objects
    const { answer } = this
    this.answer = null
    if (answer !== null) this.line(`${this.outcome(answer)}, ${counted(objects, 'object')}`, answer.seconds)
  }

  /** Notes that the last request got no answer. */
  failed(): void {
    this.line('no answer', this.elapsed())
  }

  /** Prints a line about something else. */
  note(what: string): void {
    if (this.printed) this.host.info(this.prefix + what)
  }

  /** Prints the line of the last answer, if it was not printed yet. */
  flush(): void {
    const { answer } = this
    this.answer = null
    if (answer !== null) this.line(this.outcome(answer), answer.seconds)
  }

  /**
   * Adds to the host's statistics what was not added yet. It locks a row of a shared table until the transaction ends.
   * Postgres allows no statement when a scan is being ended, so this is called with the scan's last row.
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
