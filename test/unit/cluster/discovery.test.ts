// Which resource a kind or name means in a cluster, as kubectl resolves it, and what is said if there is none.
import { describe, expect, it } from 'vitest'
import { discover, notServed } from '../../../src/cluster/discovery.ts'
import { purposeOf } from '../../../src/cluster/failure.ts'
import { parseKind } from '../../../src/cluster/kinds.ts'
import type { KindOptions } from '../../../src/cluster/kinds.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'
import type { Answer, Answers } from '../support/fakes.ts'

const entry = (kind: string, resource: string, more: object = {}) => ({
  resource,
  responseKind: { kind },
  singularResource: kind.toLowerCase(),
  scope: 'Namespaced',
  verbs: ['get', 'list'],
  ...more,
})
const group = (name: string, versions: { readonly [version: string]: readonly object[] }) => ({
  metadata: { name },
  versions: Object.entries(versions).map(([version, resources]) => ({ version, resources })),
})
const discovery = (...items: object[]) => ({ body: { kind: 'APIGroupDiscoveryList', items } })
const CLUSTER: Answers = {
  'GET /api': discovery(group('', { v1: [entry('Pod', 'pods', { shortNames: ['po'] })] })),
  'GET /apis': discovery(
    group('stable.example.com', {
      v1: [entry('Widget', 'widgets', { shortNames: ['wd'] })],
      v1beta1: [entry('Widget', 'widgets'), entry('Gadget', 'gadgets')],
    }),
    group('a.example.com', {
      v1: [entry('Part', 'parts'), entry('Review', 'reviews', { verbs: ['create'] })],
    }),
    group('b.example.com', { v1: [entry('Part', 'parts')] }),
  ),
}
const list = (...kinds: string[]) => ({
  body: {
    kind: 'APIResourceList',
    resources: kinds.map((kind) => ({
      name: `${kind.toLowerCase()}s`,
      kind,
      namespaced: true,
      verbs: ['list'],
    })),
  },
})
const kind = (change: Partial<KindOptions>) =>
  parseKind({ apiVersion: null, kind: null, object: null, ...change })
const found = (change: Partial<KindOptions>, answers = CLUSTER): string => {
  const { apiVersion, plural } = discover(clusterOf(answers).api, kind(change))
  return `${apiVersion} ${plural}`
}

describe('a resource', () => {
  it.each<{ of: Partial<KindOptions>; want: string }>([
    { of: { kind: 'Widget' }, want: 'stable.example.com/v1 widgets' },
    { of: { object: 'wd' }, want: 'stable.example.com/v1 widgets' },
    { of: { object: 'widget' }, want: 'stable.example.com/v1 widgets' },
    { of: { object: 'WIDGETS' }, want: 'stable.example.com/v1 widgets' },
    { of: { object: 'widgets.stable' }, want: 'stable.example.com/v1 widgets' },
    { of: { object: 'gadgets' }, want: 'stable.example.com/v1beta1 gadgets' },
    { of: { object: 'parts.b.example.com' }, want: 'b.example.com/v1 parts' },
    { of: { object: 'po' }, want: 'v1 pods' },
  ])('$of', ({ of, want }) => {
    expect(found(of)).toBe(want)
  })

  it('of a group and version takes one small request', () => {
    const { api, requests } = clusterOf({ 'GET /apis/stable.example.com/v1beta1': list('Widget') })
    const query = kind({ apiVersion: 'stable.example.com/v1beta1', kind: 'Widget' })
    expect(discover(api, query).plural).toBe('widgets')
    expect(requests).toEqual(['GET /apis/stable.example.com/v1beta1'])
  })

  it('that cannot be listed is found for who does not list it', () => {
    const { api } = clusterOf(CLUSTER)
    expect(discover(api, kind({ kind: 'Review' }), 'any').plural).toBe('reviews')
    expect(errorOf(() => discover(api, kind({ kind: 'Review' })))).toMatchObject({
      code: 'option',
      message: 'objects of kind Review cannot be listed',
    })
  })

  it('that cannot be watched is an error for who watches it', () => {
    const { api } = clusterOf({
      'GET /apis/metrics.example.com/v1': {
        body: {
          kind: 'APIResourceList',
          resources: [
            {
              name: 'usages',
              singularName: 'usage',
              kind: 'Usage',
              namespaced: true,
              verbs: ['get', 'list'],
            },
            {
              name: 'meters',
              singularName: 'meter',
              kind: 'Meter',
              namespaced: true,
              verbs: ['list', 'watch'],
            },
          ],
        },
      },
    })
    const of = (name: string) => kind({ apiVersion: 'metrics.example.com/v1', kind: name })
    expect(discover(api, of('Usage')).plural).toBe('usages')
    expect(discover(api, of('Meter'), 'watch').plural).toBe('meters')
    expect(errorOf(() => discover(api, of('Usage'), 'watch'))).toEqual({
      code: 'option',
      message: 'objects of kind Usage cannot be watched',
      hint: "show them without their changes: ALTER FOREIGN TABLE … OPTIONS (SET watch 'off')",
    })
  })
})

