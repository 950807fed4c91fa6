// What an answer that is no success can be relied on for. The texts are those of a real kube-apiserver 1.34.
import { describe, expect, it } from 'vitest'
import {
  isAboutOther,
  isListForbidden,
  isNamespaceMissing,
  isObjectMissing,
  isUnauthorized,
  purposeOf,
} from '../../../src/cluster/failure.ts'
import type { Failure } from '../../../src/cluster/failure.ts'

const failure = (change: Partial<Failure>): Failure => ({
  code: 403,
  url: 'http://one/',
  by: 'server',
  detail: '',
  reason: null,
  continueToken: null,
  objectName: null,
  objectKind: null,
  ...change,
})
const CANNOT_LIST =
  'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "web"'
const CANNOT_ACT =
  'users "jane" is forbidden: User "reader" cannot impersonate resource "users" in API group "" at the cluster scope'
const purpose = purposeOf('GET /api/v1/namespaces/web/pods', 'pods', 'web')

describe('a 403', () => {
  it.each([
    {
      name: "the authorizer's, of the list",
      of: { detail: CANNOT_LIST, objectKind: 'pods' },
      want: [true, true],
    },
    {
      name: "the authorizer's, of impersonation",
      of: { detail: CANNOT_ACT, objectKind: 'users' },
      want: [true, false],
    },
    {
      name: "the authorizer's words by a stranger",
      of: { by: 'stranger', detail: CANNOT_LIST },
      want: [false, false],
    },
    { name: "a kubectl proxy's", of: { by: 'kubectl', detail: 'Forbidden' }, want: [false, false] },
    { name: "a policy's", of: { detail: 'pods is forbidden: the firewall says no' }, want: [false, false] },
    { name: 'about another resource', of: { detail: CANNOT_LIST, objectKind: 'nodes' }, want: [true, false] },
  ] as const)('$name', ({ of, want }) => {
    const answer = failure(of)
    expect([isUnauthorized(answer), isListForbidden(answer, purpose)]).toEqual(want)
  })

  it.each([
    { resource: 'pods', kind: 'pods', other: false },
    { resource: 'pods/log', kind: 'pods', other: false },
    { resource: 'deployments.apps', kind: 'deployments', other: false },
    { resource: 'podtemplates', kind: 'pods', other: true },
    { resource: 'pods', kind: null, other: false },
  ])('of $kind for $resource', ({ resource, kind, other }) => {
    expect(isAboutOther(failure({ objectKind: kind }), purposeOf('GET /', resource))).toBe(other)
  })
})

describe('a 404', () => {
  const missing = failure({ code: 404, detail: 'pods "x" not found', objectName: 'x', objectKind: 'pods' })
  it.each([
    { name: 'of the object', of: missing, want: true },
    { name: 'of another object', of: { ...missing, objectName: 'y' }, want: false },
    { name: 'of the namespace of the same name', of: { ...missing, objectKind: 'namespaces' }, want: false },
    {
      name: 'of a path that is not served',
      of: { ...missing, detail: 'the server could not find the requested resource' },
      want: false,
    },
    { name: 'that is a 403', of: { ...missing, code: 403 }, want: false },
  ])('$name', ({ of, want }) => {
    expect(isObjectMissing(of, 'pods', 'x')).toBe(want)
  })

  it('of the namespace, where one was asked for', () => {
    const answer = failure({ code: 404, objectKind: 'namespaces' })
    expect(isNamespaceMissing(answer, purpose)).toBe(true)
    expect(isNamespaceMissing(answer, purposeOf('GET /api/v1/pods', 'pods'))).toBe(false)
  })
})
