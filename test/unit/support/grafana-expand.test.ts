// What Grafana makes of a panel's SQL. The expected texts are what its documentation and the tests of its macros say.
import { describe, expect, it } from 'vitest'
import { expand, type Chosen } from '../../support/grafana/expand.ts'

const RANGE = {
  from: new Date('2018-04-12T18:00:00Z'),
  to: new Date('2018-04-12T18:05:00.500Z'),
  intervalSeconds: 300,
}
const CHOSEN: Chosen = {
  schema: { values: ['my "kept"'] },
  one: { values: ["it's"] },
  several: { values: ['a', 'b'] },
  everything: { values: ['a', 'b'], all: 'namespace' },
}

describe('expand()', () => {
  it.each([
    ['select $__timeFrom(), $__timeTo()', "select '2018-04-12T18:00:00Z', '2018-04-12T18:05:00.5Z'"],
    [
      'WHERE $__timeFilter(time_column)',
      "WHERE time_column BETWEEN '2018-04-12T18:00:00Z' AND '2018-04-12T18:05:00.5Z'",
    ],
    [
      "SELECT $__timeGroupAlias(time_column , '5m')",
      'SELECT floor(extract(epoch from time_column)/300)*300 AS "time"',
    ],
    ['$__timeGroup(at, $__interval)', 'floor(extract(epoch from at)/300)*300'],
    ["$__interval_ms * interval '1 ms'", "300000 * interval '1 ms'"],
    ['${schema:doublequote}.pods', '"my \\"kept\\"".pods'],
    ['name = ${one:sqlstring}', "name = 'it''s'"],
    ['name in (${several:sqlstring})', "name in ('a','b')"],
    ['namespace in (${everything:sqlstring})', 'namespace in (namespace)'],
    ["'${several:raw}'", "'a,b'"],
    ["j @? '$[*].x'", "j @? '$[*].x'"],
  ])('%s', (sql, expected) => {
    expect(expand(sql, CHOSEN, RANGE)).toBe(expected)
  })

  it.each([
    ['$__timeFilter(coalesce(a, b))', 'coalesce(a BETWEEN'],
    ['$__nothing(a)', 'unknown macro'],
    ['${nobody:raw}', '${nobody:raw} is not known'],
    ['${one}', '${one} is not known'],
    ["$__timeGroup(at, 'often')", 'is no interval'],
    ['$namespace', '$namespace is left'],
    ['[[namespace]]', 'as a variable'],
  ])('%s goes wrong', (sql, problem) => {
    let said = ''
    try {
      // The first one is not refused by Grafana either: Postgres gets what it does not understand.
      said = expand(sql, CHOSEN, RANGE)
    } catch (error) {
      said = String(error)
    }
    expect(said).toContain(problem)
  })
})
