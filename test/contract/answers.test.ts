// Who has answered, and what follows from it: an API server, a server behind it, a kubectl proxy, a gateway.
// The same through psql is in test/e2e/errors/odd-answers.test.ts.
import { describe, expect, it } from 'vitest'
import type { Request, Response } from '../support/portable-host/imports.ts'
import type { QualSpec } from './memory-host.ts'
import { failure, json, list, pod, text } from './responses.ts'
import { API_URL, onEachEngine } from './run-scan.ts'
import type { RunScan, ScanResult, ScanSpec } from './run-scan.ts'

const PODS = { object: 'pods', namespaces: 'a,b' }
const HTML = '<html><head><title>403 Forbidden</title></head><body>nginx</body></html>'
const PROXY_HINT =
  "a kubectl proxy says so to a host that it does not know: start it with --address and with --accept-hosts='^HOST$'; " +
  'its --accept-paths, --reject-paths and --reject-methods refuse in the same words'
const NOT_RBAC =
  'no right is missing in the cluster, for its authorizer has not said this: a proxy, gateway or policy between ' +
  'the database server and the API server refuses; look at its rules and its logs'

const hintOf = ({ error }: ScanResult): string => error?.split('. Hint: ').slice(1).join('') ?? ''
const answered = (url: string, response: Response): Response => ({ ...response, url })

onEachEngine('a 403', (scan) => {
  const ask = (response: Response, spec: Partial<ScanSpec> = {}): Promise<ScanResult> =>
    scan({ ...spec, respond: [response] })

  it.each(['Forbidden\n', '<h3>Unauthorized</h3>'])('of a kubectl proxy: %s', async (body) => {
    const url = 'http://Host.docker.internal:8001'
    const api = { api_url: url, api_key: null }
    const result = await ask(answered(url.toLowerCase(), text(403, body)), { serverOptions: api })
    expect(result.error).toContain(`403 Forbidden: the body is not JSON: ${body.trim()}. Hint: `)
    expect(hintOf(result)).toBe(PROXY_HINT.replace('HOST', 'host\\.docker\\.internal'))
    // The proxy is sent the address as the HTTP client writes it.
    const six = { api_url: 'http://[FD00:0:0:0:0:0:0:1]:8001/k8s', api_key: null }
    const other = await ask(answered('http://[fd00::1]:8001/', text(403, body)), { serverOptions: six })
    expect(hintOf(other)).toBe(PROXY_HINT.replace('HOST', 'fd00::1'))
  })

  it('of a kubectl proxy, while reading Secrets', async () => {
    const result = await ask(text(403, 'Forbidden\n'), { tableOptions: { object: 'secrets' } })
    expect(result.error).toContain('403 Forbidden: the body is not JSON. Hint: a kubectl proxy says so')
  })

  it.each<[string, Response]>([
    ['a page', text(403, HTML)],
    ['no body', text(403, '')],
    ["a gateway's text", text(403, 'RBAC: access denied')],
    ['JSON that is no Status', json(403, { message: 'User "jane" cannot list resource "pods"' })],
    ['a Status of a policy', failure(403, 'Forbidden', 'pods "x" is forbidden: denied by policy')],
    ["a teleport's Status", failure(403, 'Forbidden', 'access denied to pods')],
  ])('that is no word of the authorizer: %s', async (_, response) => {
    expect(hintOf(await ask(response))).toBe(NOT_RBAC)
  })

  it.each<[string, Response]>([
    ['kubectl proxy', text(403, 'Forbidden\n')],
    ['a page', text(403, HTML)],
    ['a policy', failure(403, 'Forbidden', 'pods "x" is forbidden: denied by policy')],
    [
      'an admission webhook',
      failure(403, 'Forbidden', 'admission webhook "x.example.com" denied the request: no'),
    ],
    [
      'a right on the cluster itself',
      failure(
        403,
        'Forbidden',
        'clusters.management.cattle.io "c-1" is forbidden: User "u-1" cannot get resource "clusters"',
        { details: { group: 'management.cattle.io', kind: 'clusters', name: 'c-1' } },
      ),
    ],
  ])("is not counted by forbidden 'skip': %s", async (_, response) => {
    const result = await ask(response, { tableOptions: PODS, serverOptions: { forbidden: 'skip' } })
    expect(result.error).toContain('403 Forbidden')
    expect(result.warnings).toEqual([])
    expect(result.error).not.toContain('grant the user')
  })

  it('about another resource names that one', async () => {
    const result = await ask(
      failure(
        403,
        'Forbidden',
        'clusters.management.cattle.io "c-1" is forbidden: User "u-1" cannot get resource "clusters"',
        { details: { group: 'management.cattle.io', kind: 'clusters', name: 'c-1' } },
      ),
    )
    expect(hintOf(result)).toBe(
      'this is not about pods: what stands before the API server asks for a right of its own, on clusters',
    )
  })

  it.each([
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "a"',
    'pods is forbidden: User "jane" cannot list pods in the namespace "a"',
    'User "jane" cannot list pods in project "a"',
  ])('of the authorizer is counted: %s', async (message) => {
    const details = { details: { kind: 'pods' } }
    const result = await ask(failure(403, 'Forbidden', message, details), {
      tableOptions: PODS,
      serverOptions: { forbidden: 'skip' },
    })
    expect(result).toMatchObject({ rows: [], error: null })
    expect(result.warnings.length).toBe(1)
  })

  it.each<[string, Response]>([
    ['kubectl proxy', text(403, 'Forbidden\n')],
    ['a page', text(403, HTML)],
  ])('of a GET by name is no reason to list: %s', async (_, response) => {
    const result = await scan({
      tableOptions: { object: 'pods', namespace: 'x' },
      quals: [{ field: 'name', operator: '=', value: { tag: 'string', val: 'a' } }],
      respond: [response, list([pod('a', 'x')])],
    })
    expect(result.error).toContain('GET /api/v1/namespaces/x/pods/a: 403 Forbidden')
    expect(result.urls.length).toBe(1)
  })
})

