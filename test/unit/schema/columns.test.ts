// The columns of a kind's table: their order, their names, and the paths that they need.
import { describe, expect, it } from 'vitest'
import { compilePath } from '../../../src/jsonpath/compile.ts'
import { columnsOf, pathText } from '../../../src/schema/columns.ts'
import type { Field } from '../../../src/schema/openapi.ts'

/** Names that a path's text could take for something else. */
const HOSTILE_NAMES = [
  'log.level',
  '.a',
  'a.',
  'a..b',
  '.',
  '',
  ' ',
  ' a ',
  '0',
  '-1',
  '*',
  '$',
  '@',
  '@.a',
  '?(@.a)',
  "it's",
  'say "x"',
  'back\\slash',
  'end\\',
  "\\'",
  '\\.',
  '[0]',
  "']['",
  '{a}',
  '}',
  'a,b',
  'a:b',
  'line\nfeed',
  '\r\n\t',
  'Größe',
  '日本.語',
  '\u{1F600}.x',
  '__proto__',
  'constructor',
  'true',
  'range',
  'end',
]

describe('columns', () => {
  const field = (...path: string[]): Field => ({ path, type: 'text', description: 'x' })
  const shown = (fields: readonly Field[], namespaced = true): string[] =>
    columnsOf(fields, namespaced)
      .slice(namespaced ? 11 : 10, -1)
      .map(({ name, path }) => `${name} ${path ?? '-'}`)

  it('say of a table that is written which of them are for reading', () => {
    const fields = [
      field('status', 'x'),
      field('spec', 'a'),
      { ...field('spec', 'b'), isReadOnly: true },
      field('statuses'),
    ]
    const readOnly = (writes: boolean): string[] =>
      columnsOf(fields, true, writes)
        .filter(({ description }) => description.startsWith('Read-only. '))
        .map(({ name }) => name)
    expect(readOnly(true)).toEqual([
      'uid',
      'resource_version',
      'generation',
      'creation_timestamp',
      'deletion_timestamp',
      'b',
      'x',
    ])
    expect(readOnly(false)).toEqual([])
  })

  it('are those of the metadata and attrs where the fields are not known', () => {
    const names = columnsOf([], true).map(({ name }) => name)
    expect([names[0], names[1], names.length, names[names.length - 1]]).toEqual([
      'name',
      'namespace',
      12,
      'attrs',
    ])
  })

  it('have no namespace where the kind has none', () => {
    expect(columnsOf([], false).map(({ name }) => name)).not.toContain('namespace')
  })

  it.each([
    {
      fields: [field('status', 'phase'), field('spec', 'size')],
      want: ['size spec.size', 'phase status.phase'],
    },
    { fields: [field('spec', 'a'), field('data')], want: ['data -', 'a spec.a'] },
    { fields: [field('roleRef'), field('odd')], want: ['role_ref -', 'odd odd'] },
    // A name that the metadata have is left to them.
    { fields: [field('spec', 'name')], want: ['spec_name spec.name'] },
    { fields: [field('labels')], want: ['top_labels labels'] },
  ])('$want', ({ fields, want }) => {
    expect(shown(fields)).toEqual(want)
    expect(shown(fields, false)).toEqual(want)
  })
})

describe('paths', () => {
  it.each([
    [['spec', 'replicas'], 'spec.replicas'],
    [['spec', 'a-b'], `{['spec']['a-b']}`],
    [['spec', 'a.b'], `{['spec']['a\\.b']}`],
    [['spec', "it's"], `{['spec']['it\\'s']}`],
  ])('has a path for %j', (path, want) => {
    expect(pathText(path)).toBe(want)
  })

  it.each(HOSTILE_NAMES)('has a path for a field named %j, and for no other', (name) => {
    for (const path of [[name], ['spec', name], ['spec', name, 'inner'], ['spec', 'inner', name]])
      expect(compilePath(pathText(path))).toEqual({ type: 'plain', places: [path] })
  })
})

describe('a table that is written', () => {
  const fields: Field[] = [
    { path: ['objectKey'], type: 'text', description: 'Its own.' },
    { path: ['spec', 'replicas'], type: 'integer', description: 'How many.' },
    { path: ['status', 'replicas'], type: 'integer', description: 'How many there are.' },
    { path: ['status'], type: 'jsonb', description: 'All of it.' },
  ]

  it('has its identity as the last column, and no other of that name', () => {
    const columns = columnsOf(fields, true, true)
    expect(columns.at(-1)).toMatchObject({ name: 'object_key', type: 'text', path: null })
    expect(columns.filter(({ name }) => name === 'object_key')).toHaveLength(1)
    expect(columnsOf(fields, true).at(-1)?.name).toBe('attrs')
  })

  it('says which columns are for reading', () => {
    const readOnly = columnsOf(fields, true, true).filter(({ description }) =>
      description.startsWith('Read-only. '),
    )
    expect(readOnly.map(({ name }) => name)).toEqual([
      'uid',
      'resource_version',
      'generation',
      'creation_timestamp',
      'deletion_timestamp',
      'status_replicas',
      'status',
    ])
    expect(columnsOf(fields, true).some(({ description }) => description.startsWith('Read-only'))).toBe(false)
  })
})
