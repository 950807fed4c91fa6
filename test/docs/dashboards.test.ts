// The dashboards of deploy/grafana: what Grafana's own types say of their JSON, and that their panels fit together.
import { describe, expect, it } from 'vitest'
import { typeErrors } from '../support/grafana/check-types.ts'
import { DASHBOARDS, panelsOf, readDashboard, sourceOf, textOf } from '../support/grafana/dashboard.ts'

/** A mistake in each place where Grafana would pass over it without a word, and what the compiler says of it. */
const MISTAKES: readonly [what: string, right: string, wrong: string, says: string][] = [
  ['a key of the dashboard', '"graphTooltip": 1', '"graphTooltips": 1', `'"graphTooltips"' does not exist`],
  ['a number of no enum', '"graphTooltip": 1', '"graphTooltip": 7', "Type '7' is not assignable"],
  ['a key of a panel', '"gridPos": {', '"gridPosition": {', `'"gridPosition"' does not exist`],
  ['a key of a panel in a row', '"title": "Failing controls"', '"titel": ""', `'"titel"' does not exist`],
  ["a key of a panel's options", '"textMode":', '"textModus":', `'"textModus"' does not exist`],
  ['a text of no enum', '"value_and_name"', '"name_and_value"', `'"name_and_value"' is not assignable`],
  ["a key of a table's columns", '"inspect": false', '"inspects": false', `'"inspects"' does not exist`],
  ['what a column is set to', '"custom.cellOptions"', '"custom.cellOption"', `'"custom.cellOption"' is not`],
  ['a cell of no sort', '"type": "gauge"', '"type": "gouge"', `'"gouge"' is not assignable`],
  ['a key of a variable', '"includeAll": true', '"includesAll": true', `'"includesAll"' does not exist`],
  [
    'a transformation that there is not',
    '"id": "groupBy"',
    '"id": "groupby"',
    `'"groupby"' is not assignable`,
  ],
  ['a key of a query', '"rawSql":', '"rawSQL":', `'"rawSQL"' does not exist`],
]

describe("Grafana's types", () => {
  const right = textOf('cluster-overview')
  const errors = typeErrors({
    ...Object.fromEntries(DASHBOARDS.map((name) => [name, textOf(name)])),
    ...Object.fromEntries(MISTAKES.map(([what, from, to]) => [what, right.replace(from, to)])),
  })

  it.each(DASHBOARDS)('have nothing against %s', (name) => {
    expect(errors[name]).toEqual([])
  })

  it.each(MISTAKES)('refuse %s', (what, from, _to, says) => {
    expect(right).toContain(from)
    expect(errors[what]?.join('\n')).toContain(says)
  })
})

describe.each(DASHBOARDS)('%s', (name) => {
  const dashboard = readDashboard(name)
  const panels = panelsOf(dashboard)

  it('has each id once, and no panel upon another', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row')
    const ids = [...panels.map(({ panel }) => panel.id), ...rows.map(({ id }) => id)]
    expect(new Set(ids).size).toBe(ids.length)
    const cells = panels.flatMap(({ panel: { gridPos } }) =>
      Array.from({ length: gridPos.w * gridPos.h }, (_, i) => {
        const x = gridPos.x + (i % gridPos.w)
        expect(x).toBeLessThan(24)
        return `${x},${gridPos.y + Math.floor(i / gridPos.w)}`
      }),
    )
    expect(new Set(cells).size).toBe(cells.length)
  })

  it('shows results of panels that are asked for', () => {
    for (const { panel, row } of panels) {
      const source = sourceOf(dashboard, panel)
      // Grafana asks nothing for a panel of a row that is closed.
      const place = panels.find((one) => one.panel === source)
      expect(place?.row ?? row, panel.title).toBe(row)
      expect(panel.datasource).toEqual(panel.targets[0]?.datasource)
    }
  })

  it('names no data source but the one that is chosen', () => {
    const uids = [...textOf(name).matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid)
    expect([...new Set(uids)].sort()).toEqual(['${datasource}', '-- Dashboard --', dashboard.uid].sort())
  })
})
