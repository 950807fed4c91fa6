// One request of a login: what is sent, and that nothing else of the server is shown or sent.
import { describe, expect, it } from 'vitest'
import { Api } from '../../../src/cluster/api.ts'
import { Trace } from '../../../src/cluster/trace.ts'
import type { HttpRequest } from '../../../src/host.ts'
import { LOGIN_OBJECT, refuseLogin } from '../../../src/virtual/login.ts'
import { VERSION_OBJECT } from '../../../src/virtual/version.ts'
import { clusterOf, errorOf, tableOptions, treesOf } from '../support/fakes.ts'
import { inputsOf } from './ask.ts'

const URL = 'https://login.example/tenant/token'
const ask = (body: string, answer: { readonly status?: number; readonly body: unknown }) => {
  const { host } = clusterOf({})
  const sent: [string, HttpRequest, string][] = []
  const respond = (method: string, request: HttpRequest, text: string) => {
    sent.push([method, request, text])
    return clusterOf({ 'GET /': answer }, { apiUrl: '' }).host.get({ url: '/', headers: [] })
  }
  const client = {
    ...host,
    get: (request: HttpRequest) => ({ ...respond('GET', request, ''), url: request.url }),
    send: (method: string, request: HttpRequest, text: string) => ({
      ...respond(method, request, text),
      url: request.url,
    }),
  }
  const api = new Api(
    client,
    { apiUrl: URL, token: 'for-once', impersonation: null },
    new Trace(host, false, null),
  )
  const steps = LOGIN_OBJECT.steps({
    api,
    table: tableOptions(),
    inputs: inputsOf({}),
    settle: () => undefined,
    setting: (name) => (name === 'k8s_fdw.login_body' ? body : null),
  })
  return { rows: steps.flatMap((step) => treesOf(step())), sent }
}

describe('the answer of a login', () => {
  it.each([
    { body: '{"kind":"TokenRequest"}', method: 'POST', type: 'application/json' },
    { body: 'grant_type=refresh_token', method: 'POST', type: 'application/x-www-form-urlencoded' },
    { body: '', method: 'GET', type: undefined },
  ])('comes for $body, which is sent as it stands', ({ body, method, type }) => {
    const { rows, sent } = ask(body, { status: 201, body: '{"status":{}}' })
    expect(rows).toEqual([{ status: 201, answer: '{"status":{}}' }])
    expect(sent.length).toBe(1)
    const [asked, request, text] = sent[0] ?? []
    expect([asked, request?.url, text]).toEqual([method, URL, body])
    const headers = new Map(request?.headers)
    expect(headers.get('authorization')).toBe('Bearer for-once')
    expect(headers.get('content-type')).toBe(type)
  })

  it('is a row as well if the login is refused', () => {
    expect(ask('a=b', { status: 400, body: 'no' }).rows).toEqual([{ status: 400, answer: 'no' }])
  })
})

it('is shown by no other server', () => {
  const { code, message } = errorOf(() => refuseLogin(LOGIN_OBJECT, false))
  expect([code, message]).toEqual([
    'option',
    "object 'login_answer' is only for the servers that k8s_fdw.renew() makes for one request",
  ])
  refuseLogin(LOGIN_OBJECT, true)
  refuseLogin(VERSION_OBJECT, false)
})
