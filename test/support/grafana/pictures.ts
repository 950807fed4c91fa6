// Draws what panels show as SVG, with Vega-Lite: the pictures of docs/dashboards.md. Grafana itself draws nothing here.
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Row } from './transform.ts'

/** By the name of the panel, or of the marks. */
export type Rows = Readonly<Record<string, readonly Row[]>>

const PHASES = { Running: '#1a7f37', Succeeded: '#54aeff', Pending: '#bf8700', Failed: '#cf222e' }
const phaseColour = {
  field: 'phase',
  type: 'nominal' as const,
  scale: { domain: Object.keys(PHASES), range: Object.values(PHASES) },
}

const LOOKS: Pick<TopLevelSpec, '$schema' | 'background' | 'padding' | 'config'> = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  background: '#ffffff',
  padding: 16,
  config: {
    font: 'system-ui, sans-serif',
    axis: {
      labelFontSize: 11,
      labelLimit: 260,
      titleFontSize: 11,
      titleFontWeight: 'normal',
      gridColor: '#eaeef2',
    },
    legend: { labelFontSize: 11, labelLimit: 300, title: null },
    title: { fontSize: 13, anchor: 'start' },
    view: { stroke: null },
  },
}

/** Without a browser, and so with estimates of how wide texts are: the same on every machine. */
const draw = (spec: TopLevelSpec): Promise<string> =>
  new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG().then((svg) => `${svg}\n`)

const shares = (nodes: readonly Row[]): Row[] =>
  nodes.flatMap((row) =>
    ['cpu', 'memory'].map((resource) => ({ node: row['node'], resource, share: row[`${resource} share`] })),
  )

/** A container that waits for its first restart has not ended. */
const ENDED = "datum.restarts + (datum['last end'] == null ? '' : ', ' + datum['last end'])"

export const drawOverview = (rows: Rows): Promise<string> =>
  draw({
    ...LOOKS,
    vconcat: [
      {
        resolve: { scale: { color: 'independent' } },
        hconcat: [
          {
            title: 'Pods by phase',
            width: 250,
            height: 130,
            data: { values: [...(rows['Pods by phase'] ?? [])] },
            encoding: {
              y: { field: 'phase', type: 'nominal', title: null, sort: Object.keys(PHASES) },
              x: { field: 'pod (count)', type: 'quantitative', title: null, axis: null },
            },
            layer: [
              { mark: { type: 'bar' }, encoding: { color: { ...phaseColour, legend: null } } },
              {
                mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
                encoding: { text: { field: 'pod (count)', type: 'quantitative' } },
              },
            ],
          },
          {
            title: 'Nodes: what is requested',
            width: 320,
            height: { step: 18 },
            data: { values: shares(rows['Nodes: what is requested'] ?? []) },
            mark: 'bar',
            encoding: {
              y: { field: 'node', type: 'nominal', title: null },
              yOffset: { field: 'resource', type: 'nominal' },
              x: {
                ...{ field: 'share', type: 'quantitative', title: 'of what is allocatable' },
                ...{ axis: { format: '.0%', tickCount: 5 }, scale: { domain: [0, 1] } },
              },
              color: {
                ...{ field: 'resource', type: 'nominal' },
                scale: { domain: ['cpu', 'memory'], range: ['#0969da', '#8250df'] },
              },
            },
          },
        ],
      },
      {
        title: 'Restarts',
        width: 500,
        height: { step: 22 },
        data: { values: [...(rows['Restarts'] ?? [])] },
        encoding: {
          y: { field: 'pod', type: 'nominal', title: null, sort: null },
          x: { field: 'restarts', type: 'quantitative', title: null, axis: null },
        },
        layer: [
          { mark: { type: 'bar', color: '#bf8700' } },
          {
            mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
            encoding: { text: { field: 'text', type: 'nominal' } },
            transform: [{ calculate: ENDED, as: 'text' }],
          },
        ],
      },
    ],
    resolve: { scale: { color: 'independent' } },
  })

/** A moment as Grafana takes it: a time, or seconds since 1970. */
const moment = (time: unknown): string =>
  (typeof time === 'number' ? new Date(time * 1000) : new Date(String(time))).toISOString()

const ORDER = Object.keys(PHASES)

const inTime = (series: readonly Row[] = []): Row[] =>
  series.map(({ time, metric, value }) => ({
    ...{ time: moment(time), metric, value },
    // The lowest first.
    place: ORDER.indexOf(String(metric)),
  }))

/** The first one's text stands before it, so that the second one's line does not cross it. */
const marksOf = (marks: readonly Row[] = []): Row[] =>
  marks.map(({ time, text }, place) => ({ time: moment(time), text, place }))

/** Room above the highest stack for a line of text. */
const roomAbove = (series: readonly Row[]): number => {
  const sums = new Map<unknown, number>()
  for (const { time, value } of series) sums.set(time, (sums.get(time) ?? 0) + Number(value))
  return Math.ceil(Math.max(...sums.values()) * 1.2)
}

export const drawHistory = (rows: Rows, from: Date, to: Date): Promise<string> => {
  const time = {
    ...{ field: 'time', type: 'temporal' as const, title: null, axis: { format: '%H:%M', tickCount: 7 } },
    scale: { type: 'utc' as const, domain: [from.getTime(), to.getTime()] },
  }
  const data = (name: string): { values: Row[] } => ({ values: inTime(rows[name]) })
  const size = { width: 620, height: 170 }
  return draw({
    ...LOOKS,
    vconcat: [
      {
        ...size,
        title: 'Pods by phase, and changes of Deployments',
        layer: [
          {
            data: data('Pods by phase'),
            mark: { type: 'area', interpolate: 'step-after' },
            encoding: {
              x: time,
              y: {
                ...{ field: 'value', type: 'quantitative', title: null },
                scale: { domainMax: roomAbove(rows['Pods by phase'] ?? []) },
              },
              order: { field: 'place', type: 'quantitative' },
              color: { ...phaseColour, field: 'metric' },
            },
          },
          {
            data: { values: marksOf(rows['Deployments changed']) },
            mark: { type: 'rule', strokeDash: [3, 3], color: '#0969da' },
            encoding: { x: time },
          },
          {
            data: { values: marksOf(rows['Deployments changed']) },
            mark: {
              type: 'text',
              align: { expr: "datum.place == 0 ? 'right' : 'left'" },
              baseline: 'top',
              dx: { expr: 'datum.place == 0 ? -4 : 4' },
              dy: 2,
              fontSize: 10,
              color: '#1f2328',
            },
            encoding: { x: time, y: { value: 0 }, text: { field: 'text', type: 'nominal' } },
          },
        ],
      },
      {
        ...size,
        title: 'Restarts by image',
        data: data('Restarts by image'),
        mark: { type: 'bar', width: 10 },
        encoding: {
          x: time,
          y: { field: 'value', type: 'quantitative', title: null, axis: { tickMinStep: 1 } },
          color: { field: 'metric', type: 'nominal', scale: { range: ['#8250df', '#bf8700', '#0969da'] } },
        },
      },
    ],
    resolve: { scale: { color: 'independent' } },
  })
}
