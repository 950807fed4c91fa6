// The controls of sql/controls: each has a whole head, and stands in the list of docs/controls.md.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inRoot, ourFiles } from '../../tools/paths.ts'
import { codes, readPage, section, tableRows } from '../support/markdown.ts'

const KEYS = ['id', 'title', 'severity', 'source', 'remedy', 'reads']
const SEVERITIES = ['critical', 'high', 'medium', 'low']

interface Control {
  readonly file: string
  readonly keys: readonly string[]
  readonly head: Readonly<Record<string, string>>
  readonly query: string
}

const controls: Control[] = ourFiles('sql/controls/**/*.sql').map((file) => {
  const lines = readFileSync(inRoot(file), 'utf8').split('\n')
  const length = lines.findIndex((line) => !line.startsWith('--'))
  const pairs = lines.slice(0, length).map((line) => /^-- (\w+): (.+)$/.exec(line) ?? [])
  return {
    file,
    keys: pairs.map(([, key = '']) => key),
    head: Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value])),
    query: lines.slice(length).join('\n'),
  }
})
const sources = [
  ...readFileSync(inRoot('sql/parts/94_control_sources.sql'), 'utf8').matchAll(
    /^ {2}\('(\w+)', (?:true|false),/gm,
  ),
].map(([, name = '']) => name)

it('there are some', () => {
  expect(controls.length).toBeGreaterThan(17)
  expect(sources).toContain('templates')
})

it.each(controls)('$file has a head', ({ file, keys, head }) => {
  expect(keys).toEqual(KEYS)
  const [, group = '', name = ''] = /^sql\/controls\/(.+)\/(.+)\.sql$/.exec(file) ?? []
  expect(head['id']).toBe(`${group}-${name}`)
  expect(SEVERITIES).toContain(head['severity'])
  expect(head['remedy']).toMatch(/\.$/)
})

it.each(controls)('$file is one SELECT over the sources of its head', ({ head, query }) => {
  expect(query).toMatch(/^(?:WITH|SELECT) /)
  expect(query).not.toContain(';\n')
  expect(query).not.toContain('--')
  const read = [...query.matchAll(/\b(?:FROM|JOIN) (\w+) AS\b/g)].map(([, name = '']) => name)
  const own = [...query.matchAll(/\b(\w+) AS (?:MATERIALIZED )?\(/g)].map(([, name = '']) => name)
  expect([...new Set(read.filter((name) => sources.includes(name) && !own.includes(name)))].sort()).toEqual(
    (head['reads'] ?? '').split(', ').sort(),
  )
})

it('the page lists each of them', () => {
  const listed = tableRows(section(readPage('docs/controls.md'), 'The controls'))
    .map(([id = '', severity, title, source]) => [codes(id)[0], severity, title, source])
    .filter(([id]) => id !== undefined)
  expect(listed).toEqual(
    controls
      .map(({ head }) => KEYS.flatMap((key) => [head[key]]))
      .map(([id, title, severity, source]) => [id, severity, title, source]),
  )
})
