// Answers at the first try that are no list, lists that go wrong, and lists that the cluster refuses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHealthy, failsAndGoesOn, podsAt, serverLife } from '../support/fails.ts'
import { startFaults, type Answer, type Fault, type FaultServer } from '../support/faults.ts'
import { provided } from '../support/provided.ts'
import { rows, run, session } from '../support/sql.ts'
import { isOwn, itUnless, needsReader } from '../support/left-out.ts'

const LIST = { kind: 'PodList', apiVersion: 'v1', metadata: {} }
const pod = (name: string): object => ({ metadata: { name, namespace: 'default' }, spec: {} })

const json = (body: object, status = 200): Answer => ({ status, body: JSON.stringify(body) })

const status = (code: number, reason: string, message: string, more: object = {}): Answer =>
  json(
    { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code, ...more },
    code,
  )

const list = (items: unknown, token?: string): Answer =>
  json({ ...LIST, metadata: { continue: token }, items })

const queryOf = (url = ''): URLSearchParams => new URL(url, 'http://localhost').searchParams

let tokens = 0
const fresh = (): string => `token-${++tokens}`

/** Answers by the continue token of the request. */
const byToken =
  (answer: (token: string | null) => Answer): Fault =>
  (request, response) => {
    const { status: code, body } = answer(queryOf(request.url).get('continue'))
    response.writeHead(code ?? 200, { 'content-type': 'application/json' }).end(body)
  }

const FAULTS: Readonly<Record<string, Fault>> = {
  elsewhere: (_, response) => {
    const location = `${other?.url ?? ''}/list/`
    response.writeHead(302, { location }).end()
  },
  moved: (request, response) => {
    const rest = (request.url ?? '').replace(/^\/moved/, '')
    response.writeHead(307, { location: `/list${rest}` }).end()
  },
  list: list([pod('one')]),
  no_items: json(LIST),
  items_no_objects: list([pod('one'), 'two']),
  no_list: json({ kind: 'Pod', apiVersion: 'v1', ...pod('one') }),
  failed_ok: json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'no', code: 500 }),
  not_utf8: {
    body: Buffer.concat([
      Buffer.from('{"items":[{"metadata":{"name":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}}]}'),
    ]),
  },
  not_json: { type: 'text/plain', body: 'ok' },
  no_namespace: status(404, 'NotFound', 'namespaces "nope" not found', {
    details: { name: 'nope', kind: 'namespaces' },
  }),
  same_token: byToken((token) => list([pod(token === null ? 'one' : 'two')], 'again')),
  same_page: byToken(() => list([pod('one')], fresh())),
  empty_pages: byToken(() => list([], fresh())),
  gone_goes_on: byToken((token) => {
    if (token === null) return list([pod('one')], 'old')
    return token === 'old'
      ? status(410, 'Expired', 'too old', { metadata: { continue: 'new' } })
      : list([pod('two')])
  }),
  gone_for_good: byToken((token) =>
    token === null ? list([pod('one')], 'old') : status(410, 'Expired', 'too old'),
  ),
  gone_at_once: (() => {
    let asked = 0
    return byToken(() => (++asked === 1 ? status(410, 'Expired', 'too old') : list([pod('one')])))
  })(),
  nul: list([pod('a\u0000b')]),
  other_object: json({ kind: 'Pod', apiVersion: 'v1', ...pod('other') }),
}

let faults: FaultServer
let other: FaultServer | undefined
let lifeBefore = ''

beforeAll(async () => {
  other = await startFaults(FAULTS)
  faults = await startFaults(FAULTS)
  await createHealthy()
  lifeBefore = await serverLife()
})

afterAll(async () => {
  await faults.close()
  await other?.close()
})

const queryAt = (fault: string): Promise<string> => podsAt(fault, { api_url: `${faults.url}/${fault}` })
const errorAt = async (fault: string): Promise<string> => failsAndGoesOn(await queryAt(fault))

