// What the dashboards may have in them: the types of Grafana's own package for the dashboard and for the options of each
// panel. What Grafana leaves open (unknown) is narrowed to what is used, so that a wrong key is found there too.
import type {
  AnnotationQuery,
  Dashboard,
  DataSourceRef,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
  TableFieldOptions,
  TableOptions,
  VariableModel,
} from '@grafana/schema'
import type * as Pie from '@grafana/schema/dist/esm/raw/composable/piechart/panelcfg/x/PieChartPanelCfg_types.gen'
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen'
import type * as Series from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen'

/** An enum's members as the texts and numbers that stand in JSON. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number
    ? number extends T
      ? T
      : `${T}` extends `${infer N extends number}`
        ? N
        : never
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : T extends object
        ? { [Key in keyof T]: Plain<T[Key]> }
        : T

/** What the PostgreSQL data source takes; its type is in none of Grafana's packages for this. */
export interface SqlTarget {
  readonly refId: string
  readonly datasource: DataSourceRef
  readonly editorMode: 'code'
  readonly format: 'table' | 'time_series'
  readonly rawQuery: true
  readonly rawSql: string
}

/** Another panel's result: the data source "-- Dashboard --". */
export interface SharedTarget {
  readonly refId: string
  readonly datasource: DataSourceRef
  readonly panelId: number
}

/** After https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/transform-data/ */
export type Transformation =
  | {
      readonly id: 'groupBy'
      readonly options: { readonly fields: Readonly<Record<string, Grouping>> }
    }
  | {
      readonly id: 'filterByValue'
      readonly options: {
        readonly type: 'include'
        readonly match: 'all'
        readonly filters: readonly {
          readonly fieldName: string
          readonly config: { readonly id: 'equal' | 'greater'; readonly options: { readonly value: number } }
        }[]
      }
    }
  | {
      readonly id: 'sortBy'
      readonly options: {
        readonly fields: Readonly<Record<string, never>>
        readonly sort: readonly { readonly field: string; readonly desc: boolean }[]
      }
    }
  | {
      readonly id: 'organize'
      readonly options: {
        readonly excludeByName: Readonly<Record<string, boolean>>
        readonly indexByName: Readonly<Record<string, number>>
        readonly renameByName: Readonly<Record<string, string>>
      }
    }

export interface Grouping {
  readonly operation: 'groupby' | 'aggregate'
  readonly aggregations: readonly ('count' | 'sum')[]
}

type OwnFieldConfig = Omit<FieldConfig, 'custom'>
type PropertyOf<T, Prefix extends string> = {
  [Key in keyof T & string]-?: { id: `${Prefix}${Key}`; value: Exclude<T[Key], undefined> }
}[keyof T & string]

interface Fields<Custom> extends Omit<FieldConfigSource, 'defaults' | 'overrides'> {
  defaults: OwnFieldConfig & { custom?: Partial<Custom> }
  overrides: {
    matcher: { id: 'byName'; options: string }
    properties: (PropertyOf<OwnFieldConfig, ''> | PropertyOf<Custom, 'custom.'>)[]
  }[]
}

type Open = 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations' | 'libraryPanel'
interface PanelOf<Type extends string, Options, Custom> extends Omit<Panel, Open> {
  id: number
  title: string
  description: string
  datasource: DataSourceRef
  gridPos: { x: number; y: number; w: number; h: number }
  type: Type
  options: Options
  fieldConfig: Fields<Custom>
  targets: (SqlTarget | SharedTarget)[]
  transformations?: Transformation[]
}

export type AnyPanel = Plain<
  | PanelOf<'stat', Stat.Options, object>
  | PanelOf<'table', TableOptions, TableFieldOptions>
  | PanelOf<'timeseries', Series.Options, Series.FieldConfig>
  | PanelOf<'piechart', Pie.Options, Pie.FieldConfig>
>

type Row = Plain<Omit<RowPanel, 'panels' | 'type'>> & { type: 'row'; panels: AnyPanel[] }

type QueryVariable = Plain<Omit<VariableModel, 'type' | 'query'>> & { type: 'query'; query: string }
type DataSourceVariable = Plain<Omit<VariableModel, 'type' | 'query'>> & { type: 'datasource'; query: string }

/** Its types have no place for the query of a data source that is none of Prometheus' kind. */
type Marks = Plain<Omit<AnnotationQuery, 'target'>> & { target: SqlTarget }

type Replaced = 'panels' | 'templating' | 'annotations' | 'snapshot'
export type DashboardFile = Plain<Omit<Dashboard, Replaced>> & {
  panels: (AnyPanel | Row)[]
  templating: { list: (QueryVariable | DataSourceVariable)[] }
  annotations: { list: Marks[] }
}