interface Trouble {
  readonly answer: Response
  readonly hint: string
}

const WEBHOOK =
  'conversion webhook for parts.example.com/v1, Kind=Part failed: Post "https://10.0.0.9:443/convert": dial tcp 10.0.0.9:443: connect: connection refused'
const TROUBLES: readonly Trouble[] = [
  {
    answer: failure(
      500,
      'InternalError',
      'Internal error occurred: failed calling webhook "v.example.com": no endpoints',
    ),
    hint: 'an admission webhook of the cluster refuses this request, or does not answer: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations shows which there are',
  },
  {
    answer: failure(400, 'BadRequest', 'admission webhook "v.example.com" denied the request: no'),
    hint: 'an admission webhook of the cluster refuses this request',
  },
  ...[
    'getting credentials: exec: executable aws failed with exit code 255',
    'failed to refresh token: oauth2: cannot fetch token: 400 Bad Request',
  ].map((body) => ({
    answer: text(500, body),
    hint: 'the kubectl proxy behind api_url cannot log in to the cluster: log in anew where it runs, and start it again',
  })),
  ...[
    text(503, 'service unavailable\n'),
    text(503, 'error trying to reach service: dial tcp 10.0.0.9:443: connect: connection refused'),
    failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request'),
  ].map((answer) => ({
    answer,
    hint: 'a server behind the API server serves this, and does not answer: kubectl get apiservices shows which, and why',
  })),
  ...[
    failure(500, 'InternalError', 'storage is (re)initializing'),
    failure(429, 'TooManyRequests', 'storage is (re)initializing'),
  ].map((answer) => ({
    answer,
    hint: 'the API server is still reading these objects: try again in a minute; if it stays so, they cannot be read: look at the logs of the API server, and for a custom resource at its conversion webhook',
  })),
  ...[
    failure(500, '', 'etcdserver: request timed out'),
    failure(500, '', 'etcdserver: leader changed'),
    failure(500, '', 'rpc error: code = Unavailable desc = error reading from server: EOF'),
    failure(500, '', 'context deadline exceeded'),
    failure(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout'),
    failure(
      504,
      'Timeout',
      'the server was unable to return a response in the time allotted, but may still be processing the request',
    ),
  ].map((answer) => ({
    answer,
    hint: 'the storage of the API server (etcd) is slow or away: look at kubectl get --raw /readyz?verbose; a namespace, a selector or a lower page_size make a request smaller',
  })),
  {
    answer: failure(
      500,
      'InternalError',
      'unable to transform key "/registry/pods/a/b": no matching prefix found',
    ),
    hint: 'the API server cannot read what it has stored, as after a lost encryption key: look at its logs and its EncryptionConfiguration',
  },
  ...[
    failure(
      503,
      'ServiceUnavailable',
      'the request has been made before all known HTTP paths have been installed, please re-issue the request to the server in a minute',
    ),
    failure(503, 'ServiceUnavailable', 'apiserver is shutting down'),
  ].map((answer) => ({ answer, hint: 'the API server is starting or stopping: try again in a minute' })),
  {
    answer: text(500, 'Internal Server Error: "/api/v1/pods": Post "https://authz.example/": EOF'),
    hint: 'the API server cannot find out who asks, or what he may do: look at its logs, and at its authentication and authorization webhooks',
  },
  ...[
    text(502, 'dial tcp 10.0.0.1:6443: connect: connection refused'),
    text(500, 'tls: failed to verify certificate: x509: certificate signed by unknown authority'),
  ].map((answer) => ({
    answer,
    hint: 'what answers at api_url (a kubectl proxy?) cannot reach the API server behind it: run kubectl get namespaces where it runs',
  })),
  {
    answer: text(401, HTML),
    hint: 'the API server has not said this: a proxy or gateway before it wants a login of its own; set api_url to the API server itself, or to a kubectl proxy',
  },
  {
    answer: text(404, HTML),
    hint: 'no API server says this: check api_url, and whether a path belongs to it, such as the --api-prefix of a kubectl proxy',
  },
  ...[406, 415].map((code) => ({
    answer: failure(code, 'NotAcceptable', 'only yaml'),
    hint: 'what answers at api_url does not give plain JSON: is it the URL of an API server, and nothing that changes requests in between?',
  })),
]

onEachEngine('an answer that is no success', (scan) => {
  it.each<[string, Response]>([
    [
      'GET /api/v1/pods: 400 Bad Request: admission webhook "v.example.com" denied the request: no',
      failure(400, 'BadRequest', 'admission webhook "v.example.com" denied the request: no'),
    ],
    [
      'GET /api/v1/pods: 401 Unauthorized: an HTML page titled "403 Forbidden" instead of JSON',
      text(401, HTML),
    ],
    ['GET /api/v1/pods: 403 Forbidden: an HTML page titled "403 Forbidden" instead of JSON', text(403, HTML)],
    ['GET /api/v1/pods: 404 Not Found: an HTML page titled "403 Forbidden" instead of JSON', text(404, HTML)],
    ['GET /api/v1/pods: 406 Not Acceptable: only yaml', failure(406, 'NotAcceptable', 'only yaml')],
    [
      'GET /api/v1/pods: 429 Too Many Requests: storage is (re)initializing',
      failure(429, 'TooManyRequests', 'storage is (re)initializing'),
    ],
    [
      'GET /api/v1/pods: 500 Internal Server Error: conversion webhook for parts.example.com/v1, Kind=Part failed: no',
      failure(500, '', 'conversion webhook for parts.example.com/v1, Kind=Part failed: no'),
    ],
    [
      'GET /api/v1/pods: 500 Internal Server Error: unable to transform key "/registry/pods/a/b": no matching prefix found',
      failure(500, '', 'unable to transform key "/registry/pods/a/b": no matching prefix found'),
    ],
    [
      'GET /api/v1/pods: 500 Internal Server Error: the body is not JSON: Internal Server Error: "/api/v1/pods": EOF',
      text(500, 'Internal Server Error: "/api/v1/pods": EOF'),
    ],
    [
      'GET /api/v1/pods: 500 Internal Server Error: the body is not JSON: getting credentials: exec: no',
      text(500, 'getting credentials: exec: no'),
    ],
    [
      'GET /api/v1/pods: 502 Bad Gateway: the body is not JSON: dial tcp 10.0.0.1:6443: connect: connection refused',
      text(502, 'dial tcp 10.0.0.1:6443: connect: connection refused'),
    ],
  ])('is quoted: %s', async (said, answer) => {
    expect((await scan({ respond: [answer] })).error).toContain(`k8s_fdw[status] ${said}. Hint: `)
  })

  it('of a review too', async () => {
    const { error } = await scan({
      tableOptions: { object: 'whoami' },
      columns: [{ name: 'username', type: 'string' }],
      respond: [failure(500, 'InternalError', 'Internal error occurred: failed calling webhook "v": EOF')],
    })
    expect(error).toContain(
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews: 500 Internal Server Error: Internal error occurred: failed calling webhook "v": EOF. Hint: an admission webhook',
    )
  })

  it.each(TROUBLES)('$answer.statusCode $answer.body', async ({ answer, hint }) => {
    expect(hintOf(await scan({ respond: [answer] }))).toContain(hint)
  })

  it.each([
    ['500', failure(500, 'InternalError', WEBHOOK)],
    ['a 429', failure(429, 'TooManyRequests', WEBHOOK)],
  ])('names the version that needs no conversion: %s', async (_, answer) => {
    const resource = { name: 'parts', namespaced: false, kind: 'Part', verbs: ['get', 'list'] }
    const result = await scan({
      tableOptions: { apiVersion: 'parts.example.com/v2', kind: 'Part' },
      respond: [json(200, { kind: 'APIResourceList', resources: [resource] }), answer],
    })
    expect(hintOf(result)).toBe(
      'the webhook that converts parts.parts.example.com between their versions does not work: ' +
        "kubectl get crd parts.parts.example.com -o jsonpath='{.spec.conversion}' shows which it is; until it does, " +
        "show the version that the objects are stored in, which needs none: object 'parts.v1.parts.example.com'",
    )
    const unknown = failure(500, 'InternalError', 'conversion webhook gave nothing')
    const other = await scan({
      tableOptions: { apiVersion: 'parts.example.com/v2', kind: 'Part' },
      respond: [json(200, { kind: 'APIResourceList', resources: [resource] }), unknown],
    })
    expect(hintOf(other)).toContain(
      "which needs none: the one that kubectl shows with -o jsonpath='{.spec.versions[?(@.storage==true)].name}'",
    )
  })
})

const nameIs = (...names: string[]): QualSpec[] => [
  {
    field: 'name',
    operator: '=',
    useOr: true,
    value: names.map((val) => ({ tag: 'string', val })),
  },
]

const pathOf = ({ url }: Request): string => decodeURIComponent(url.slice(API_URL.length))

onEachEngine('a 404 of a GET by name', (scan) => {
  const LIST = '/api/v1/namespaces/x/pods?limit=1000&fieldSelector=metadata.name='
  const read = (
    answer: Response,
    more: Partial<ScanSpec> = {},
    listed: Response = list([pod('a', 'x'), pod('b', 'x')]),
  ): Promise<ScanResult> =>
    scan({
      tableOptions: { ...{ object: 'pods', namespace: 'x' }, columns: '{"spec": "spec"}' },
      columns: [
        { name: 'name', type: 'string' },
        { name: 'spec', type: 'json' },
      ],
      quals: nameIs('a'),
      ...more,
      respond: (request) => (pathOf(request).endsWith('/pods/a') ? answer : listed),
    })
  const status = (message: string, details: object): Response =>
    failure(404, 'NotFound', message, { details })

  it('that names the object is no row', async () => {
    const result = await read(status('pods "a" not found', { name: 'a', kind: 'pods' }))
    expect(result).toMatchObject({ rows: [], error: null })
    expect(result.urls.length).toBe(1)
  })

  it.each<[string, Response]>([
    ['a name behind its namespace', status('pods "x/a" not found', { name: 'x/a', kind: 'pods' })],
    ["the parent's name", status('nodes "n" not found', { name: 'n', kind: 'nodes' })],
    ['no details', failure(404, 'NotFound', 'not found')],
    ['the namespace', status('namespaces "x" not found', { name: 'x', kind: 'namespaces' })],
    [
      "client-go's words for a path, with the name",
      status('the server could not find the requested resource', {
        name: 'a',
        kind: 'pods',
        causes: [{ reason: 'UnexpectedServerResponse', message: '404 page not found' }],
      }),
    ],
    ['a text', text(404, '404 page not found\n')],
    ['nothing', text(404, '')],
    ['a page', text(404, HTML)],
    ['another code: 405', failure(405, 'MethodNotAllowed', 'get is not supported')],
    ['another code: 410', failure(410, 'Gone', 'gone')],
  ])('that says less asks the list: %s', async (_, answer) => {
    const found = await read(answer)
    expect(found).toMatchObject({ rows: [['a', '{}']], error: null, warnings: [] })
    expect(found.urls.map(decodeURIComponent)).toEqual(['/api/v1/namespaces/x/pods/a', `${LIST}a`])
    expect(await read(answer, {}, list([]))).toMatchObject({ rows: [], error: null })
    const unserved = await read(answer, {}, text(404, '404 page not found\n'))
    expect(unserved.error).toContain(
      'k8s_fdw[status] GET /api/v1/namespaces/x/pods: 404 Not Found: the body is not JSON: 404 page not found. ' +
        'Hint: check the kind and its version, and that api_url is the URL of an API server',
    )
  })

  it('keeps the objects that are there, each once', async () => {
    const result = await scan({
      tableOptions: { object: 'pods', namespace: 'x' },
      quals: nameIs('a', 'b', 'c'),
      respond: (request) => {
        const path = pathOf(request)
        if (path.endsWith('/pods/b')) return text(404, '')
        // A server that passes over the selector.
        if (path.includes('?')) return list(['a', 'b', 'c', 'd'].map((name) => pod(name, 'x')))
        return json(200, pod(path.slice(-1), 'x'))
      },
      passes: [Infinity, Infinity],
    })
    const rows = [['a'], ['b'], ['c']]
    expect(result).toMatchObject({ rows: [...rows, ...rows], error: null })
  })
})

describe('names that several objects may have', () => {
  const resources = (plural: string, kind: string, namespaced: boolean): Response =>
    json(200, {
      kind: 'APIResourceList',
      resources: [{ name: plural, singularName: '', namespaced, kind, verbs: ['get', 'list'] }],
    })
  const of = (name: string, catalog: string, namespace: string | null = 'olm'): object => ({
    metadata: { name, ...(namespace === null ? {} : { namespace }), labels: { catalog } },
    status: { catalog },
  })
  const OBJECTS = [of('etcd', 'community'), of('etcd', 'own'), of('redis', 'own'), of('kafka', 'own')]
  const ROOT = '/apis/packages.example.com/v1'
  const BY_NAME = `${ROOT}/namespaces/olm/packages?limit=1000&fieldSelector=metadata.name=`
  const NO_GET = 'packages.packages.example.com is forbidden: User "jane" cannot get resource "packages"'
  const NO_LIST = 'packages.packages.example.com is forbidden: User "jane" cannot list resource "packages"'

  type Answers = (path: string, selected: string | null) => Response | null

  const read = (scan: RunScan, answers: Answers, spec: Partial<ScanSpec> = {}, namespaced = true) =>
    scan({
      tableOptions: {
        apiVersion: 'packages.example.com/v1',
        kind: 'Package',
        columns: '{"catalog": "status.catalog"}',
        ...(namespaced ? { namespace: 'olm' } : {}),
      },
      columns: [
        { name: 'name', type: 'string' },
        { name: 'catalog', type: 'string' },
      ],
      quals: nameIs('etcd'),
      ...spec,
      respond: (request) => {
        const path = pathOf(request)
        if (path === ROOT) return resources('packages', 'Package', namespaced)
        const selected = /metadata\.name=([a-z]+)/.exec(path)?.[1] ?? null
        return answers(path, selected) ?? failure(500, 'InternalError', `not expected: ${path}`)
      },
    })

  const selecting: Answers = (path, selected) =>
    path.includes('?')
      ? list(
          OBJECTS.filter((one) => selected === null || JSON.stringify(one).includes(`"name":"${selected}"`)),
        )
      : json(200, OBJECTS[1])
  const ignoring: Answers = (path) => (path.includes('?') ? list(OBJECTS) : json(200, OBJECTS[1]))
  const refusing: Answers = (path, selected) =>
    selected === null
      ? ignoring(path, null)
      : failure(400, 'BadRequest', 'field label not supported: metadata.name')

  const ETCD = [
    ['etcd', 'community'],
    ['etcd', 'own'],
  ]

  onEachEngine('of a server behind the API server', (scan) => {
    it.each([
      ['selects by name', selecting, 1],
      ['passes over the selector', ignoring, 1],
      ['refuses the selector', refusing, 2],
      ['refuses it with another code', refusing422, 2],
    ] as const)('are all shown where it %s', async (_, answers, requests) => {
      const result = await read(scan, answers, { passes: [Infinity, Infinity] })
      expect(result).toMatchObject({ rows: [...ETCD, ...ETCD], error: null, warnings: [] })
      expect(result.urls.length).toBe(1 + requests)
      expect(decodeURIComponent(result.urls[1] ?? '')).toBe(`${BY_NAME}etcd`)
    })

    it.each([
      ['selects by name', selecting, 3],
      ['passes over the selector', ignoring, 1],
      ['refuses the selector', refusing, 2],
    ] as const)('are shown once for a list of names where it %s', async (_, answers, requests) => {
      const result = await read(scan, answers, { quals: nameIs('etcd', 'redis', 'none') })
      expect(result).toMatchObject({ rows: [...ETCD, ['redis', 'own']], error: null, warnings: [] })
      expect(result.urls.length).toBe(1 + requests)
    })

    it('are shown of a kind without namespaces', async () => {
      const objects = [of('etcd', 'community', null), of('etcd', 'own', null)]
      const result = await read(
        scan,
        (path) => (path.startsWith(`${ROOT}/packages?`) ? list(objects) : null),
        {},
        false,
      )
      expect(result).toMatchObject({ rows: ETCD, error: null })
    })

    it('are counted, and named, without whole objects', async () => {
      const result = await read(scan, selecting, { columns: [{ name: 'name', type: 'string' }] })
      expect(result).toMatchObject({ rows: [['etcd'], ['etcd']], error: null })
    })

    it('are narrowed by the other conditions', async () => {
      const label = { field: 'app', operator: '=', value: { tag: 'string', val: 'community' } } as const
      const result = await read(scan, selecting, {
        tableOptions: {
          apiVersion: 'packages.example.com/v1',
          kind: 'Package',
          namespace: 'olm',
          columns: '{"catalog": "status.catalog", "app": "metadata.labels.catalog"}',
        },
        columns: ['name', 'catalog', 'app'].map((name) => ({ name, type: 'string' as const })),
        quals: [...nameIs('etcd'), label],
      })
      expect(result.rows).toContainEqual(['etcd', 'community', 'community'])
      expect(decodeURIComponent(result.urls[1] ?? '')).toContain('labelSelector=catalog=community')
    })

    it('are got one by one, with a warning, by who may not list', async () => {
      const result = await read(scan, (path) =>
        path.includes('?')
          ? failure(403, 'Forbidden', NO_LIST, { details: { kind: 'packages' } })
          : json(200, OBJECTS[1]),
      )
      expect(result).toMatchObject({ rows: [['etcd', 'own']], error: null })
      expect(result.warnings).toEqual([
        'k8s_fdw: packages.packages.example.com may be got by name, but not listed: should there be several of one name, one of them is shown',
      ])
    })

    const denied: Answers = (path) =>
      failure(403, 'Forbidden', path.includes('?') ? NO_LIST : NO_GET, { details: { kind: 'packages' } })

    it('are an error for who may neither list nor get them', async () => {
      const result = await read(scan, denied)
      expect(result.error).toContain(
        `403 Forbidden: ${NO_LIST}. Hint: grant the user a Role in namespace olm`,
      )
    })

    it("are left out with forbidden 'skip' for who may neither list nor get them", async () => {
      const result = await read(scan, denied, {
        serverOptions: { forbidden: 'skip' },
        tableOptions: { apiVersion: 'packages.example.com/v1', kind: 'Package', namespaces: 'olm' },
        columns: [{ name: 'name', type: 'string' }],
      })
      expect(result).toMatchObject({ rows: [], error: null })
      expect(result.warnings).toEqual([
        'k8s_fdw: packages.packages.example.com of a namespace are left out, for this user may not list them: olm',
      ])
    })
  })

  function refusing422(path: string, selected: string | null): Response | null {
    return selected === null
      ? ignoring(path, null)
      : failure(422, 'Invalid', 'the field selector metadata.name is not supported')
  }
})

onEachEngine('a server that takes no media type with parameters', (scan) => {
  const refusals: readonly [string, Response][] = [
    ['406', failure(406, 'NotAcceptable', 'only the following media types are accepted: application/json')],
    ['415', text(415, 'unsupported')],
    ['400 of a gateway', text(400, HTML)],
    ['400 of a server', failure(400, 'BadRequest', 'the Accept header cannot be read')],
  ]
  const acceptOf = (request: Request): string =>
    request.headers.find(([name]) => name === 'accept')?.[1] ?? ''
  const plainOnly =
    (refusal: Response, answer: (path: string) => Response) =>
    (request: Request): Response =>
      acceptOf(request) === 'application/json' ? answer(pathOf(request)) : refusal
  const widgets = list([pod('a', 'x'), pod('b', 'x')])

  describe.each(refusals)('and says %s', (_, refusal) => {
    it.each([
      ['count', []],
      ['names', [{ name: 'name', type: 'string' }]],
      ['metadata', [{ name: 'labels', type: 'json' }]],
    ] as const)('gives a list of %s', async (_name, columns) => {
      const result = await scan({ columns, respond: plainOnly(refusal, () => widgets) })
      expect(result).toMatchObject({ error: null, warnings: [] })
      expect(result.rows.length).toBe(2)
      expect(result.urls.length).toBe(2)
      expect(result.urls[1]).toBe('/api/v1/pods?limit=1000')
    })

    it('gives the pages of a list, asked for once in vain', async () => {
      const pages = (path: string): Response =>
        path.includes('continue=') ? list([pod('b')]) : list([pod('a')], { continue: 'c' })
      const result = await scan({ respond: plainOnly(refusal, pages) })
      expect(result).toMatchObject({ rows: [['a'], ['b']], error: null })
      expect(result.urls.length).toBe(3)
    })

    it('gives one object', async () => {
      const result = await scan({
        tableOptions: { object: 'pods', namespace: 'x' },
        quals: nameIs('a', 'b'),
        respond: plainOnly(refusal, (path) => json(200, pod(path.slice(-1), 'x'))),
      })
      expect(result).toMatchObject({ rows: [['a'], ['b']], error: null })
      expect(result.urls.length).toBe(3)
    })

    it('says what it serves, and that costs one request in vain', async () => {
      const result = await scan({
        tableOptions: { object: 'widgets' },
        respond: plainOnly(refusal, (path) => {
          if (path === '/apis') {
            const version = { groupVersion: 'old.example.com/v1', version: 'v1' }
            const group = { name: 'old.example.com', versions: [version], preferredVersion: version }
            return json(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: [group] })
          }
          if (path === '/apis/old.example.com/v1') {
            const resource = { name: 'widgets', singularName: 'widget', namespaced: true, kind: 'Widget' }
            return json(200, { kind: 'APIResourceList', resources: [{ ...resource, verbs: ['list'] }] })
          }
          return widgets
        }),
      })
      expect(result).toMatchObject({ rows: [['a'], ['b']], error: null })
      expect(result.urls).toEqual([
        '/apis',
        '/apis',
        '/apis/old.example.com/v1',
        '/apis/old.example.com/v1/widgets?limit=1000',
      ])
    })
  })

  it('is told from one that refuses the selector', async () => {
    const result = await scan({
      tableOptions: { object: 'pods', columns: '{"node": "spec.nodeName"}' },
      columns: [{ name: 'node', type: 'string' }],
      quals: [{ field: 'node', operator: '=', value: { tag: 'string', val: 'n' } }],
      respond: ({ url }) =>
        url.includes('fieldSelector')
          ? failure(400, 'BadRequest', 'field label not supported: spec.nodeName')
          : list([{ ...pod('a'), spec: { nodeName: 'n' } }]),
    })
    expect(result).toMatchObject({ rows: [['n']], error: null })
    expect(result.urls.length).toBe(2)
  })

  it('and refuses a selector too, gives the list without both', async () => {
    const result = await scan({
      tableOptions: { object: 'pods', namespace: 'x', label_selector: 'a=b' },
      quals: nameIs('a'),
      respond: plainOnly(text(406, ''), (path) =>
        path.includes('fieldSelector') ? failure(400, 'BadRequest', 'no') : list([pod('a', 'x')]),
      ),
    })
    expect(result).toMatchObject({ rows: [['a']], error: null })
  })

  it('gives its own reason for a 400 that stays', async () => {
    const result = await scan({ respond: [text(400, 'bad'), failure(400, 'BadRequest', 'worse')] })
    expect(result.error).toContain('400 Bad Request: worse')
  })
})

