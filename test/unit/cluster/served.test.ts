// What a cluster says that it serves, in the forms of old and new API servers.
import { describe, expect, it } from 'vitest'
import type { KindQuery } from '../../../src/cluster/kinds.ts'
import {
  described,
  hasStatus,
  isForbidden,
  isNotFound,
  isRoot,
  ofVersion,
  rootError,
  servedEverywhere,
  servedInCore,
  servedInGroups,
} from '../../../src/cluster/served.ts'
import type { Served, Unread } from '../../../src/cluster/served.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'
import type { Answer, Answers } from '../support/fakes.ts'

const anything: KindQuery = { group: null, version: null, kind: null, name: null, written: '' }
const shown = (served: readonly Served[]): string[] =>
  served.map(({ resource: { apiVersion, plural, namespaced }, listable }) =>
    [apiVersion, plural, namespaced ? 'namespaced' : 'cluster', listable ? 'list' : '-'].join(' '),
  )
const resources = (...names: string[]): Answer => ({
  body: {
    kind: 'APIResourceList',
    resources: names.map((name) => ({ name, kind: 'Kind', namespaced: true, verbs: ['list'] })),
  },
})
const forbidden = status(403, 'forbidden: User "jane" cannot get path "/api"')
const missing = status(404, 'the server could not find the requested resource')

describe('the status of a resource', () => {
  const of = { apiVersion: 'x/v1', kind: 'A', plural: 'as', singular: 'a', shortNames: [], namespaced: true }

  it('is one of its own where the cluster lists it, or does not tell', () => {
    expect(hasStatus(clusterOf({ 'GET /apis/x/v1': resources('as', 'as/status') }).api, of)).toBe(true)
    expect(hasStatus(clusterOf({ 'GET /apis/x/v1': resources('as', 'bs/status') }).api, of)).toBe(false)
    expect(hasStatus(clusterOf({ 'GET /apis/x/v1': forbidden }).api, of)).toBe(true)
    expect(hasStatus(clusterOf({}).api, { ...of, apiVersion: 'apps/v1' })).toBe(true)
  })
})

describe('a group version', () => {
  it('lists its resources, not their subresources', () => {
    const { api } = clusterOf({ 'GET /api/v1': resources('pods', 'pods/log') })
    expect(shown(ofVersion(api, 'v1'))).toEqual(['v1 pods namespaced list'])
  })

  it('that is not found has none', () => {
    expect(ofVersion(clusterOf({ 'GET /apis/x/v1': missing }).api, 'x/v1')).toEqual([])
  })

  it.each([
    { answer: forbidden, problem: 'says 403 Forbidden' },
    { answer: missing, problem: 'says 404 Not Found' },
    { answer: status(503, 'no'), problem: 'does not answer' },
    { answer: { body: { kind: 'Pod' } }, problem: 'gives no list of what it serves' },
  ])('that $problem is noted, or is an error', ({ answer, problem }) => {
    const { api } = clusterOf({ 'GET /apis/x/v1': answer })
    const unread: Unread[] = []
    expect(ofVersion(api, 'x/v1', unread)).toEqual([])
    expect(described(unread)).toBe(`/apis/x/v1 ${problem}`)
    expect(errorOf(() => ofVersion(api, 'x/v1')).code !== undefined).toBe(!problem.includes('404'))
  })
})

