// Runs one workload: compares the rows of all contenders, then measures in rounds. Each round runs every contender
// once, so that whatever else the machine does affects all of them alike.
import type { Contender } from './contenders.ts'
import { ON_WRAPPERS, OWN, REFERENCE } from './contenders.ts'
import { measureCommand, rowsFrom, type Target } from './kubectl.ts'
import type { Recorded, Recorder } from './recorder.ts'
import { median, type Cell } from './results.ts'
import { digest, type Digest } from './rows.ts'
import { schemaOf, type Servers } from './servers.ts'
import { measureSql, rowsOf, type Sample } from './sql.ts'
import type { Workload } from './workloads.ts'

/** Whoever has used up this much of a workload's time runs no further round of it. */
const BUDGET_MS = 45_000
/** Whoever would take longer than this for one run doesn't run at all. */
export const LONGEST_MS = 120_000

export interface Ring {
  readonly servers: Servers
  readonly recorder: Recorder
  readonly contenders: readonly Contender[]
  readonly say: (line: string) => void
}

/** Undefined if the contender has no way to do it, or would take minutes for it. */
const commandOf = (contender: Contender, workload: Workload): string | undefined => {
  if (contender.type === 'command') return workload[contender.command]
  return workload.components?.includes(contender.id) === false ? undefined : workload.sql
}

const target = (ring: Ring, recorded: boolean): Target => ({
  kubeconfig: ring.servers.kubeconfig,
  server: recorded ? ring.recorder.url : undefined,
})

const rows = (ring: Ring, contender: Contender, command: string): Promise<string> =>
  contender.type === 'component'
    ? rowsOf(ring.servers.database, schemaOf(contender, true), command)
    : rowsFrom(target(ring, true), command)

const measure = (ring: Ring, contender: Contender, command: string): Promise<Sample> =>
  contender.type === 'component'
    ? measureSql(ring.servers.database, schemaOf(contender, false), command)
    : measureCommand(target(ring, false), command)

interface Entry {
  readonly contender: Contender
  readonly command: string
  readonly rows: Digest
  readonly requests: readonly Recorded[]
  readonly samples: Sample[]
  spentMs: number
  none: string | undefined
}

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 300)

/** Ours and the reference must be able to; another's failure is its result. */
const mustWork = ({ id }: Contender): boolean => [OWN, ON_WRAPPERS, REFERENCE].includes(id)

const failure = (contender: Contender, workload: Workload, error: unknown): Error =>
  new Error(`${workload.label}, ${contender.label}: ${oneLine(error)}`)

const enter = async (ring: Ring, workload: Workload, contender: Contender): Promise<Entry | Cell> => {
  const none = { contender: contender.id, rounds: 0, samples: [] }
  const command = commandOf(contender, workload)
  if (command === undefined) return none
  ring.recorder.take()
  try {
    const output = await rows(ring, contender, command)
    const requests = ring.recorder.take()
    return { contender, command, rows: digest(output), requests, samples: [], spentMs: 0, none: undefined }
  } catch (error) {
    if (mustWork(contender)) throw failure(contender, workload, error)
    ring.say(`  ${contender.label}: ${oneLine(error)}`)
    return { ...none, none: oneLine(error) }
  }
}

/** @throws {Error} where two contenders' rows differ. */
const compare = (workload: Workload, entries: readonly Entry[]): void => {
  const [first] = entries
  for (const entry of entries) {
    if (first === undefined || entry.rows.md5 === first.rows.md5) continue
    throw new Error(
      `${workload.label}: ${first.contender.label} gives ${first.rows.rows} rows (${first.rows.md5}), ` +
        `${entry.contender.label} ${entry.rows.rows} (${entry.rows.md5})`,
    )
  }
}

const run = async (ring: Ring, workload: Workload, entry: Entry): Promise<string> => {
  try {
    const sample = await measure(ring, entry.contender, entry.command)
    entry.samples.push(sample)
    entry.spentMs += sample.coldMs + sample.warmMs
    return `${entry.contender.label} ${sample.coldMs.toFixed(0)}/${sample.warmMs.toFixed(0)}`
  } catch (error) {
    if (mustWork(entry.contender)) throw failure(entry.contender, workload, error)
    entry.none = oneLine(error)
    return `${entry.contender.label}: ${entry.none}`
  }
}

const optional = <K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [key in K]: V })

const cell = ({ contender, samples, rows: found, requests, none }: Entry): Cell => ({
  contender: contender.id,
  rounds: samples.length,
  ...optional('cold', median(samples.map((sample) => sample.coldMs))),
  ...optional('warm', median(samples.map((sample) => sample.warmMs))),
  ...optional('peakBytes', median(samples.map((sample) => sample.peakBytes))),
  samples,
  rows: found,
  requests,
  ...optional('none', none),
})

/** `spared`: the contenders that don't run, with the reason. @throws {Error} where rows differ. */
export const runWorkload = async (
  ring: Ring,
  workload: Workload,
  rounds: number,
  spared: ReadonlyMap<string, string>,
): Promise<Cell[]> => {
  const cells: Cell[] = []
  const entries: Entry[] = []
  for (const contender of ring.contenders) {
    const why = spared.get(contender.id)
    const entered =
      why === undefined
        ? await enter(ring, workload, contender)
        : { contender: contender.id, rounds: 0, samples: [], none: why }
    if ('command' in entered) entries.push(entered)
    else cells.push(entered)
  }
  if (workload.compared) compare(workload, entries)
  for (let round = 0; round < rounds; round++) {
    const running = entries.filter((entry) => entry.none === undefined && entry.spentMs < BUDGET_MS)
    const told: string[] = []
    // Another one begins each time.
    for (let turn = 0; turn < running.length; turn++) {
      const entry = running[(round + turn) % running.length]
      if (entry !== undefined) told.push(await run(ring, workload, entry))
    }
    ring.say(`  round ${round + 1} of ${rounds}, cold/warm ms: ${told.join(', ')}`)
  }
  return [...cells, ...entries.map(cell)]
}