describe('no resource', () => {
  it.each<{ of: Partial<KindOptions>; problem: string; hint: string }>([
    {
      of: { kind: 'Part' },
      problem: 'the cluster serves Part in 2 groups',
      hint: "write apiVersion 'a.example.com/v1', kind 'Part', or apiVersion 'b.example.com/v1', kind 'Part'",
    },
    {
      of: { kind: 'Wigdet' },
      problem: 'the cluster serves no Wigdet',
      hint: "did you mean apiVersion 'stable.example.com/v1', kind 'Widget', or apiVersion 'stable.example.com/v1beta1', kind 'Widget'?",
    },
    {
      of: { object: 'gadgest' },
      problem: 'the cluster serves no gadgest',
      hint: "did you mean object 'gadgets.stable.example.com'?",
    },
    {
      of: { kind: 'PodMetrics' },
      problem: 'the cluster serves no PodMetrics',
      hint: 'metrics-server serves it, and is not installed in this cluster: https://github.com/kubernetes-sigs/metrics-server says how',
    },
    {
      of: { object: 'logs' },
      problem: 'the cluster serves no logs',
      hint: "did you mean object 'pods/log'?",
    },
    {
      of: { object: 'zzzzzzzz' },
      problem: 'the cluster serves no zzzzzzzz',
      hint: 'kubectl api-resources lists the kinds that it serves',
    },
  ])('$problem', ({ of, problem, hint }) => {
    expect(errorOf(() => found(of))).toEqual({ code: 'option', message: problem, hint })
  })

  it('is said with a reserve if a server behind the API server does not answer', () => {
    const versions = [{ version: 'v1', freshness: 'Stale', resources: [] }]
    const answers = { ...CLUSTER, 'GET /apis': discovery({ metadata: { name: 'x.example.com' }, versions }) }
    expect(errorOf(() => found({ kind: 'Thing' }, answers))).toMatchObject({
      code: 'status',
      message: 'the cluster serves no Thing, as far as it tells: /apis/x.example.com/v1 does not answer',
    })
  })

  it('is said with the hint of the answer that could not be read', () => {
    const groups = [
      {
        name: 'x.example.com',
        preferredVersion: { groupVersion: 'x.example.com/v1' },
        versions: [{ groupVersion: 'x.example.com/v1' }],
      },
    ]
    const read = (answer: Answer) =>
      errorOf(() =>
        found(
          { kind: 'Thing' },
          {
            'GET /api': discovery(),
            'GET /apis': { body: { kind: 'APIGroupList', groups } },
            'GET /apis/x.example.com/v1': answer,
          },
        ),
      ).hint
    const forbidden = 'forbidden: User "jane" cannot get path "/apis/x.example.com/v1"'
    expect(read(status(403, forbidden))).toContain('grant the user a ClusterRole')
    expect(read(status(503, 'no'))).toContain('kubectl get apiservices shows')
  })

  it('is not said by a cluster that may not be asked', () => {
    const forbidden = status(403, 'forbidden: User "jane" cannot get path "/apis"')
    const answers = { 'GET /api': forbidden, 'GET /apis': forbidden }
    expect(errorOf(() => found({ kind: 'Thing' }, answers))).toMatchObject({
      code: 'status',
      message: expect.stringContaining('403 Forbidden') as unknown,
    })
  })
})

describe('a 404 of a built-in kind', () => {
  const NOT_FOUND = {
    code: 404,
    url: '',
    by: 'server' as const,
    detail: 'the server could not find the requested resource',
    reason: 'NotFound',
    continueToken: null,
    objectName: null,
    objectKind: null,
  }
  const purpose = purposeOf('GET /apis/batch/v1/cronjobs', 'cronjobs.batch', 'shop')
  const error = (answers: Answers, change: Partial<typeof NOT_FOUND> | { objectKind: string } = {}) =>
    notServed(clusterOf(answers).api, kind({ object: 'cronjobs' }), { ...NOT_FOUND, ...change }, purpose)

  it('names the version that the cluster serves', () => {
    const answers = {
      'GET /api': discovery(),
      'GET /apis': discovery(group('batch', { v1beta1: [entry('CronJob', 'cronjobs')] })),
    }
    expect(error(answers).hint).toBe(
      "the cluster does not serve cronjobs; it serves object 'cronjobs.v1beta1.batch'",
    )
  })

  it('is as it was if the cluster does not tell', () => {
    const forbidden = status(500, 'oops')
    expect(error({ 'GET /api': forbidden, 'GET /apis': forbidden })).toMatchObject({
      code: 'status',
      message: 'GET /apis/batch/v1/cronjobs: 404 Not Found: the server could not find the requested resource',
    })
  })

  it('of a namespace that is missing asks nothing', () => {
    expect(error({}, { objectKind: 'namespaces' }).hint).toContain('namespace shop does not exist')
  })
})
