// What to do about an answer. The texts are made after the formats in the source of Kubernetes 1.34, shortened.
import { describe, expect, it } from 'vitest'
import { purposeOf } from '../../../src/cluster/failure.ts'
import type { Failure, Purpose } from '../../../src/cluster/failure.ts'
import { hintFor } from '../../../src/cluster/hints.ts'

const failure = (code: number, detail = '', change: Partial<Failure> = {}): Failure => ({
  code,
  url: 'http://proxy.example:8001/',
  by: 'server',
  detail,
  reason: null,
  continueToken: null,
  objectName: null,
  objectKind: null,
  ...change,
})
const purpose = (change: Partial<Purpose> = {}): Purpose => ({
  ...purposeOf('GET /api/v1/namespaces/web/pods', 'pods', 'web'),
  ...change,
})
const CANNOT_LIST = 'pods is forbidden: User "jane" cannot list resource "pods" in API group ""'

describe('401', () => {
  it.each([
    { hasToken: true, by: 'server', want: 'does not accept this token' },
    { hasToken: false, by: 'server', want: 'give the server a token' },
    { hasToken: true, by: 'stranger', want: 'wants a login of its own' },
  ] as const)('by a $by, with a token: $hasToken', ({ hasToken, by, want }) => {
    expect(hintFor(failure(401, 'Unauthorized', { by }), purpose(), hasToken, null)).toContain(want)
  })
})

describe('a host that adds credentials', () => {
  const OWN = 'make a user mapping'
  const anonymous = failure(403, 'pods is forbidden: User "system:anonymous" cannot list resource "pods"')

  it.each([
    { name: '401', of: failure(401), hasToken: false, want: OWN },
    { name: '403 of nobody', of: anonymous, hasToken: false, want: OWN },
    { name: '401 with a token of the server', of: failure(401), hasToken: true, want: 'store a new one' },
    {
      name: '401 by another',
      of: failure(401, '', { by: 'stranger' }),
      hasToken: false,
      want: 'a login of its own',
    },
  ])('$name', ({ of, hasToken, want }) => {
    expect(hintFor(of, purpose(), hasToken, OWN)).toContain(want)
  })
})

describe('403', () => {
  it.each<{ name: string; of: Failure; for?: Partial<Purpose>; want: string }>([
    {
      name: 'of a list in a namespace',
      of: failure(403, CANNOT_LIST, { objectKind: 'pods' }),
      want: 'grant the user a Role in namespace web with the verb list on pods',
    },
    {
      name: 'of a list of all namespaces',
      of: failure(403, CANNOT_LIST, { objectKind: 'pods' }),
      for: { namespace: null },
      want: "grant the user a ClusterRole with the verb list on pods, or show one namespace with the table's option namespace",
    },
    {
      name: 'of another verb',
      of: failure(403, CANNOT_LIST, { objectKind: 'pods' }),
      for: { namespace: null, verb: 'create' },
      want: 'grant the user a ClusterRole with the verb create on pods',
    },
    {
      name: 'of nobody',
      of: failure(403, 'pods is forbidden: User "system:anonymous" cannot list resource "pods"'),
      want: 'give the server a token with api_key_id, api_key_name or api_key',
    },
    {
      name: 'of impersonation',
      of: failure(403, 'users "jane" is forbidden: User "r" cannot impersonate resource "users"', {
        objectKind: 'users',
        objectName: 'jane',
      }),
      want: 'grant the token\'s user a ClusterRole with the verb impersonate on users, resourceNames ["jane"]',
    },
    {
      name: "by a kubectl proxy that does not know the host's name",
      of: failure(403, 'Forbidden', { by: 'kubectl' }),
      want: "a kubectl proxy says so to a host that it does not know: start it with --address and with --accept-hosts='^proxy\\.example$'; its --accept-paths, --reject-paths and --reject-methods refuse in the same words",
    },
    {
      name: 'by a gateway',
      of: failure(403, 'no', { by: 'stranger' }),
      want: 'no right is missing in the cluster, for its authorizer has not said this: a proxy, gateway or policy between the database server and the API server refuses; look at its rules and its logs',
    },
  ])('$name', ({ of, for: change, want }) => {
    expect(hintFor(of, purpose(change), true, null)).toBe(want)
  })

  it.each([
    { url: 'http://[::1]:8001/api', host: '^::1$' },
    { url: 'https://10.0.0.1/', host: '^10\\.0\\.0\\.1$' },
  ])('the host of $url as --accept-hosts takes it', ({ url, host }) => {
    const hint = hintFor(failure(403, 'Forbidden', { by: 'kubectl', url }), purpose(), true, null)
    expect(hint).toContain(`--accept-hosts='${host}'`)
  })
})

describe('other answers', () => {
  it.each<{ of: Failure; for?: Partial<Purpose>; want: string }>([
    { of: failure(404, '', { objectKind: 'namespaces' }), want: 'namespace web does not exist' },
    { of: failure(404), want: 'check the kind and its version' },
    { of: failure(404, '', { by: 'stranger' }), want: 'no API server says this' },
    { of: failure(410), want: 'run the query again' },
    { of: failure(302), want: 'the URL that the redirect leads to' },
    { of: failure(406), want: 'does not give plain JSON' },
    { of: failure(429), want: 'limits requests' },
    { of: failure(400, 'Client sent an HTTP request to an HTTPS server.'), want: 'https://' },
    { of: failure(400), for: { hasSelectors: true }, want: 'check label_selector and field_selector' },
    { of: failure(400), want: 'check api_url and the options of the table' },
    { of: failure(502, '', { by: 'stranger' }), want: 'a proxy or gateway before the API server' },
    { of: failure(500), want: 'has a problem' },
    { of: failure(500, 'etcdserver: request timed out'), want: 'the storage of the API server (etcd)' },
    { of: failure(503, 'service unavailable'), want: 'a server behind the API server' },
    { of: failure(429, 'storage is (re)initializing'), want: 'still reading these objects' },
    { of: failure(502, 'dial tcp 10.0.0.1:6443: connect: connection refused'), want: 'cannot reach the API' },
    // A webhook may refuse with any code; its words count for nothing else.
    { of: failure(400, 'admission webhook "x" denied the request'), want: 'an admission webhook' },
    { of: failure(400, 'etcdserver: no'), want: 'check api_url' },
  ])('$of.code $of.detail', ({ of, for: change, want }) => {
    expect(hintFor(of, purpose(change), true, null)).toContain(want)
  })
})

it('a conversion webhook that fails is gone round by the stored version', () => {
  const detail =
    'conversion webhook for stable.example.com/v1, Kind=Widget failed: Post "https://x": connection refused'
  const resource = 'widgets.stable.example.com'
  expect(hintFor(failure(500, detail), purpose({ resource }), true, null)).toContain(
    "which needs none: object 'widgets.v1.stable.example.com'",
  )
})
