// The life of a scan over a small cluster; test/contract has scans at large, on the source and on the component.
import { describe, expect, it } from 'vitest'
import { Scans } from '../../src/scan.ts'
import type { TypeOid } from '../../src/host.ts'
import { errorOf, hostOf } from './support/fakes.ts'
import type { Answers, HostSpec } from './support/fakes.ts'

const pod = (name: string, more: object = {}) => ({ metadata: { name, uid: `u-${name}`, ...more } })
const pods = (...items: object[]) => ({ body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items } })
const ALL: Answers = { 'GET /api/v1/pods': pods(pod('a'), pod('b')) }

const scan = (columns: { readonly [name: string]: TypeOid }, answers = ALL, spec: Partial<HostSpec> = {}) => {
  const made = hostOf({ answers, columns, table: { kind: 'Pod' }, ...spec })
  const scans = new Scans(made.host)
  const rows = (): unknown[][] => {
    const all: unknown[][] = []
    for (made.cells.length = 0; scans.next(); made.cells.length = 0) all.push(made.cells.slice())
    return all
  }
  return { ...made, scans, rows }
}
const slice = (text: string): unknown[] => [['slice', 'string', text]]

describe('a scan', () => {
  it('asks when the first row is wanted, and gives a row for each object', () => {
    const { scans, requests, rows } = scan({ name: 'string' })
    scans.init()
    scans.begin()
    expect(requests).toEqual([])
    expect(rows()).toEqual([slice('a'), slice('b')])
    scans.end()
    expect(requests).toHaveLength(1)
  })

  it('gives its rows again without a request', () => {
    const { scans, requests, rows } = scan({ name: 'string' })
    scans.begin()
    rows()
    scans.rewind()
    expect(rows()).toHaveLength(2)
    expect(requests).toHaveLength(1)
  })

  it('can begin anew, which asks again', () => {
    const { scans, requests, rows } = scan({ name: 'string' })
    for (let i = 0; i < 2; i++) {
      scans.begin()
      expect(rows()).toHaveLength(2)
      scans.end()
    }
    expect(requests).toHaveLength(2)
  })

  it('has no rows before it begins, or after its end', () => {
    const { scans } = scan({ name: 'string' })
    expect(errorOf(() => scans.next()).code).toBe('internal')
    scans.begin()
    scans.end()
    expect(errorOf(() => scans.next()).code).toBe('internal')
  })

  it('gives an object of several lists once', () => {
    const { scans, rows } = scan({ name: 'string', label_selector: 'string' }, ALL, {
      conditions: [
        {
          field: 'label_selector',
          isArray: true,
          useOr: true,
          cells: ['x', 'y'].map((value) => ({ type: 'string', value })),
        },
      ],
    })
    scans.begin()
    expect(rows()).toEqual(['a', 'b'].map((name) => [...slice(name), ['string', 'x']]))
  })

  it('asks discovery once for a kind that it does not know', () => {
    const answers: Answers = {
      'GET /apis/x.example.com/v1': {
        body: { kind: 'APIResourceList', resources: [{ name: 'ws', kind: 'W', verbs: ['list'] }] },
      },
      'GET /apis/x.example.com/v1/ws': pods(pod('w')),
    }
    const table = { kind: 'W', apiVersion: 'x.example.com/v1' }
    const { scans, requests, rows } = scan({ name: 'string' }, answers, { table })
    for (let i = 0; i < 2; i++) {
      scans.begin()
      expect(rows()).toEqual([slice('w')])
    }
    expect(requests.filter((request) => request === 'GET /apis/x.example.com/v1')).toHaveLength(1)
  })
})

describe('a value that does not fit', () => {
  const answers: Answers = { 'GET /api/v1/pods': pods(pod('a', { generation: 1.5, namespace: 'n' })) }

  it('is an error that says where it is', () => {
    const { scans, rows } = scan({ generation: 'i32' }, answers)
    scans.begin()
    expect(errorOf(rows)).toEqual({
      code: 'cell',
      message: 'Pod n/a: column "generation": 1.5 is not an integer, so it does not fit type integer',
      hint: "declare the column numeric, text or jsonb, or give the table the option on_error 'null'",
    })
  })

  it('is NULL if the table says so, with one warning, however often it is read', () => {
    const table = { kind: 'Pod', on_error: 'null' }
    const { scans, rows, warnings } = scan({ generation: 'i32' }, answers, { table })
    scans.begin()
    expect(rows()).toEqual([[null]])
    scans.rewind()
    expect(rows()).toEqual([[null]])
    scans.end()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('1 value does not fit its column and is NULL: Pod n/a: column "generation"')
  })
})

it('the name of the cluster is known for errors, if there are several', () => {
  const { scans } = scan({ name: 'string' }, ALL, {
    table: { kind: 'Pod', columns: JSON.stringify({ cluster: "{'prod'}" }) },
  })
  scans.begin()
  expect(scans.cluster).toBe('prod')
})
