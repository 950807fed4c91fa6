// Makes of a panel's SQL what Grafana sends to Postgres: its variables first, then the macros of the PostgreSQL data
// source, as https://grafana.com/docs/grafana/latest/datasources/postgres/query-editor/ and its source have them. What
// Grafana would leave as it stands, or refuse, is an error here.

export interface Range {
  readonly from: Date
  readonly to: Date
  /** Of $__interval, in whole seconds: Grafana makes it of the range and the panel's width. */
  readonly intervalSeconds: number
}

/** What is chosen on the dashboard. */
export type Chosen = Readonly<Record<string, Value>>

export interface Value {
  readonly values: readonly string[]
  /** The variable's own value for All, if All is chosen: Grafana puts it in as it stands, whatever the format. */
  readonly all?: string
}

const doubled = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('"', '\\"')}'`

const FORMATS: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  sqlstring: doubled,
  doublequote: (value) => `"${value.replaceAll('"', '\\"')}"`,
}

/** `${name:format}`; other ways to write a variable are not used here. */
const variables = (sql: string, chosen: Chosen): string =>
  sql.replaceAll(/\$\{([^}]*)\}/g, (written, inside: string) => {
    const [name = '', format = ''] = inside.split(':')
    const value = chosen[name]
    const formatted = FORMATS[format]
    if (value === undefined || formatted === undefined) throw new Error(`${written} is not known`)
    return value.all ?? value.values.map(formatted).join(',')
  })

/** As Go's RFC3339Nano in UTC: no zeros at the end of the fraction. */
const moment = (date: Date): string => `'${date.toISOString().replace(/\.?0*Z$/, 'Z')}'`

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

const seconds = (interval: string): number => {
  const [, count = '', unit = ''] = /^'?(\d+)([smhd])'?$/.exec(interval) ?? []
  const factor = UNITS[unit]
  if (factor === undefined) throw new Error(`${interval} is no interval`)
  return Number(count) * factor
}

type Macro = (args: readonly string[], range: Range) => string

const timeGroup: Macro = ([column = '', interval = '']) =>
  `floor(extract(epoch from ${column})/${seconds(interval)})*${seconds(interval)}`

const MACROS: Readonly<Record<string, Macro>> = {
  __timeFrom: (_, { from }) => moment(from),
  __timeTo: (_, { to }) => moment(to),
  __timeFilter: ([column = ''], { from, to }) => `${column} BETWEEN ${moment(from)} AND ${moment(to)}`,
  __timeGroup: timeGroup,
  __timeGroupAlias: (args, range) => `${timeGroup(args, range)} AS "time"`,
}

/** An argument ends at the first `)` and the first comma, whatever stands around them. */
const macros = (sql: string, range: Range): string =>
  sql.replaceAll(/\$(\w+)\(([^)]*)\)/g, (written, name: string, args: string) => {
    const macro = MACROS[name]
    if (macro === undefined) throw new Error(`unknown macro ${written}`)
    return macro(
      args.split(',').map((arg) => arg.trim()),
      range,
    )
  })

export const expand = (sql: string, chosen: Chosen, range: Range): string => {
  if (/\[\[\w/.test(sql)) throw new Error('Grafana reads [[name]] as a variable')
  const interval = variables(sql, chosen)
    .replaceAll('$__interval_ms', String(range.intervalSeconds * 1000))
    .replaceAll('$__interval', `${range.intervalSeconds}s`)
  const expanded = macros(interval, range)
  const left = /\$\w+/.exec(expanded)
  if (left !== null) throw new Error(`${left[0]} is left`)
  return expanded
}
