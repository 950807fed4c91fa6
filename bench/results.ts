// The results of a run of the benchmark, as they are written to JSON.
import type { Digest } from './rows.ts'
import type { Recorded } from './recorder.ts'
import type { Sample } from './sql.ts'

export interface ContenderResult {
  readonly id: string
  readonly label: string
  /** The bytes of the component. */
  readonly bytes?: number
  /** The bytes of its code sections. */
  readonly codeBytes?: number
  /** Why it takes no part. */
  readonly leftOut?: string
}

export interface Cell {
  readonly contender: string
  readonly rounds: number
  /** Medians, milliseconds. */
  readonly cold?: number
  readonly warm?: number
  readonly samples: readonly Sample[]
  readonly peakBytes?: number
  readonly rows?: Digest
  readonly requests?: readonly Recorded[]
  /** Why there is no time. */
  readonly none?: string
}

export interface WorkloadResult {
  readonly id: string
  readonly label: string
  readonly charted: boolean
  readonly cells: readonly Cell[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
}

export interface Results {
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly contenders: readonly ContenderResult[]
  readonly workloads: readonly WorkloadResult[]
}

/** What a kept table costs on one host. Milliseconds are medians of the refreshes, and single runs of the others. */
export interface KeptHost {
  readonly host: string
  readonly scanMs: number
  readonly scanPeakBytes: number
  readonly fillMs: number
  readonly fillPeakBytes: number
  readonly tableBytes: number
  readonly byNameMs: number
  readonly countMs: number
  readonly idleMs: number
  /** On the wire, so compressed where the API server compresses. */
  readonly idleBytes: number
  readonly idleRequests: number
  readonly changedMs: number
  readonly changedBytes: number
  readonly changedRequests: number
  readonly refreshPeakBytes: number
  /** The whole list, compared. */
  readonly wholeMs: number
}

export interface KeptResults {
  readonly date: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly pods: number
  /** A stand-in for the API server has them. */
  readonly hasStandIn: boolean
  /** How many of them are changed before a refresh. */
  readonly changes: number
  readonly hosts: readonly KeptHost[]
}

/** How long a query over the whole fleet takes in one way; milliseconds, the median. */
export interface FleetWay {
  readonly way: string
  readonly ms: number
}

export interface FleetHost {
  readonly host: string
  readonly ways: readonly FleetWay[]
  /** What the session of one cluster holds after the query. */
  readonly sessionBytes: number
}

export interface FleetResults {
  readonly date: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly clusters: number
  /** In each cluster. */
  readonly pods: number
  /** How long each request to a cluster waits. */
  readonly delayMs: number
  readonly hosts: readonly FleetHost[]
}

export const median = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  const lower = sorted[Math.ceil(middle) - 1]
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2
}

export const cellOf = (workload: WorkloadResult, contender: string): Cell | undefined =>
  workload.cells.find((cell) => cell.contender === contender)