describe('what the cluster refuses', () => {
  it('a request without a token', async () => {
    const { apiServer } = provided()
    await run(`SET client_min_messages = error;
      CREATE SERVER nobody FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}');
      CREATE FOREIGN TABLE errors.nobody (name text) SERVER nobody OPTIONS (apiVersion 'v1', kind 'Pod');`)
    const hint = isOwn
      ? "give it credentials: CREATE USER MAPPING FOR PUBLIC SERVER nobody OPTIONS (token '…'); or, if api_url is that of a kubectl proxy, log in anew where it runs, and start it again"
      : 'give the server a token with api_key_id, api_key_name or api_key'
    expect(await failsAndGoesOn('SELECT * FROM errors.nobody')).toBe(
      `ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 403 Forbidden: pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope. Hint: ${hint}`,
    )
  })

  it('a token that it does not know', async () => {
    expect(await failsAndGoesOn(await podsAt('unknown_token', { api_key: 'nobody' }))).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 401 Unauthorized: Unauthorized. Hint: the API server does not accept this token; it may have expired: store a new one in api_key, api_key_id or api_key_name"`,
    )
  })

  const reader = provided().readerToken
  itUnless(needsReader, 'a list in all namespaces', async () => {
    expect(await failsAndGoesOn(await podsAt('reader_all', { api_key: reader ?? '' }))).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 403 Forbidden: pods is forbidden: User "reader" cannot list resource "pods" in API group "" at the cluster scope. Hint: grant the user a ClusterRole with the verb list on pods, or show one namespace with the table's option namespace"`,
    )
  })

  itUnless(needsReader, 'a list in one namespace', async () => {
    const sql = await podsAt('reader_one', { api_key: reader ?? '' }, 'kube-system')
    expect(await failsAndGoesOn(sql)).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/namespaces/kube-system/pods: 403 Forbidden: pods is forbidden: User "reader" cannot list resource "pods" in API group "" in the namespace "kube-system". Hint: grant the user a Role in namespace kube-system with the verb list on pods"`,
    )
  })

  it('a kind that it does not serve', async () => {
    await run(`CREATE FOREIGN TABLE errors.unserved (name text)
      SERVER healthy OPTIONS (apiVersion 'apps/v1beta9', kind 'Deployment');`)
    expect(await failsAndGoesOn('SELECT * FROM errors.unserved')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[option] the cluster serves no apps/v1beta9 Deployment. Hint: did you mean apiVersion 'apps/v1', kind 'Deployment'?"`,
    )
  })

  it('no namespace of the name: the API server says an empty list, as kubectl shows', async () => {
    expect(await rows(await podsAt('no_such_namespace', {}, 'nope'))).toEqual([])
  })

  it('no namespace of the name, where the server says so', async () => {
    const sql = await podsAt('no_namespace', { api_url: `${faults.url}/no_namespace` }, 'nope')
    expect(await failsAndGoesOn(sql)).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/namespaces/nope/pods: 404 Not Found: namespaces "nope" not found. Hint: namespace nope does not exist: check the table's option namespace or namespaces, or the condition on namespace"`,
    )
  })

  it('a request without TLS', async () => {
    const { apiServer } = provided()
    expect(
      await failsAndGoesOn(await podsAt('without_tls', { api_url: apiServer.replace('https', 'http') })),
    ).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 400 Bad Request: the body is not JSON: Client sent an HTTP request to an HTTPS server. Hint: write api_url with https://"`,
    )
  })
})

describe('redirects', () => {
  it('to another origin', async () => {
    expect(await errorAt('elsewhere')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: redirected from http://127.0.0.1:PORT/elsewhere to http://127.0.0.1:PORT. Hint: if that is the API server, set api_url to it"`,
    )
  })

  it('to another path of the same', async () => {
    expect(await rows(await queryAt('moved'))).toEqual([['one', '{}']])
  })
})