onEachEngine('an address', (scan) => {
  it.each([
    ['http://127.1:08001', 'http://127.0.0.1:8001/api/v1/pods?limit=1'],
    ['http://[0:0:0:0:0:0:0:1]:8015', 'http://[::1]:8015/api/v1/pods?limit=1'],
    ['HTTPS://Kubernetes.Default.SVC:443', 'https://kubernetes.default.svc/api/v1/pods?limit=1'],
    ['https://[FD00::0A]', 'https://[fd00::a]/api/v1/pods'],
  ])('%s may come back in another spelling', async (api_url, url) => {
    const result = await scan({ serverOptions: { api_url }, respond: [answered(url, list([pod('a')]))] })
    expect(result).toMatchObject({ rows: [['a']], error: null })
  })

  it.each([
    ['http://127.1:08001', 'http://127.0.0.2:8001/', 'http://127.0.0.2:8001'],
    ['https://10.0.0.1:6443', 'http://10.0.0.1:6443/', 'http://10.0.0.1:6443'],
    ['http://[::1]:8015', 'http://[::2]:8015/', 'http://[::2]:8015'],
  ])('%s is not %s', async (api_url, url, shown) => {
    const result = await scan({ serverOptions: { api_url }, respond: [answered(url, list([pod('a')]))] })
    expect(result.error).toBe(
      `k8s_fdw[status] GET /api/v1/pods: redirected from ${api_url} to ${shown}. ` +
        'Hint: if that is the API server, set api_url to it',
    )
  })

  it.each(['http://%6cocalhost:8001', 'http://b%C3%BCcher.example', 'http://good\\.evil.example'])(
    'with other characters is refused: %s',
    async (api_url) => {
      const result = await scan({ serverOptions: { api_url }, respond: [list([])] })
      expect(result.error).toContain('k8s_fdw[option] option api_url is not the URL of an API server')
      expect(result.urls).toEqual([])
    },
  )
})
