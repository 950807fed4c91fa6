// Does with a panel's rows what its transformations do, in their order: as little as the dashboards use of them.
import type { Grouping, Transformation } from './types.ts'

export type Row = Readonly<Record<string, unknown>>

export interface Frame {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

const AGGREGATIONS: Readonly<Record<Grouping['aggregations'][number], (values: unknown[]) => number>> = {
  count: (values) => values.length,
  sum: (values) => values.reduce<number>((sum, value) => sum + Number(value), 0),
}

/** A column is called after what is done with it: "pod (count)". */
const groupBy = ({ rows }: Frame, fields: Readonly<Record<string, Grouping>>): Frame => {
  const named = Object.entries(fields)
  const keys = named.filter(([, { operation }]) => operation === 'groupby').map(([name]) => name)
  const made = named.flatMap(([name, { aggregations }]) =>
    aggregations.map((how) => ({ name, how, column: `${name} (${how})` })),
  )
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(keys.map((name) => row[name]))
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return {
    columns: [...keys, ...made.map(({ column }) => column)],
    rows: [...groups.values()].map((group) => ({
      ...Object.fromEntries(keys.map((key) => [key, group[0]?.[key]])),
      ...Object.fromEntries(
        made.map(({ name, how, column }) => [column, AGGREGATIONS[how](group.map((row) => row[name]))]),
      ),
    })),
  }
}

const known = ({ columns }: Frame, names: readonly string[]): void => {
  const missing = names.filter((name) => !columns.includes(name))
  if (missing.length > 0) throw new Error(`a transformation names ${missing.join(', ')}, which is no column`)
}

const apply = (frame: Frame, { id, options }: Transformation): Frame => {
  switch (id) {
    case 'groupBy':
      known(frame, Object.keys(options.fields))
      return groupBy(frame, options.fields)
    case 'filterByValue': {
      known(
        frame,
        options.filters.map(({ fieldName }) => fieldName),
      )
      const fits = (row: Row): boolean =>
        options.filters.every(({ fieldName, config }) =>
          config.id === 'equal'
            ? row[fieldName] === config.options.value
            : Number(row[fieldName]) > config.options.value,
        )
      return { ...frame, rows: frame.rows.filter(fits) }
    }
    case 'sortBy': {
      const [by] = options.sort
      if (by === undefined) return frame
      known(frame, [by.field])
      const sign = by.desc ? -1 : 1
      const sorted = [...frame.rows].sort((a, b) => sign * (Number(a[by.field]) - Number(b[by.field])))
      return { ...frame, rows: sorted }
    }
    case 'organize': {
      known(frame, Object.keys(options.excludeByName))
      return { ...frame, columns: frame.columns.filter((name) => options.excludeByName[name] !== true) }
    }
  }
}

export const transform = (frame: Frame, transformations: readonly Transformation[] = []): Frame =>
  transformations.reduce(apply, frame)
