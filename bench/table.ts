// Prints the results as text.
import { REFERENCE } from './contenders.ts'
import {
  type FleetHost,
  type FleetResults,
  cellOf,
  type Cell,
  type KeptHost,
  type KeptResults,
  type Results,
  type WorkloadResult,
} from './results.ts'

const KIB = 1024
const MIB = 1024 * 1024

/** Three digits. */
export const time = (ms: number): string => {
  if (ms < 10) return `${ms.toFixed(2)} ms`
  if (ms < 100) return `${ms.toFixed(1)} ms`
  return ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`
}

const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

type Temperature = 'cold' | 'warm'

const cellText = (cell: Cell | undefined, reference: number | undefined, at: Temperature): string => {
  const ms = cell?.[at]
  if (ms === undefined) return '–'
  const ratio = reference === undefined ? '' : `  ${(ms / reference).toFixed(2).padStart(5)}×`
  return `${time(ms)}${ratio}`
}

const timeRows = (results: Results, workload: WorkloadResult): string[][] =>
  (['cold', 'warm'] as const).map((at) => {
    const reference = cellOf(workload, REFERENCE)?.[at]
    const texts = results.contenders
      .filter((contender) => contender.leftOut === undefined)
      .map((contender) => cellText(cellOf(workload, contender.id), reference, at))
    return [at === 'cold' ? workload.label : '', at, ...texts]
  })

const perCell = (results: Results, workload: WorkloadResult, text: (cell: Cell) => string): string[] =>
  results.contenders
    .filter((contender) => contender.leftOut === undefined)
    .map((contender) => {
      const cell = cellOf(workload, contender.id)
      return cell === undefined || cell.rounds === 0 ? '–' : text(cell)
    })

const requestsText = (cell: Cell): string => {
  const requests = cell.requests ?? []
  const bytes = requests.reduce((sum, request) => sum + request.bytes, 0)
  return `${requests.length}, ${(bytes / MIB).toFixed(bytes < MIB ? 2 : 1)} MiB`
}

const memoryText = (cell: Cell): string =>
  cell.peakBytes === undefined ? '–' : `${(cell.peakBytes / MIB).toFixed(0)} MiB`

const hostLabel = (host: string): string => (host === 'own' ? 'k8s_fdw' : 'k8s_fdw on Wrappers')

/** When and where it was measured. */
const headLines = ({
  date,
  machine,
  versions,
}: Pick<Results, 'date' | 'machine' | 'versions'>): readonly string[] => [
  `${date}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}`,
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', '),
]

/** Each way of asking a fleet, and how many times as long as one cluster it takes. */
export const renderFleet = (results: FleetResults): string => {
  const { clusters, pods, delayMs, hosts } = results
  const ways = [...new Set(hosts.flatMap((host) => host.ways.map(({ way }) => way)))]
  const cell = (host: FleetHost, way: string): string => {
    const found = host.ways.find((one) => one.way === way)?.ms
    const one = host.ways[0]?.ms ?? Number.NaN
    return found === undefined ? '–' : `${time(found)}  ${(found / one).toFixed(2)}×`
  }
  return [
    ...headLines(results),
    '',
    columns([
      [
        `${clusters} clusters of ${pods} pods, ${delayMs} ms away`,
        ...hosts.map(({ host }) => hostLabel(host)),
      ],
      ...ways.map((way) => [way, ...hosts.map((host) => cell(host, way))]),
      [
        'memory of the session of one cluster',
        ...hosts.map(({ sessionBytes }) => `${(sessionBytes / MIB).toFixed(1)} MiB`),
      ],
    ]),
  ].join('\n')
}

/** The figures of kept tables, a row each. */
export const renderKept = ({
  date,
  machine,
  versions,
  pods,
  hasStandIn,
  changes,
  hosts,
}: KeptResults): string => {
  const size = (bytes: number): string =>
    bytes < MIB ? `${(bytes / KIB).toFixed(1)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`
  const row = (label: string, text: (one: KeptHost) => string): string[] => [label, ...hosts.map(text)]
  return [
    ...headLines({ date, machine, versions }),
    '',
    columns([
      [
        `A kept table of ${pods} pods${hasStandIn ? ', of a stand-in' : ''}`,
        ...hosts.map(({ host }) => hostLabel(host)),
      ],
      row('plain scan of the source', ({ scanMs }) => time(scanMs)),
      row('first fill', ({ fillMs, scanMs }) => `${time(fillMs)}  ${(fillMs / scanMs).toFixed(2)}×`),
      row('table with its indexes', ({ tableBytes }) => size(tableBytes)),
      row('a pod by name', ({ byNameMs }) => time(byNameMs)),
      row('count(*)', ({ countMs }) => time(countMs)),
      row('refresh without changes', ({ idleMs }) => time(idleMs)),
      row('  requests, bytes', ({ idleRequests, idleBytes }) => `${idleRequests}, ${size(idleBytes)}`),
      row(`refresh with ${changes} changes`, ({ changedMs }) => time(changedMs)),
      row(
        '  requests, bytes',
        ({ changedRequests, changedBytes }) => `${changedRequests}, ${size(changedBytes)}`,
      ),
      row(
        'refresh by the whole list',
        ({ wholeMs, scanMs }) => `${time(wholeMs)}  ${(wholeMs / scanMs).toFixed(2)}×`,
      ),
      row('peak memory, shared buffers aside: plain scan', ({ scanPeakBytes }) => size(scanPeakBytes)),
      row('  first fill', ({ fillPeakBytes }) => size(fillPeakBytes)),
      row('  refresh', ({ refreshPeakBytes }) => size(refreshPeakBytes)),
    ]),
  ].join('\n')
}

const notes = (results: Results): string[] => [
  ...results.contenders.flatMap(({ label, leftOut }) =>
    leftOut === undefined ? [] : [`${label} is left out: ${leftOut}`],
  ),
  ...results.workloads.flatMap((workload) =>
    workload.cells.flatMap(({ contender, none }) =>
      none === undefined ? [] : [`${workload.label}, ${contender}: ${none}`],
    ),
  ),
]

export const renderTable = (results: Results): string => {
  const present = results.contenders.filter((contender) => contender.leftOut === undefined)
  const head = ['', '', ...present.map((contender) => contender.label)]
  const size = (bytes: number | undefined): string =>
    bytes === undefined ? '–' : `${(bytes / KIB).toFixed(0)} KiB`
  const { workloads } = results
  const section = (title: string, rows: string[][]): string[] => ['', title, columns([head, ...rows])]
  return [
    ...headLines(results),
    ...section(
      `Medians, and how many times the Rust reference's`,
      workloads.flatMap((workload) => timeRows(results, workload)),
    ),
    ...section('Size', [
      ['component', '', ...present.map((contender) => size(contender.bytes))],
      ['code in it', '', ...present.map((contender) => size(contender.codeBytes))],
    ]),
    ...section(
      'Peak memory of the backend (of kubectl and jq)',
      workloads.map((workload) => [workload.label, '', ...perCell(results, workload, memoryText)]),
    ),
    ...section(
      'Requests, and their bytes on the wire',
      workloads.map((workload) => [workload.label, '', ...perCell(results, workload, requestsText)]),
    ),
    '',
    ...notes(results),
  ].join('\n')
}
