// The mark of what a cluster has been through, by its leases.
import { describe, expect, it } from 'vitest'
import { checkMark, readMark } from '../../../src/cluster/mark.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'
import type { Answer } from '../support/fakes.ts'

const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const leases = (
  version: string,
  ...each: readonly (readonly [version: string, renewed?: string])[]
): Answer => ({
  body: {
    kind: 'LeaseList',
    metadata: { resourceVersion: version },
    items: each.map(([resourceVersion, renewTime]) => ({
      metadata: { resourceVersion },
      spec: { renewTime },
    })),
  },
})
const ask = (answer: Answer) => clusterOf({ [`GET ${PATH}`]: answer })
const AT = '2026-11-29T16:12:01.123456Z'

describe('the mark', () => {
  it('is the version of the leases, and that and the time of the one that was written last', () => {
    const { api, requests } = ask(leases('120', ['99', '2020-01-01T00:00:00Z'], ['110', AT], ['7']))
    expect(readMark(api)).toBe(`120/110/${AT}`)
    expect(requests).toEqual([`GET ${PATH}`])
  })

  it('may be of a lease that was never renewed', () => {
    expect(readMark(ask(leases('9', ['7'])).api)).toBe('9/7/')
  })

  it.each([
    ['may not be seen', status(403, 'no')],
    ['are not served', status(404, 'no')],
    ['are none', leases('9')],
  ])('is unknown where leases %s', (_, answer) => {
    expect(readMark(ask(answer).api)).toBeNull()
  })

  it('is an error where the answer is one', () => {
    expect(errorOf(() => readMark(ask(status(500, 'no')).api))).toMatchObject({ code: 'status' })
  })
})

describe('a check', () => {
  it('asks as of the version', () => {
    const { api, requests } = ask(leases('120', ['110', AT]))
    checkMark(api, `120/110/${AT}`)
    expect(requests).toEqual([`GET ${PATH}?resourceVersion=120&resourceVersionMatch=Exact`])
  })

  it.each([
    ['another lease was the last', leases('120', ['111', AT])],
    ['it was written at another time', leases('120', ['110', '2020-01-01T00:00:00Z'])],
    ['leases may no longer be seen', status(403, 'no')],
    ['that is not known any more', status(410, 'compacted')],
  ])('is expired where %s', (_, answer) => {
    const { api } = ask(answer)
    expect(errorOf(() => checkMark(api, `120/110/${AT}`))).toMatchObject({ code: 'expired' })
  })
})
