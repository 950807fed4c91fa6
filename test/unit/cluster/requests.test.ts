// Paths, queries and headers of requests.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  VERSION,
  getRequest,
  listPath,
  objectPath,
  pageQuery,
  percentEncode,
  bodyRequest,
} from '../../../src/cluster/requests.ts'
import type { Access } from '../../../src/cluster/requests.ts'
import { inRoot } from '../../../tools/paths.ts'
import { listQuery } from './list-query.ts'

describe('URLs', () => {
  it('encodes as encodeURIComponent does, and what that leaves over', () => {
    let all = ''
    for (let code = 0; code < 0x250; code++) all += String.fromCharCode(code)
    all += 'ࠀ\uffff\u{10000}😀\u{10ffff}'
    const rest = /[!'()*]/g
    const want = encodeURIComponent(all).replace(
      rest,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    expect(percentEncode(all)).toBe(want)
    expect(decodeURIComponent(percentEncode(all))).toBe(all)
  })

  it('encodes a lone surrogate as U+FFFD', () => {
    expect(percentEncode('\ud800a\udc00')).toBe('%EF%BF%BDa%EF%BF%BD')
  })

  it('names the version of the package', () => {
    const root = inRoot('package.json')
    expect(VERSION).toBe((JSON.parse(readFileSync(root, 'utf8')) as { version: string }).version)
  })
})

describe('paths', () => {
  const { resource } = listQuery()
  it.each([
    { apiVersion: 'v1', namespace: null, want: '/api/v1/pods' },
    { apiVersion: 'v1', namespace: 'shop', want: '/api/v1/namespaces/shop/pods' },
    { apiVersion: 'apps/v1', namespace: 'a/b', want: '/apis/apps/v1/namespaces/a%2Fb/pods' },
  ])('$want', ({ apiVersion, namespace, want }) => {
    expect(listPath({ ...resource, apiVersion }, namespace)).toBe(want)
    expect(objectPath({ ...resource, apiVersion }, namespace, 'a?b')).toBe(`${want}/a%3Fb`)
  })
})

it.each([
  { selectors: {}, token: null, isTable: false, want: 'limit=5' },
  { selectors: {}, token: 'a+b=', isTable: true, want: 'limit=5&continue=a%2Bb%3D&includeObject=None' },
  {
    selectors: { labelSelector: 'a in (b,c)', fieldSelector: 'd!=e' },
    token: null,
    isTable: false,
    want: 'limit=5&labelSelector=a%20in%20%28b%2Cc%29&fieldSelector=d%21%3De',
  },
])('the query $want', ({ selectors, token, isTable, want }) => {
  expect(pageQuery({ labelSelector: null, fieldSelector: null, ...selectors }, 5, token, isTable)).toBe(want)
})

describe('headers', () => {
  const names = (access: Partial<Access>): string[] =>
    getRequest(
      { apiUrl: 'http://one', token: null, impersonation: null, ...access },
      '/x',
      '',
      'a',
    ).headers.map(([name]) => name)
  it.each<{ access: Partial<Access>; want: string[] }>([
    { access: {}, want: [] },
    { access: { token: 't' }, want: ['authorization'] },
    { access: { impersonation: { user: 'u', group: null } }, want: ['impersonate-user'] },
    {
      access: { token: 't', impersonation: { user: 'u', group: 'g' } },
      want: ['authorization', 'impersonate-user', 'impersonate-group'],
    },
  ])('of $access', ({ access, want }) => {
    expect(names(access)).toEqual(['accept', 'user-agent', ...want])
  })

  it('of a POST say what is sent', () => {
    const { headers } = bodyRequest({ apiUrl: 'http://one', token: null, impersonation: null }, '/x')
    expect(headers).toContainEqual(['content-type', 'application/json'])
    expect(headers).toContainEqual(['accept', 'application/json'])
  })
})
