// Which conditions of WHERE narrow the request. Postgres checks each of them again, so asking for more is right, and
// asking for less is wrong.
import { describe, expect, it } from 'vitest'
import type { QualCell, TypeOid } from '../../../src/host.ts'
import { compileColumns } from '../../../src/plan/columns.ts'
import { readPushdown } from '../../../src/plan/pushdown.ts'
import { listQuery } from '../cluster/list-query.ts'
import { queryOf, targetsOf, text } from '../support/fakes.ts'
import type { Condition } from '../support/fakes.ts'

const COLUMNS: { readonly [name: string]: TypeOid } = {
  name: 'string',
  namespace: 'string',
  labels: 'json',
  attrs: 'json',
  app: 'string',
  rank: 'i32',
  phase: 'string',
  host_network: 'bool',
  image: 'string',
}
const PATHS = new Map([
  ['app', 'metadata.labels.app'],
  ['rank', 'metadata.labels.rank'],
  ['phase', 'status.phase'],
  ['host_network', 'spec.hostNetwork'],
  ['image', '{.spec.containers[*].image}'],
])

function pushed(conditions: readonly Condition[], narrows = true) {
  const targets = targetsOf(COLUMNS)
  const columns = compileColumns(targets, PATHS)
  const { resource } = listQuery()
  const { namespaces, names, labels, fields } = readPushdown(
    queryOf(targets, conditions),
    resource,
    columns,
    narrows,
  )
  return { namespaces, names, labels, fields }
}
const NOTHING = { namespaces: null, names: null, labels: [], fields: [] }
const texts = (...values: string[]): QualCell[] => values.map(text)
const any = (field: string, ...values: string[]): Condition => ({
  field,
  isArray: true,
  useOr: true,
  cells: texts(...values),
})
const json = (field: string, operator: string, value: string): Condition => ({
  field,
  operator,
  cells: [{ type: 'json', value }],
})
const is = (field: string, operator = 'is'): Condition => ({ field, operator, cells: texts('null') })

describe('conditions that narrow', () => {
  it.each<{ name: string; given: Condition[]; want: Partial<typeof NOTHING> | object }>([
    { name: 'a name', given: [{ field: 'name', cells: texts('a') }], want: { names: ['a'] } },
    { name: 'names', given: [any('name', 'a', 'b', 'a')], want: { names: ['a', 'b'] } },
    {
      name: 'names in two conditions',
      given: [any('name', 'a', 'b'), any('name', 'b', 'c')],
      want: { names: ['b'] },
    },
    {
      name: 'names that contradict each other',
      given: [any('name', 'a'), any('name', 'b')],
      want: { names: [] },
    },
    {
      name: 'not a name',
      given: [{ field: 'name', operator: '<>', cells: texts('a') }],
      want: { fields: ['metadata.name!=a'] },
    },
    { name: 'a namespace', given: [{ field: 'namespace', cells: texts('x') }], want: { namespaces: ['x'] } },
    { name: 'a label', given: [{ field: 'app', cells: texts('web') }], want: { labels: ['app=web'] } },
    { name: 'labels', given: [any('app', 'web', 'db')], want: { labels: ['app in (web,db)'] } },
    {
      name: 'no label of these',
      given: [{ field: 'app', operator: '<>', isArray: true, useOr: false, cells: texts('a', 'b') }],
      want: { labels: ['app notin (a,b)'] },
    },
    { name: 'IS NULL', given: [is('app')], want: { labels: ['!app'] } },
    { name: 'IS NOT NULL', given: [is('app', 'is not')], want: { labels: ['app'] } },
    {
      name: 'a field',
      given: [{ field: 'phase', cells: texts('Running') }],
      want: { fields: ['status.phase=Running'] },
    },
    {
      name: 'a field that is true',
      given: [{ field: 'host_network', cells: [{ type: 'bool', value: true }] }],
      want: { fields: ['spec.hostNetwork=true'] },
    },
    {
      name: 'jsonb @>',
      given: [
        json(
          'attrs',
          '@>',
          '{"metadata":{"name":"a","namespace":"x","labels":{"app":"web"}},"status":{"phase":"Running"}}',
        ),
      ],
      want: {
        names: ['a'],
        namespaces: ['x'],
        labels: ['app=web'],
        fields: ['status.phase=Running'],
      },
    },
    { name: 'labels @>', given: [json('labels', '@>', '{"app":"web"}')], want: { labels: ['app=web'] } },
    {
      name: 'labels ?',
      given: [{ field: 'labels', operator: '?', cells: texts('app') }],
      want: { labels: ['app'] },
    },
    {
      name: 'a parameter that is known',
      given: [{ field: 'name', isParameter: true, cells: texts('a') }],
      want: { names: ['a'] },
    },
  ])('$name', ({ given, want }) => {
    expect(pushed(given)).toEqual({ ...NOTHING, ...want })
  })
})

describe('conditions that would leave out too much', () => {
  it.each<{ name: string; given: Condition }>([
    { name: 'LIKE', given: { field: 'name', operator: '~~', cells: texts('a%') } },
    { name: '= ALL', given: { field: 'name', isArray: true, useOr: false, cells: texts('a', 'b') } },
    {
      name: '<> ANY',
      given: { field: 'app', operator: '<>', isArray: true, useOr: true, cells: texts('a', 'b') },
    },
    { name: 'a text that is no name', given: { field: 'name', cells: texts('a/b') } },
    { name: 'a name among texts that are none', given: any('name', 'a', '..') },
    // The column's number may be written 1 or 01 in the label.
    { name: 'a number of a label', given: { field: 'rank', cells: [{ type: 'i32', value: 1 }] } },
    { name: 'IS NULL of a number', given: is('rank') },
    { name: 'several values of a field', given: any('phase', 'Running', 'Pending') },
    { name: 'a column of many values', given: { field: 'image', cells: texts('nginx') } },
    { name: 'a column that the table does not have', given: { field: 'other', cells: texts('a') } },
    // What is not known comes as the text null.
    {
      name: 'a parameter that is not known',
      given: { field: 'name', isParameter: true, cells: texts('null') },
    },
    {
      name: 'a boolean parameter',
      given: { field: 'host_network', isParameter: true, cells: [{ type: 'bool', value: false }] },
    },
    {
      name: 'IS TRUE',
      given: { field: 'host_network', operator: 'is', cells: [{ type: 'bool', value: true }] },
    },
    { name: 'jsonb that is none', given: json('attrs', '@>', '{') },
    { name: 'jsonb of another operator', given: json('attrs', '<@', '{"metadata":{"name":"a"}}') },
    { name: 'a label that is null', given: json('labels', '@>', '{"app":null}') },
    { name: '? of what is no labels', given: { field: 'attrs', operator: '?', cells: texts('kind') } },
  ])('$name', ({ given }) => {
    expect(pushed([given])).toEqual(NOTHING)
  })

  it('all of them, where the session wants none', () => {
    expect(pushed([{ field: 'name', cells: texts('a') }], false)).toEqual(NOTHING)
  })
})