describe('older discovery', () => {
  const groups: Answers = {
    'GET /apis': {
      body: {
        kind: 'APIGroupList',
        groups: [
          {
            name: 'x',
            preferredVersion: { groupVersion: 'x/v2' },
            versions: [{ groupVersion: 'x/v1' }, { groupVersion: 'x/v2' }],
          },
        ],
      },
    },
    'GET /apis/x/v1': resources('olds', 'both'),
    'GET /apis/x/v2': resources('news', 'both'),
  }

  it('has preferred versions first', () => {
    expect(shown(servedInGroups(clusterOf(groups).api, anything, []))).toEqual([
      'x/v2 news namespaced list',
      'x/v2 both namespaced list',
      'x/v1 olds namespaced list',
      'x/v1 both namespaced list',
    ])
  })

  it('is not read further than to what was asked for', () => {
    const { api, requests } = clusterOf(groups)
    servedInGroups(api, { ...anything, name: 'both' }, [])
    expect(requests).toEqual(['GET /apis', 'GET /apis/x/v2'])
  })

  it.each([
    { group: '', core: 1, others: 0 },
    { group: 'x', core: 0, others: 1 },
    { group: null, core: 1, others: 1 },
  ])('asks for $group alone', ({ group, core, others }) => {
    const none = { body: { kind: 'APIGroupDiscoveryList', items: [] } }
    const { api, requests } = clusterOf({ 'GET /api': none, 'GET /apis': none })
    servedInCore(api, { ...anything, group }, [])
    servedInGroups(api, { ...anything, group }, [])
    const count = (request: string): number => requests.filter((each) => each === request).length
    expect([count('GET /api'), count('GET /apis')]).toEqual([core, others])
  })
})

it('aggregated discovery says scope, verbs and what is stale', () => {
  const entry = (resource: string, more: object) => ({
    resource,
    responseKind: { kind: 'Kind' },
    verbs: ['get'],
    ...more,
  })
  const unread: Unread[] = []
  const { api } = clusterOf({
    'GET /apis': {
      body: {
        kind: 'APIGroupDiscoveryList',
        items: [
          {
            metadata: { name: 'x' },
            versions: [
              { version: 'v1', resources: [entry('as', { scope: 'Namespaced' }), entry('bs', {})] },
              { version: 'v0', freshness: 'Stale', resources: [entry('cs', { verbs: ['list'] })] },
            ],
          },
        ],
      },
    },
  })
  const served = servedInGroups(api, anything, unread)
  expect(shown(served)).toEqual(['x/v1 as namespaced -', 'x/v1 bs cluster -', 'x/v0 cs cluster list'])
  expect(served.map(({ stale }) => stale)).toEqual([false, false, true])
  expect(described(unread)).toBe('/apis/x/v0 does not answer')
})

describe('a root that cannot be read', () => {
  const unread = (answer: Answer): Unread[] => {
    const found: Unread[] = []
    servedInCore(clusterOf({ 'GET /api': answer }).api, anything, found)
    return found
  }

  it.each([
    { answer: forbidden, forbidden: true, notFound: false },
    { answer: missing, forbidden: false, notFound: true },
  ])('says why: forbidden $forbidden, not found $notFound', ({ answer, forbidden, notFound }) => {
    const [one] = unread(answer)
    if (one === undefined) throw new Error('nothing is noted')
    expect([isRoot(one), isForbidden(one), isNotFound(one)]).toEqual([true, forbidden, notFound])
  })

  it('is an error for any other reason', () => {
    expect(errorOf(() => unread(status(500, 'oops'))).code).toBe('status')
  })

  it('that was not found is no error if the cluster serves something else', () => {
    expect(rootError(unread(missing), true)).toBeNull()
    expect(rootError(unread(missing), false)).toMatchObject({ code: 'status' })
    expect(rootError(unread(forbidden), true)).toMatchObject({ code: 'status' })
    expect(rootError([], false)).toBeNull()
  })
})

describe('everything', () => {
  it('is what can be read, with a warning of what cannot', () => {
    const { api, warnings } = clusterOf({
      'GET /api': { body: { kind: 'APIVersions', versions: ['v1'] } },
      'GET /api/v1': resources('pods'),
      'GET /apis': forbidden,
    })
    expect(shown(servedEverywhere(api))).toEqual(['v1 pods namespaced list'])
    expect(warnings).toEqual(['k8s_fdw: kinds are missing or out of date: /apis says 403 Forbidden'])
  })

  it('is an error if nothing can be read', () => {
    const { api } = clusterOf({ 'GET /api': forbidden, 'GET /apis': forbidden })
    expect(errorOf(() => servedEverywhere(api)).code).toBe('status')
  })
})
