// Everything that can come back instead of a list, each with its exact text.
import { expect, it } from 'vitest'
import { failure, json, list, one, pod, pods, text } from './responses.ts'
import type { ScanSpec } from './run-scan.ts'
import { API_URL, TOKEN, onEachEngine } from './run-scan.ts'

interface Case {
  readonly name: string
  readonly input: ScanSpec
  readonly want: string
}

const HTML = '<!DOCTYPE html>\n<html><head><title>Sign in\n to Example</title></head><body>…</body></html>'
const LOGIN_HINT = 'Hint: is api_url the URL of an API server, and no login page or other service in between?'
const SERVER_HINT =
  'Hint: the API server or a proxy before it has a problem: look at its logs, and try again later'
const GATEWAY_HINT =
  'Hint: a proxy or gateway before the API server cannot reach it, or does not wait for it: look at the logs of both, and try again later'
const SECRETS = { apiVersion: 'v1', kind: 'Secret' }

const CASES: readonly Case[] = [
  {
    name: '401 with a token',
    input: { respond: [failure(401, 'Unauthorized', 'Unauthorized')] },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 401 Unauthorized: Unauthorized. Hint: the API server does not accept this token; ' +
      'it may have expired: store a new one in api_key, api_key_id or api_key_name',
  },
  {
    name: '401 without a token',
    input: { serverOptions: { api_key: null }, respond: [failure(401, 'Unauthorized', 'Unauthorized')] },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 401 Unauthorized: Unauthorized. ' +
      'Hint: give the server a token with api_key_id, api_key_name or api_key; ' +
      'or, if api_url is that of a kubectl proxy, log in anew where it runs, and start it again',
  },
  {
    name: '401 where the host adds credentials',
    input: {
      serverOptions: { api_key: null, host_login_hint: 'change the user mapping' },
      respond: [failure(401, 'Unauthorized', 'Unauthorized')],
    },
    want: 'k8s_fdw[status] GET /api/v1/pods: 401 Unauthorized: Unauthorized. Hint: change the user mapping',
  },
  {
    name: '403 in all namespaces',
    input: {
      respond: [
        failure(
          403,
          'Forbidden',
          'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
        ),
      ],
    },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 403 Forbidden: pods is forbidden: User "jane" cannot list resource "pods" ' +
      'in API group "" at the cluster scope. Hint: grant the user a ClusterRole with the verb list on pods, ' +
      "or show one namespace with the table's option namespace",
  },
  {
    name: '403 without a token',
    input: {
      serverOptions: { api_key: null },
      respond: [
        failure(403, 'Forbidden', 'pods is forbidden: User "system:anonymous" cannot list resource "pods"'),
      ],
    },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 403 Forbidden: pods is forbidden: User "system:anonymous" cannot list resource "pods". ' +
      'Hint: give the server a token with api_key_id, api_key_name or api_key',
  },
  {
    name: '403 in one namespace',
    input: {
      tableOptions: { apiversion: 'apps/v1', kind: 'Deployment', namespace: 'web' },
      respond: [
        failure(
          403,
          'Forbidden',
          'deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" in the namespace "web"',
          { details: { group: 'apps', kind: 'deployments' } },
        ),
      ],
    },
    want:
      'k8s_fdw[status] GET /apis/apps/v1/namespaces/web/deployments: 403 Forbidden: deployments.apps is forbidden: ' +
      'User "jane" cannot list resource "deployments" in API group "apps" in the namespace "web". ' +
      'Hint: grant the user a Role in namespace web with the verb list on deployments.apps',
  },
  {
    name: '404 where nothing more is known',
    input: { respond: [text(404, '404 page not found\n')] },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 404 Not Found: the body is not JSON: 404 page not found. ' +
      'Hint: check the kind and its version, and that api_url is the URL of an API server',
  },
  {
    name: '404 of a namespace',
    input: {
      tableOptions: { object: 'pods', namespace: 'nope' },
      respond: [
        failure(404, 'NotFound', 'namespaces "nope" not found', {
          details: { name: 'nope', kind: 'namespaces' },
        }),
      ],
    },
    want:
      'k8s_fdw[status] GET /api/v1/namespaces/nope/pods: 404 Not Found: namespaces "nope" not found. ' +
      "Hint: namespace nope does not exist: check the table's option namespace or namespaces, or the condition on namespace",
  },
  {
    name: '400 of a server that wants TLS',
    input: { respond: [text(400, 'Client sent an HTTP request to an HTTPS server.\n')] },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 400 Bad Request: the body is not JSON: ' +
      'Client sent an HTTP request to an HTTPS server. Hint: write api_url with https://',
  },
  {
    name: '400 with selectors',
    input: {
      tableOptions: { object: 'pods', label_selector: 'a in (' },
      respond: [failure(400, 'BadRequest', 'unable to parse requirement')],
    },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 400 Bad Request: unable to parse requirement. ' +
      'Hint: check label_selector and field_selector',
  },
  {
    name: '408',
    input: { respond: [text(408, '')] },
    want: `k8s_fdw[status] GET /api/v1/pods: 408 Request Timeout: the body is empty. ${SERVER_HINT}`,
  },
  {
    name: '429',
    input: { respond: [failure(429, 'TooManyRequests', 'Too many requests, please try again later.')] },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 429 Too Many Requests: Too many requests, please try again later. ' +
      'Hint: the API server limits requests: try again later, or raise page_size so that fewer are needed',
  },
  {
    name: '500 with a Status',
    input: { respond: [failure(500, 'InternalError', 'no more is known')] },
    want: `k8s_fdw[status] GET /api/v1/pods: 500 Internal Server Error: no more is known. ${SERVER_HINT}`,
  },
  {
    name: '502 with an HTML page',
    input: { respond: [text(502, '<html><head><title>502 Bad Gateway</title></head></html>')] },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 502 Bad Gateway: an HTML page titled "502 Bad Gateway" instead of JSON. ' +
      GATEWAY_HINT,
  },
  {
    name: '503 with JSON that is no Status',
    input: { respond: [json(503, { error: 'down' })] },
    want: `k8s_fdw[status] GET /api/v1/pods: 503 Service Unavailable: {"error":"down"}. ${SERVER_HINT}`,
  },
  {
    name: '504 without a body',
    input: { respond: [text(504, '')] },
    want: `k8s_fdw[status] GET /api/v1/pods: 504 Gateway Timeout: the body is empty. ${GATEWAY_HINT}`,
  },
  {
    name: '503 while reading Secrets, whose bodies are not quoted',
    input: { tableOptions: SECRETS, respond: [json(503, { data: { password: 'hunter2' } })] },
    want: `k8s_fdw[status] GET /api/v1/secrets: 503 Service Unavailable: no Kubernetes Status. ${SERVER_HINT}`,
  },
  {
    name: 'an unfollowed redirect',
    input: { respond: [text(302, '')] },
    want:
      'k8s_fdw[status] GET /api/v1/pods: 302 Found: the body is empty. ' +
      'Hint: set api_url to the URL that the redirect leads to',
  },
  {
    name: 'a redirect to another host',
    input: { respond: [{ url: 'https://login.example/', statusCode: 200, headers: [], body: HTML }] },
    want:
      `k8s_fdw[status] GET /api/v1/pods: redirected from ${API_URL} to https://login.example. ` +
      'Hint: if that is the API server, set api_url to it',
  },
  {
    name: 'an HTML page',
    input: { respond: [text(200, HTML)] },
    want: `k8s_fdw[decode] GET /api/v1/pods: 200 OK, but an HTML page titled "Sign in to Example" instead of JSON. ${LOGIN_HINT}`,
  },
  {
    name: 'an empty body',
    input: { respond: [text(200, '')] },
    want: `k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the body is empty. ${LOGIN_HINT}`,
  },
  {
    name: 'a body that is no JSON',
    input: { respond: [text(200, 'ok\n\u0007')] },
    want: `k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the body is not JSON: ok. ${LOGIN_HINT}`,
  },
  {
    name: 'a body that is no JSON while reading Secrets',
    input: { tableOptions: SECRETS, respond: [text(200, 'password: hunter2')] },
    want: `k8s_fdw[decode] GET /api/v1/secrets: 200 OK, but the body is not JSON. ${LOGIN_HINT}`,
  },
  {
    name: 'JSON that is cut off',
    input: { respond: [text(200, '{"items":[{"metadata":{"name":"\u00fc')] },
    want:
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the JSON is cut off: unexpected end of text at byte 33 of 33. ' +
      'Hint: the connection or a proxy ended the answer early: try again, or lower page_size',
  },
  {
    name: 'JSON with a mistake',
    input: { respond: [text(200, '{"items":[{"ü":1,}]}')] },
    want:
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the JSON is not valid: unexpected character at byte 18 of 21. ' +
      'Hint: the answer does not come from an API server, or something in between changed it',
  },
  {
    name: 'an object that is no list',
    input: { respond: [json(200, { kind: 'Pod', apiVersion: 'v1', metadata: {} })] },
    want:
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the answer is of kind Pod and has no list of items. ' +
      'Hint: is api_url the URL of an API server, and the kind one that can be listed?',
  },
  {
    name: '200 with a Status',
    input: { respond: [json(200, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'no' })] },
    want:
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the answer is of kind Status and has no list of items. ' +
      'Hint: is api_url the URL of an API server, and the kind one that can be listed?',
  },
  {
    name: 'JSON of something else',
    input: { respond: [json(200, { ok: true })] },
    want:
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the JSON has no list of items. ' +
      'Hint: is api_url the URL of an API server, and the kind one that can be listed?',
  },
  {
    name: 'items that are a map',
    input: { respond: [list({ a: 1 })] },
    want:
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the answer is of kind PodList and has no list of items. ' +
      'Hint: is api_url the URL of an API server, and the kind one that can be listed?',
  },
  {
    name: 'an item that is no object',
    input: { respond: [list([{}, 'x'])] },
    want:
      'k8s_fdw[decode] GET /api/v1/pods: 200 OK, but item 2 of the list is of type string, not object. ' +
      'Hint: is api_url the URL of an API server, and the kind one that can be listed?',
  },
]