describe('what is no list', () => {
  it('a list without items', async () => {
    expect(await errorAt('no_items')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the answer is of kind PodList and has no list of items. Hint: is api_url the URL of an API server, and the kind one that can be listed?"`,
    )
  })

  it('items that are no objects', async () => {
    expect(await errorAt('items_no_objects')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: 200 OK, but item 2 of the list is of type string, not object. Hint: is api_url the URL of an API server, and the kind one that can be listed?"`,
    )
  })

  it('one object', async () => {
    expect(await errorAt('no_list')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the answer is of kind Pod and has no list of items. Hint: is api_url the URL of an API server, and the kind one that can be listed?"`,
    )
  })

  it('a failure with the code of a success', async () => {
    expect(await errorAt('failed_ok')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the answer is of kind Status and has no list of items. Hint: is api_url the URL of an API server, and the kind one that can be listed?"`,
    )
  })

  it('no JSON', async () => {
    expect(await errorAt('not_json')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the body is not JSON: ok. Hint: is api_url the URL of an API server, and no login page or other service in between?"`,
    )
  })

  it('bytes that are not UTF-8: the host replaces them', async () => {
    expect(await rows(await queryAt('not_utf8'))).toEqual([['\ufffd\ufffd', '∅']])
  })

  it('another object than the one that was asked for by name', async () => {
    const sql = await podsAt('other_object', { api_url: `${faults.url}/other_object` }, 'default')
    expect(await failsAndGoesOn(`${sql} WHERE name = 'one'`)).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/namespaces/default/pods/one: 200 OK, but the answer is not the object of that name. Hint: the API server or a proxy before it answers wrongly: report it there"`,
    )
  })
})

describe('a list without end', () => {
  it('the same continue token again', async () => {
    expect(await errorAt('same_token')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: the answer repeats an earlier continue token, so the list would never end. Hint: the API server or a proxy before it answers wrongly: report it there"`,
    )
  })

  it('the same page again', async () => {
    expect(await errorAt('same_page')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: the answer begins with the same object as the page before, default/one, so the list would never end. Hint: the API server or a proxy before it answers wrongly: report it there"`,
    )
  })

  it('empty pages', async () => {
    expect(await errorAt('empty_pages')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: 100 pages without an object came in a row, so the list would never end. Hint: the API server or a proxy before it answers wrongly: report it there"`,
    )
  })
})

describe('410', () => {
  it('goes on where the answer says how', async () => {
    const answer = await session(`${await queryAt('gone_goes_on')};`)
    expect(answer.rows.map(([name]) => name)).toEqual(['one', 'two'])
    expect(answer.messages).toMatchInlineSnapshot(`
      "WARNING:  k8s_fdw: GET /api/v1/pods: 410 Gone: the list changed while it was read and goes on at its newest state; its rows are not one snapshot
      DETAIL:  Wrappers
      "
    `)
  })

  it('ends the query where it does not', async () => {
    expect(await errorAt('gone_for_good')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/pods: 410 Gone: too old. Hint: the list changed while it was read: run the query again"`,
    )
  })

  it('starts again before the first row', async () => {
    const answer = await session(`${await queryAt('gone_at_once')};`)
    expect(answer).toMatchObject({ rows: [['one', '{}']], messages: '' })
  })
})

describe('values', () => {
  it('a text with U+0000', async () => {
    const answer = await session(`${await queryAt('nul')};`)
    expect(answer.rows.map(([name]) => name)).toEqual(['a\ufffdb'])
    expect(answer.messages).toContain(
      'k8s_fdw: 1 value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place: Pod default/a b: column "name"',
    )
  })

  it('a value that does not fit its column', async () => {
    await run(`CREATE FOREIGN TABLE errors.misfit (name integer)
      SERVER healthy OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)
    expect(await failsAndGoesOn('SELECT * FROM errors.misfit')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[cell] Pod kube-system/coredns-6f685fffbf-7xrtp: column "name": "coredns-6f685fffbf-7xrtp" is not an integer, so it does not fit type integer. Hint: declare the column text or jsonb, or give the table the option on_error 'null'"`,
    )
  })
})

it('the server never crashed', async () => {
  expect(await serverLife()).toBe(lifeBefore)
})
