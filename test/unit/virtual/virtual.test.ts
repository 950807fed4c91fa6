// The list of virtual objects, and the plan of a scan of one.
import { describe, expect, it } from 'vitest'
import type { TableOptions } from '../../../src/session/options.ts'
import { compileColumns } from '../../../src/plan/columns.ts'
import { findVirtual, planVirtual } from '../../../src/virtual/virtual.ts'
import type { VirtualObject } from '../../../src/virtual/object.ts'
import {
  clusterOf,
  errorOf,
  queryOf,
  settingsOf,
  tableOptions,
  targetsOf,
  treesOf,
} from '../support/fakes.ts'
import { ask } from './ask.ts'

const object = (name: string): VirtualObject => {
  const found = findVirtual(name)
  if (found === null) throw new Error(`there is no ${name}`)
  return found
}
const plan = (name: string, table: Partial<TableOptions> = {}, loginOnly = false) => {
  const { api, requests } = clusterOf({ 'GET /version': { body: { gitVersion: 'v1' } } })
  const targets = targetsOf({ attrs: 'json' })
  const columns = compileColumns(targets, new Map(), object(name).columns)
  const host = { ...queryOf(targets), ...settingsOf({}) }
  const made = planVirtual(host, api, object(name), tableOptions(table), columns, targets, loginOnly)
  return { ...made, requests }
}

it.each([null, 'pods', 'Version', 'log', 'constructor'])('%s is none', (name) => {
  expect(findVirtual(name)).toBeNull()
})

it('asks when rows are wanted, and once', () => {
  const { makePages, requests, reading } = plan('version')
  const pages = makePages()
  expect(requests).toEqual([])
  const page = pages.next()
  expect(page === null ? null : treesOf(page)).toEqual([{ gitVersion: 'v1' }])
  expect(pages.next()).toBeNull()
  expect(requests).toEqual(['GET /version'])
  expect(reading).toMatchObject({ masked: false, secret: false, shown: [] })
})

describe('options', () => {
  it.each([
    { name: 'can_i', table: { namespace: 'a' }, refused: null },
    { name: 'pods/log', table: { namespace: 'a' }, refused: null },
    { name: 'version', table: { namespace: 'a' }, refused: 'namespace' },
    { name: 'can_i', table: { namespaces: ['a'] }, refused: 'namespaces' },
    { name: 'whoami', table: { labelSelector: 'a=b' }, refused: 'label_selector' },
    { name: 'api_resources', table: { fieldSelector: 'a=b' }, refused: 'field_selector' },
  ])('$table of $name', ({ name, table, refused }) => {
    const { message = null } = errorOf(() => plan(name, table))
    expect(message).toBe(
      refused === null ? null : `the table has the option ${refused}, which object '${name}' does not take`,
    )
  })
})

it.each([
  { options: { kind: 'Pod' }, want: [{ question: 'list pods', allowed: true }] },
  { options: { object: 'version' }, want: [] },
  { options: { object: 'pods/log' }, want: [{ question: 'get pods/log', allowed: true }] },
  {
    options: { object: 'version', namespace: 'a' },
    want: [
      { problem: "the table has the option namespace, which object 'version' does not take", allowed: null },
    ],
  },
])('can_show knows the others: $options', ({ options, want }) => {
  const answers = {
    'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews': {
      status: 201,
      body: { status: { allowed: true } },
    },
    'GET /api/v1': {
      body: { kind: 'APIResourceList', resources: [{ name: 'pods', kind: 'Pod', verbs: ['list'] }] },
    },
  }
  const { rows } = ask(object('can_show'), answers, { table_options: [JSON.stringify(options)] })
  expect(rows).toHaveLength(want.length)
  expect(rows).toMatchObject(want)
})
