// Draws the results: bars on a logarithmic scale, a group for each workload. The picture must load nothing, so it has
// the colours for light and dark pages in it.
import { cellOf, type ContenderResult, type Results, type WorkloadResult } from './results.ts'
import { time } from './table.ts'

const WIDTH = 860
const LABELS = 190
const BAR = 13
const GAP = 3
const GROUP_GAP = 16
const HEAD = 92
const AXIS = 26
const VALUE_SPACE = 120
const LEGEND_COLUMNS = 3

const COLOURS = ['#0969da', '#54aeff', '#8b949e', '#bf8700', '#cf222e', '#8250df', '#1a7f37']

const STYLE = `text{font:12px system-ui,sans-serif;fill:#1f2328}.t{font-weight:600;font-size:14px}.n{fill:#59636e}
.g{stroke:#d1d9e0}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.n{fill:#9198a1}.g{stroke:#3d444d}}`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}"${attributes}>${escaped(content)}</text>`

interface Scale {
  /** The powers of ten, in milliseconds, between which the bars are drawn. */
  readonly first: number
  readonly last: number
  readonly x: (ms: number) => number
}

const scaleFor = (times: readonly number[]): Scale => {
  const first = Math.floor(Math.log10(Math.min(...times)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...times))))
  const width = WIDTH - LABELS - VALUE_SPACE
  return { first, last, x: (ms) => LABELS + (width * (Math.log10(ms) - first)) / (last - first) }
}

interface Bar {
  readonly contender: ContenderResult
  readonly colour: string
  readonly ms: number
}

const barsOf = (results: Results, workload: WorkloadResult): Bar[] =>
  results.contenders.flatMap((contender, at) => {
    const ms = cellOf(workload, contender.id)?.warm
    return ms === undefined ? [] : [{ contender, colour: COLOURS[at % COLOURS.length] ?? '', ms }]
  })

const groupHeight = (bars: readonly Bar[]): number => bars.length * (BAR + GAP) + GROUP_GAP

const drawGroup = (workload: WorkloadResult, bars: readonly Bar[], top: number, scale: Scale): string[] => [
  text(LABELS - 10, top + (bars.length * (BAR + GAP)) / 2 + 3, workload.label, ' text-anchor="end"'),
  ...bars.flatMap(({ contender, colour, ms }, at) => {
    const y = top + at * (BAR + GAP)
    const end = scale.x(ms)
    const title = `<title>${escaped(`${contender.label}: ${time(ms)}`)}</title>`
    return [
      `<rect x="${LABELS}" y="${y}" width="${(end - LABELS).toFixed(1)}" height="${BAR}" rx="2" fill="${colour}">${title}</rect>`,
      text(end + 6, y + BAR - 2.5, time(ms), ' class="n"'),
    ]
  }),
]

const legend = (results: Results): string[] =>
  results.contenders
    .map((contender, at) => ({ contender, colour: COLOURS[at % COLOURS.length] ?? '' }))
    .filter(({ contender }) => contender.leftOut === undefined)
    .flatMap(({ contender, colour }, at) => {
      const x = LABELS + (at % LEGEND_COLUMNS) * 215
      const y = 30 + Math.floor(at / LEGEND_COLUMNS) * 18
      return [
        `<rect x="${x}" y="${y}" width="10" height="10" rx="2" fill="${colour}"/>`,
        text(x + 15, y + 9.5, contender.label),
      ]
    })

const axis = (scale: Scale, bottom: number): string[] =>
  Array.from({ length: scale.last - scale.first + 1 }, (_, decade) => {
    const ms = 10 ** (scale.first + decade)
    const x = scale.x(ms).toFixed(1)
    const label = ms < 1000 ? `${ms} ms` : `${ms / 1000} s`
    return [
      `<line class="g" x1="${x}" x2="${x}" y1="${HEAD - 8}" y2="${bottom}"/>`,
      text(Number(x), bottom + 16, label, ' class="n" text-anchor="middle"'),
    ]
  }).flat()

/** Draws the medians of the warm runs. */
export const picture = (results: Results): string => {
  const groups = results.workloads
    .filter((workload) => workload.charted)
    .map((workload) => ({ workload, bars: barsOf(results, workload) }))
  const scale = scaleFor(groups.flatMap(({ bars }) => bars.map((bar) => bar.ms)))
  const drawn: string[] = []
  let top = HEAD
  for (const { workload, bars } of groups) {
    drawn.push(...drawGroup(workload, bars, top, scale))
    top += groupHeight(bars)
  }
  const { machine } = results
  const about = `Warm, medians, logarithmic. ${machine.cpu}, ${machine.cores} cores, ${results.date}`
  const height = top + AXIS + 22
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>Time of a query, by who answers it</title><style>${STYLE}</style>`,
    text(LABELS, 18, 'Time of a query', ' class="t"'),
    ...legend(results),
    ...axis(scale, top - GROUP_GAP + 6),
    ...drawn,
    text(LABELS, height - 6, about, ' class="n"'),
    '</svg>',
    '',
  ].join('\n')
}