const CA_HINT =
  "Postgres' server process must trust the cluster's CA: add it to the system's trust store, or point SSL_CERT_FILE at it " +
  'and restart Postgres; or use the URL of a kubectl proxy as api_url'
const CLOCK_HINT =
  "check the clock of the database server; if it is right, renew the API server's certificate"
const NAMES_HINT =
  "the API server's certificate does not have the host of api_url: write api_url with a name or an address that it has, " +
  'or add this one to it'
const VERIFY = 'error:0A000086:SSL routines::certificate verify failed:../ssl/statem/statem_clnt.c:1889:'
const NO_ANSWER = `no answer from ${API_URL}: `
const BROKEN = `the answer from ${API_URL} is broken: `

/** The host's text, and what is made of it: reqwest's and OpenSSL's own words, as test/e2e/errors/no-answer.test.ts meets them. */
const PROBLEMS: readonly [problem: string, message: string, hint: string][] = [
  [
    'Request error: error sending request for url (https://10.0.0.1:6443/api/v1/pods?limit=1000): error trying to connect: ' +
      'tcp connect error: Connection refused (os error 111)',
    `${NO_ANSWER}tcp connect error: Connection refused (os error 111)`,
    'check api_url, and that the API server can be reached from the database server',
  ],
  [
    'error sending request for url (https://10.0.0.1:6443/a(b)/api/v1/pods): error trying to connect: dns error: failed to lookup address information',
    `${NO_ANSWER}dns error: failed to lookup address information`,
    'the database server does not know the host name of api_url: check its spelling and DNS',
  ],
  [
    `error trying to connect: ${VERIFY} (self-signed certificate)`,
    `${NO_ANSWER}${VERIFY} (self-signed certificate)`,
    CA_HINT,
  ],
  [
    `${VERIFY} (unable to get local issuer certificate)`,
    `${NO_ANSWER}${VERIFY} (unable to get local issuer certificate)`,
    CA_HINT,
  ],
  [`${VERIFY} (certificate has expired)`, `${NO_ANSWER}${VERIFY} (certificate has expired)`, CLOCK_HINT],
  [
    `${VERIFY} (certificate is not yet valid)`,
    `${NO_ANSWER}${VERIFY} (certificate is not yet valid)`,
    CLOCK_HINT,
  ],
  [`${VERIFY} (hostname mismatch)`, `${NO_ANSWER}${VERIFY} (hostname mismatch)`, NAMES_HINT],
  [`${VERIFY} (IP address mismatch)`, `${NO_ANSWER}${VERIFY} (IP address mismatch)`, NAMES_HINT],
  [
    'error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
    `${NO_ANSWER}error:0A00010B:SSL routines:ssl3_get_record:wrong version number`,
    'the server does not speak TLS: write api_url with http://',
  ],
  [
    'error following redirect for url (https://10.0.0.1:6443/): too many redirects',
    `${NO_ANSWER}too many redirects`,
    'set api_url to the URL of the API server itself',
  ],
  [
    'connection closed before message completed',
    `${NO_ANSWER}connection closed before message completed`,
    'look at the logs of the API server, or of the proxy before it; a server with TLS needs https:// in api_url',
  ],
  [
    'request or response body error: error reading a body from connection: end of file before message length reached',
    `${BROKEN}request or response body error: error reading a body from connection: end of file before message length reached`,
    'the connection or a proxy broke it: try again, or lower page_size',
  ],
  [
    'error decoding response body: Invalid gzip header',
    `${BROKEN}error decoding response body: Invalid gzip header`,
    'the connection or a proxy broke it: try again, or lower page_size',
  ],
  [
    // The rest of the text says nothing, so the whole text stays.
    'error sending request for url (https://10.0.0.1:6443/api/v1/pods)',
    `${NO_ANSWER}error sending request for url (https://10.0.0.1:6443/api/v1/pods)`,
    'check api_url, and that the API server can be reached from the database server',
  ],
]

