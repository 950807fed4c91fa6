// What is asked of the authorizer, as kubectl auth can-i asks it, and the rows that its answers become.
import { describe, expect, it } from 'vitest'
import { CAN_I_OBJECT } from '../../../src/virtual/can-i.ts'
import { errorOf } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'
import { ask } from './ask.ts'

const ACCESS = 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const RULES = 'POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
const review = (status: object) => ({ status: 201, body: { status } })
const YES: Answers = { [ACCESS]: review({ allowed: true, reason: 'RBAC' }) }
const NOWHERE: Answers = {
  ...YES,
  'GET /api': { body: { kind: 'APIGroupDiscoveryList', items: [] } },
  'GET /apis': { body: { kind: 'APIGroupDiscoveryList', items: [] } },
}
const specs = ({ requests }: { readonly requests: readonly unknown[] }): unknown[] =>
  requests.map((request) => (Array.isArray(request) ? (request[1] as { spec: unknown }).spec : request))

describe('a verb on a resource', () => {
  it.each([
    { given: { verb: ['get'], resource: ['pods'] }, want: { verb: 'get', group: '', resource: 'pods' } },
    {
      given: { verb: ['get'], resource: ['deploy'] },
      want: { verb: 'get', group: 'apps', resource: 'deployments' },
    },
    { given: { verb: ['*'], resource: ['*'] }, want: { verb: '*', group: '*', resource: '*' } },
    {
      given: { verb: ['get'], resource: ['deploy'], api_group: ['x'] },
      want: { verb: 'get', group: 'x', resource: 'deploy' },
    },
    {
      given: { verb: ['get'], resource: ['pods'], subresource: ['log'], name: ['a'], namespace: ['shop'] },
      want: { namespace: 'shop', subresource: 'log', name: 'a', resource: 'pods' },
    },
  ])('$given', ({ given, want }) => {
    const asked = ask(CAN_I_OBJECT, YES, given)
    expect(specs(asked)).toEqual([{ resourceAttributes: expect.objectContaining(want) as unknown }])
    expect(asked.rows).toMatchObject([{ allowed: true, denied: false, reason: 'RBAC' }])
  })

  it('is asked for each of several, in the namespace of the table', () => {
    const given = { verb: ['get', 'list'], resource: ['pods', 'nodes'] }
    const { rows, requests } = ask(CAN_I_OBJECT, YES, given, { namespace: 'shop' })
    expect(requests).toHaveLength(4)
    expect(rows.map((row) => (row as { namespace: string }).namespace)).toEqual(Array(4).fill('shop'))
  })

  it('whose resource nobody knows is asked of the core group, with a warning', () => {
    const asked = ask(CAN_I_OBJECT, NOWHERE, { verb: ['get'], resource: ['widgets'] })
    expect(specs(asked).pop()).toMatchObject({ resourceAttributes: { group: '', resource: 'widgets' } })
    expect(asked.warnings).toEqual([
      'k8s_fdw: can_i: the cluster serves no widgets; the question is asked of the core group',
    ])
  })

  it('is no question if the cluster cannot be asked for the resource', () => {
    const answers = { ...YES, 'GET /apis': 'connection reset', 'GET /api': 'connection reset' }
    expect(errorOf(() => ask(CAN_I_OBJECT, answers, { verb: ['get'], resource: ['widgets'] })).code).toBe(
      'connect',
    )
  })

  it('shows each condition but that on the group, which it finds, as it was asked', () => {
    expect(ask(CAN_I_OBJECT, YES, { verb: ['get'], resource: ['pods'] }).settled).not.toContain('api_group')
  })
})

it('a verb on a URL', () => {
  const asked = ask(CAN_I_OBJECT, YES, { verb: ['get'], non_resource_url: ['/healthz'] })
  expect(specs(asked)).toEqual([{ nonResourceAttributes: { path: '/healthz', verb: 'get' } }])
  expect(asked.rows).toMatchObject([{ non_resource_url: '/healthz', resource: null, api_group: null }])
})

describe('no question', () => {
  it.each([
    { given: {}, table: {}, want: ['default'] },
    { given: {}, table: { namespace: 'shop' }, want: ['shop'] },
    { given: { verb: ['get'], namespace: ['a', 'b'] }, table: {}, want: ['a', 'b'] },
  ])('$given asks for the rules of $want', ({ given, table, want }) => {
    const answers = { [RULES]: review({ resourceRules: [], nonResourceRules: [] }) }
    expect(specs(ask(CAN_I_OBJECT, answers, given, table))).toEqual(want.map((namespace) => ({ namespace })))
  })

  it('warns of rules that are not all', () => {
    const rules = { resourceRules: [], incomplete: true, evaluationError: 'webhook' }
    expect(ask(CAN_I_OBJECT, { [RULES]: review(rules) }).warnings).toEqual([
      'k8s_fdw: can_i: the authorizer does not list all rules: webhook',
    ])
  })
})

describe('no answer', () => {
  it.each([
    {
      given: { verb: ['get'], resource: ['pods'] },
      answers: { [ACCESS]: review({}) },
      want: { code: 'decode', message: `${ACCESS}: the answer has no status.allowed` },
    },
    {
      given: {},
      answers: { [RULES]: review({}) },
      want: { code: 'decode', message: `${RULES}: the answer has no status.resourceRules` },
    },
    {
      given: { resource: ['pods/log'] },
      answers: {},
      want: { code: 'plan', hint: "write resource = 'pods' AND subresource = 'log'" },
    },
    {
      given: { verb: ['get'], resource: ['pods'], non_resource_url: ['/x'] },
      answers: {},
      want: { code: 'plan', hint: 'leave one of them out' },
    },
  ])('to $given', ({ given, answers, want }) => {
    expect(errorOf(() => ask(CAN_I_OBJECT, answers, given))).toMatchObject(want)
  })
})
