// What the component exports: errors come out as texts, in the form `k8s_fdw[code] message. Hint: hint`.
import { describe, expect, it } from 'vitest'
import { createRoutines } from '../../src/index.ts'
import type { Routines } from '../../src/host.ts'
import { hostOf } from './support/fakes.ts'
import type { HostSpec } from './support/fakes.ts'

const made = (spec: Partial<HostSpec> = {}) =>
  hostOf({ answers: {}, columns: { name: 'string' }, table: { kind: 'Pod' }, ...spec })
const thrown = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return 'nothing'
}

it('a scan is begun, iterated and ended', () => {
  const answers = { 'GET /api/v1/pods': { body: { items: [{ metadata: { name: 'a' } }] } } }
  const { host, cells } = made({ answers })
  const routines = createRoutines(host)
  routines.init()
  routines.beginScan()
  expect([routines.iterScan(), routines.iterScan()]).toEqual([true, false])
  routines.reScan()
  expect([routines.iterScan(), routines.iterScan()]).toEqual([true, false])
  routines.endScan()
  expect(cells).toEqual(Array(2).fill(['slice', 'string', 'a']))
})

describe('errors', () => {
  it.each<{ name: string; spec: Partial<HostSpec>; run: (routines: Routines) => void; want: string }>([
    {
      name: 'a mistake of the user',
      spec: { table: { kind: 'Pod', on_error: 'x' } },
      run: (routines) => routines.beginScan(),
      want: `k8s_fdw[option] option on_error is "x". Hint: it takes 'error' or 'null'`,
    },
    {
      name: 'of one of several clusters',
      spec: {
        answers: { 'GET /api/v1/pods': 'dns error' },
        table: { kind: 'Pod', columns: `{"cluster": "{'prod'}"}` },
      },
      run: (routines) => {
        routines.beginScan()
        routines.iterScan()
      },
      want: 'k8s_fdw[connect] cluster "prod": GET /api/v1/pods: no answer from http://one: dns error. Hint: the database server does not know the host name of api_url: check its spelling and DNS',
    },
    {
      name: 'no scan',
      spec: {},
      run: (routines) => void routines.iterScan(),
      want: 'k8s_fdw[internal] a row was asked for before the scan began.',
    },
    {
      name: 'writing',
      spec: {},
      run: (routines) => routines.beginModify(),
      want: `k8s_fdw[write] the table is for reading: its option writes is off. Hint: if its objects are to be changed from SQL: ALTER FOREIGN TABLE … OPTIONS (ADD writes 'on', ADD rowid_column 'object_key'), with a column object_key text; or import the tables with OPTIONS (writes 'on')`,
    },
  ])('$name', ({ spec, run, want }) => {
    const routines = createRoutines(made(spec).host)
    expect(thrown(() => run(routines))).toBe(want)
  })

  it.each([
    {
      error: new Error('out of memory'),
      want: 'k8s_fdw[internal] out of memory. Hint: lower page_size of the server, or show fewer columns',
    },
    {
      error: new TypeError('x is not a function'),
      want: 'k8s_fdw[internal] x is not a function. Hint: this is a bug of k8s_fdw: report it with the statement that caused it',
    },
  ])('that nobody expected: $error', ({ error, want }) => {
    const { host } = made()
    const routines = createRoutines({
      ...host,
      targetColumns: () => {
        throw error
      },
    })
    expect(thrown(() => routines.beginScan())).toBe(want)
  })
})
