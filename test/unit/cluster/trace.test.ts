// A line for each request, and sums that are added once.
import { expect, it } from 'vitest'
import { Trace } from '../../../src/cluster/trace.ts'

const traced = (printed: boolean, cluster: string | null = null) => {
  const lines: string[] = []
  const sums: { [metric: string]: number } = {}
  let now = 100
  const host = {
    info: (text: string) => lines.push(text),
    notice: () => undefined,
    warning: () => undefined,
    epochSeconds: () => now,
    addStatistic: (_: string, metric: string, amount: number) => {
      sums[metric] = (sums[metric] ?? 0) + amount
    },
  }
  const pass = (seconds: number) => {
    now += seconds
  }
  return { lines, sums, pass, trace: new Trace(host, printed, cluster) }
}

it('says of each request what it brought, in the order of the requests', () => {
  const { lines, pass, trace } = traced(true, 'prod')
  trace.asks('GET /api/v1/pods?limit=1')
  pass(2)
  trace.answered(200, 1)
  trace.listed(1)
  trace.asks('GET /apis')
  trace.answered(403, 20)
  trace.asks('GET /api')
  trace.failed()
  trace.flush()
  expect(lines).toEqual([
    'k8s_fdw: cluster "prod": GET /api/v1/pods?limit=1: 200 OK, 1 byte, 1 object, 2 s',
    'k8s_fdw: cluster "prod": GET /apis: 403 Forbidden, 20 bytes, under 1 s',
    'k8s_fdw: cluster "prod": GET /api: no answer, under 1 s',
  ])
})

it('prints nothing unless it is asked to', () => {
  const { lines, trace } = traced(false)
  trace.asks('GET /api')
  trace.answered(200, 1)
  trace.flush()
  trace.note('rescans read from memory')
  expect(lines).toEqual([])
})

it('adds to the statistics only what is new', () => {
  const { sums, trace } = traced(false)
  trace.asks('GET /api/v1/pods')
  trace.answered(200, 500)
  trace.listed(3)
  trace.addStatistics(2)
  trace.addStatistics(3)
  expect(sums).toEqual({ 'create-times': 1, 'rows-in': 3, 'rows-out': 3, 'bytes-in': 500 })
})