onEachEngine('errors', (scan) => {
  it.each(PROBLEMS)('no answer: %s', async (problem, message, hint) => {
    const result = await scan({ respond: [problem] })
    expect(result).toMatchObject({
      rows: [],
      error: `k8s_fdw[connect] GET /api/v1/pods: ${message}. Hint: ${hint}`,
    })
  })

  it('names an object in one line, without what would end the text', async () => {
    const result = await scan({
      columns: [{ name: 'name', type: 'i32' }],
      respond: [list([pod('a\u0000b\nc', 'x')])],
    })
    expect(result.error).toBe(
      'k8s_fdw[cell] Pod x/a b c: column "name": "a\ufffdb\nc" is not an integer, so it does not fit type integer. ' +
        "Hint: declare the column text or jsonb, or give the table the option on_error 'null'",
    )
  })

  it('refuses a body too large to read, and says how many objects would fit', async () => {
    const body = `{"kind":"PodList","apiVersion":"v1","items":[${' '.repeat(200_000_000)}]}`
    const error = (fitting: string): string =>
      `k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the body has ${body.length} bytes, more than the 134217728 that one answer may have. ` +
      `Hint: ask for fewer objects at a time: ALTER SERVER … OPTIONS (${fitting})`
    const columns = [{ name: 'spec', type: 'json' }] as const
    expect(await scan({ columns, respond: [text(200, body)] })).toMatchObject({
      rows: [],
      error: error("ADD page_size '99'"),
    })
    expect(
      await scan({ columns, serverOptions: { page_size: '500' }, respond: [text(200, body)] }),
    ).toMatchObject({
      rows: [],
      error: error("SET page_size '49'"),
    })
  })

  it('refuses an answer that is not the object of the name', async () => {
    const result = await scan({
      tableOptions: { object: 'pods', namespace: 'default' },
      quals: [{ field: 'name', operator: '=', value: { tag: 'string', val: 'a' } }],
      respond: [json(200, { kind: 'Status', status: 'Failure' })],
    })
    expect(result).toMatchObject({
      rows: [],
      urls: ['/api/v1/namespaces/default/pods/a'],
      error:
        'k8s_fdw[decode] GET /api/v1/namespaces/default/pods/a: 200 OK, but the answer is not the object of that name. ' +
        'Hint: the API server or a proxy before it answers wrongly: report it there',
    })
  })

  it.each(CASES)('$name', async ({ input, want }) => {
    const result = await scan(input)
    expect(result).toMatchObject({ rows: [], error: want })
  })

  it('blots out a token that the server echoes', async () => {
    const result = await scan({ respond: [failure(401, 'Unauthorized', `bad token ${TOKEN}`)] })
    expect(result.error).toContain('401 Unauthorized: bad token ***')
  })

  it('quotes no more than 2 KB of a body', async () => {
    const result = await scan({ respond: [text(500, 'é'.repeat(5000))] })
    expect(result.error).toContain('ééé')
    expect(Buffer.byteLength(result.error ?? '')).toBeLessThan(2048 + 300)
  })

  it('takes what a redirect on the same host leads to', async () => {
    const result = await scan({ respond: [{ ...one({}), url: 'HTTPS://10.0.0.1:6443/proxied/api/v1/pods' }] })
    expect(result).toMatchObject({ rows: [['a']], error: null })
  })

  it('ends an error of a later page there', async () => {
    const respond = [list(pods(2), { continue: 'c' }), text(200, '{"items":[')]
    const result = await scan({ respond })
    expect(result.rows.length).toBe(2)
    expect(result.error).toContain('k8s_fdw[decode]')
  })

  it('prints a warning of the API server once', async () => {
    const warning = (words: string): [string, string][] => [['warning', `299 - "${words}"`]]
    const page = (metadata: object): object => ({ kind: 'PodList', apiVersion: 'v1', metadata, items: [] })
    const result = await scan({
      respond: [
        json(200, page({ continue: 'c' }), warning('v1 Pod is deprecated; use \\"v2\\"')),
        json(200, page({}), warning('v1 Pod is deprecated; use \\"v2\\"')),
      ],
    })
    expect(result.warnings).toEqual(['k8s_fdw: GET /api/v1/pods: v1 Pod is deprecated; use "v2"'])
  })

  it.each([501, 1000, 100_000])('refuses JSON %d levels deep', async (depth) => {
    const deep = '['.repeat(depth - 3) + ']'.repeat(depth - 3)
    const result = await scan({ respond: [text(200, `{"items":[{"x":${deep}}]}`)] })
    expect(result.error).toContain('the JSON is not valid: nested deeper than 500 levels at byte ')
  })

  it('reads JSON 500 levels deep', async () => {
    const deep = '['.repeat(497) + ']'.repeat(497)
    const columns = [
      { name: 'x', type: 'string' },
      { name: 'y', type: 'string' },
    ] as const
    const tableOptions = { object: 'pods', columns: '{"x": "x", "y": "{.x[*]}"}' }
    const result = await scan({ tableOptions, columns, respond: [text(200, `{"items":[{"x":${deep}}]}`)] })
    expect(result).toMatchObject({ rows: [[deep, deep.slice(1, -1)]], error: null })
  })

  it('carries as jsonb what the host takes of levels, and says where there are more', async () => {
    const deep = (levels: number): string => `${'{"a":['.repeat(levels / 2)}"]{"${']}'.repeat(levels / 2)}`
    const read = (levels: number, name: string, path: string, onError: string): ReturnType<typeof scan> =>
      scan({
        tableOptions: { object: 'pods', on_error: onError, columns: path === '' ? '{}' : `{"v":"${path}"}` },
        columns: [{ name, type: 'json' }],
        respond: [text(200, `{"items":[{"metadata":{"name":"p"},"spec":${deep(levels)}}]}`)],
      })
    for (const path of ['spec', '{.spec[?(@)]}{.spec}', '{..[0]}']) {
      const within = await read(126, 'v', path, 'error')
      expect(within.error, path).toBe(null)
    }
    for (const [name, path] of [
      ['v', 'spec'],
      ['v', '{.spec.a[-1]}'],
      ['attrs', ''],
    ] as const) {
      const result = await read(130, name, path, 'error')
      expect(result.error, path).toBe(
        `k8s_fdw[cell] Pod p: column "${name}": the value has more than 127 levels, which the host cannot carry as jsonb. ` +
          "Hint: declare the column text, or show a part of it by a path of its own, or give the table the option on_error 'null'",
      )
      expect((await read(130, name, path, 'null')).rows).toEqual([[null]])
    }
  })

  it('carries all levels as jsonb where the host says that it takes them', async () => {
    const deep = '['.repeat(497) + ']'.repeat(497)
    const result = await scan({
      serverOptions: { api_url: 'https://10.0.0.1:6443', host_deep_json: 'on' },
      tableOptions: { object: 'pods', columns: '{"v":"x"}' },
      columns: [{ name: 'v', type: 'json' }],
      respond: [text(200, `{"items":[{"x":${deep}}]}`)],
    })
    expect(result).toMatchObject({ rows: [[deep]], error: null })
  })

  it('goes through all of JSON 500 levels deep, digit for digit', async () => {
    const deep = `${'{"a":'.repeat(497)}9007199254740993${'}'.repeat(497)}`
    const columns = [
      { name: 'n', type: 'i64' },
      { name: 'all', type: 'string' },
    ] as const
    const paths = { n: `{..x${'.a'.repeat(497)}}`, all: '{..[*]}' }
    const result = await scan({
      tableOptions: { object: 'pods', columns: JSON.stringify(paths) },
      columns,
      respond: [text(200, `{"items":[{"x":${deep}}]}`)],
    })
    expect(result.error).toBe(null)
    expect(result.rows[0]?.[0]).toBe(9007199254740993n)
    expect(result.rows[0]?.[1]).toContain('{"a":9007199254740993}')
  })

  it('refuses what is cut off at any byte', async () => {
    const whole = JSON.stringify({
      kind: 'PodList',
      items: [{ metadata: { name: 'ü', n: [1.5e3, true, null] } }],
    })
    for (let end = 1; end < whole.length; end++) {
      const result = await scan({ respond: [text(200, whole.slice(0, end))] })
      expect(result.error, whole.slice(0, end)).toMatch(/^k8s_fdw\[decode\].*cut off: unexpected end of text/)
    }
  })
})
