// One request: what is sent, which answers are accepted, and that no token is ever shown.
import { describe, expect, it } from 'vitest'
import { purposeOf } from '../../../src/cluster/failure.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'

const RICH = 'application/json;as=Table;g=meta.k8s.io;v=v1,application/json'
const TOKEN = 'hunter22'

describe('a request', () => {
  it('carries token, user and group', () => {
    const { api, sent } = clusterOf(
      { 'GET /api': { body: {} } },
      { token: TOKEN, impersonation: { user: 'jane', group: 'dev' } },
    )
    api.get('/api', 'limit=1', 'application/json')
    expect(sent[0]?.url).toBe('http://one/api?limit=1')
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({
      accept: 'application/json',
      authorization: `Bearer ${TOKEN}`,
      'impersonate-user': 'jane',
      'impersonate-group': 'dev',
    })
  })

  it('of a review is JSON', () => {
    const { api, requests, sent } = clusterOf({ 'POST /reviews': { status: 201, body: {} } })
    expect(api.post('/reviews', { kind: 'Review' }).status).toBe(201)
    expect(requests).toEqual([['POST /reviews', { kind: 'Review' }]])
    expect(Object.fromEntries(sent[0]?.headers ?? [])['content-type']).toBe('application/json')
  })
})

describe('a media type that is refused', () => {
  it.each([
    { refusal: status(406, 'only the following media types are accepted'), again: true },
    { refusal: status(415, 'unsupported'), again: true },
    { refusal: { status: 400, body: 'no' }, again: true },
    { refusal: status(400, 'unable to parse requirement of the label selector'), again: false },
    { refusal: status(403, 'forbidden'), again: false },
    { refusal: status(500, 'oops'), again: false },
  ])('by $refusal.status is asked for as plain JSON: $again', ({ refusal, again }) => {
    const { api, requests, sent } = clusterOf({ 'GET /x': [refusal, { body: {} }] })
    expect(api.get('/x', 'limit=9', RICH, 'limit=5').status).toBe(again ? 200 : refusal.status)
    expect(requests).toEqual(again ? ['GET /x?limit=9', 'GET /x?limit=5'] : ['GET /x?limit=9'])
    expect(api.isPlain).toBe(again)
    if (again) expect(Object.fromEntries(sent[1]?.headers ?? [])['accept']).toBe('application/json')
  })

  it('is not asked for again', () => {
    const { api, requests } = clusterOf({ 'GET /x': [status(406, 'no'), { body: {} }] })
    api.get('/x', 'a', RICH, 'b')
    api.get('/x', 'a', RICH, 'b')
    expect(requests).toEqual(['GET /x?a', 'GET /x?b', 'GET /x?b'])
  })

  it('was not the reason if plain JSON is a 400 as well', () => {
    const { api } = clusterOf({ 'GET /x': { status: 400, body: 'no' } })
    api.get('/x', '', RICH)
    expect(api.isPlain).toBe(false)
  })
})

describe('a warning of the server', () => {
  // As in RFC 7234, and as kubectl prints them.
  it.each([
    { headers: ['299 - "old is gone"'], want: ['old is gone'] },
    { headers: ['299 - "a", 299 - "b"'], want: ['a', 'b'] },
    { headers: ['299 - "a"', '299 - "b"'], want: ['a', 'b'] },
    { headers: ['299 - "say \\"x\\"" "Sat, 25 Aug 2012 23:34:45 GMT"'], want: ['say "x"'] },
    { headers: ['no warning'], want: [] },
    { headers: ['299 - "same"', '299 - "same"'], want: ['same'] },
  ])('$headers', ({ headers, want }) => {
    const given = headers.map((value) => ['warning', value] as const)
    const { api, warnings } = clusterOf({ 'GET /x': { body: {}, headers: given } })
    api.get('/x', '', 'application/json')
    expect(warnings).toEqual(want.map((text) => `k8s_fdw: GET /x: ${text}`))
  })
})

describe('an answer', () => {
  it('from another server is refused', () => {
    const { api, host } = clusterOf({ 'GET /x': { body: {} } })
    const get = host.get.bind(host)
    host.get = (request) => ({ ...get(request), url: 'https://login.example/?next=x' })
    expect(errorOf(() => api.get('/x', '', 'application/json'))).toMatchObject({
      code: 'status',
      message: 'GET /x: redirected from http://one to https://login.example',
    })
  })

  it('that does not come names what the host says', () => {
    const { api } = clusterOf({ 'GET /x': 'dns error' })
    expect(errorOf(() => api.get('/x', '', 'application/json'))).toMatchObject({
      code: 'connect',
      message: 'GET /x: no answer from http://one: dns error',
    })
  })

  it.each([
    { body: '<html>', problem: 'an HTML page' },
    { body: '{"items":[', problem: 'cut off' },
    { body: '{"items":x}', problem: 'not valid' },
  ])('$body is no document', ({ body, problem }) => {
    const { api } = clusterOf({ 'GET /x': { body } })
    const response = api.get('/x', '', 'application/json')
    const shape = { head: [], rowsKey: 'items', row: [] }
    expect(errorOf(() => api.index(response, shape, purposeOf('GET /x', 'x'))).message).toContain(problem)
  })
})

describe('the token', () => {
  it('is shown by nobody who repeats it', () => {
    const answers = {
      'GET /x': {
        ...status(500, `no ${TOKEN}`),
        headers: [['warning', `299 - "your token is ${TOKEN}"`] as const],
      },
      'GET /y': `no route for ${TOKEN}`,
      'GET /z': { body: `<html><title>${TOKEN}</title>` },
    }
    const { api, warnings } = clusterOf(answers, { token: TOKEN })
    const response = api.get('/x', '', 'application/json')
    const purpose = purposeOf('GET /x', 'x')
    const all = [
      api.error(api.failure(response, false), purpose),
      errorOf(() => api.get('/y', '', 'application/json')),
      errorOf(() =>
        api.index(api.get('/z', '', 'application/json'), { head: [], rowsKey: null, row: [] }, purpose),
      ),
      warnings,
    ].map((each) => JSON.stringify(each))
    for (const each of all) {
      expect(each).toContain('***')
      expect(each).not.toContain(TOKEN)
    }
  })

  it('that there is none changes no text', () => {
    expect(clusterOf({}).api.redact('null')).toBe('null')
  })
})
