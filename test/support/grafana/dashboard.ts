// Reads the dashboards of deploy/grafana: their panels in one list, their queries, and which panel shows another's.
import { readFileSync } from 'node:fs'
import { inRoot } from '../../../tools/paths.ts'
import type { AnyPanel, DashboardFile, SqlTarget } from './types.ts'

export const DASHBOARDS = ['cluster-overview', 'history'] as const
export type Name = (typeof DASHBOARDS)[number]

export const textOf = (name: Name): string => readFileSync(inRoot(`deploy/grafana/${name}.json`), 'utf8')

export const readDashboard = (name: Name): DashboardFile => JSON.parse(textOf(name)) as DashboardFile

/** Those of collapsed rows too, which Grafana asks nothing for until the row is opened. */
export const panelsOf = ({ panels }: DashboardFile): { panel: AnyPanel; row: string | undefined }[] =>
  panels.flatMap((panel) =>
    panel.type === 'row'
      ? panel.panels.map((inside) => ({ panel: inside, row: panel.title }))
      : [{ panel, row: undefined }],
  )

const isSql = (target: AnyPanel['targets'][number]): target is SqlTarget => 'rawSql' in target

/** The panel's own query; undefined where it shows another panel's. */
export const queryOf = ({ targets }: AnyPanel): SqlTarget | undefined => targets.find(isSql)

/** The panel whose result it shows: itself, or another. */
export const sourceOf = (dashboard: DashboardFile, panel: AnyPanel): AnyPanel => {
  const [target] = panel.targets
  if (target === undefined) throw new Error(`panel ${panel.id} has no target`)
  if (isSql(target)) return panel
  const source = panelsOf(dashboard).find(({ panel: one }) => one.id === target.panelId)?.panel
  if (source === undefined || queryOf(source) === undefined)
    throw new Error(`panel ${panel.id} shows panel ${target.panelId}, which has no query`)
  return source
}

export interface Query {
  readonly title: string
  readonly sql: string
  readonly format: 'table' | 'time_series'
}

/** Every query that Grafana sends: of panels, variables and annotations. */
export const queriesOf = (dashboard: DashboardFile): Query[] => [
  ...panelsOf(dashboard).flatMap(({ panel }) => {
    const query = queryOf(panel)
    return query === undefined ? [] : [{ title: panel.title, sql: query.rawSql, format: query.format }]
  }),
  ...dashboard.templating.list.flatMap((variable) =>
    variable.type === 'query'
      ? [{ title: `the variable ${variable.name}`, sql: variable.query, format: 'table' as const }]
      : [],
  ),
  ...dashboard.annotations.list.map(({ name, target }) => ({
    title: `the marks ${name}`,
    sql: target.rawSql,
    format: target.format,
  })),
]
