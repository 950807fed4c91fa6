// test/contract/writes.test.ts has every request, and write-errors.test.ts what becomes of a lost answer.
import { describe, expect, it } from 'vitest'
import { Sender } from '../../../src/write/sender.ts'
import type { Draft } from '../../../src/write/sender.ts'
import { clusterOf, errorOf } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'

const PATH = '/api/v1/namespaces/shop/pods/web'
const draft: Draft = {
  subject: {
    request: `patch ${PATH}`,
    resource: 'pods',
    namespace: 'shop',
    hasSelectors: false,
    secret: false,
    verb: 'patch',
    kind: 'Pod',
    plural: 'pods',
    name: 'web',
    changes: [{ column: 'a', place: ['spec', 'a'], value: 1 }],
  },
  method: 'PATCH',
  path: PATH,
  objectPath: PATH,
  type: 'application/json',
  body: null,
  identity: { namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '7' },
}
const QUERY = 'fieldManager=k8s_fdw&fieldValidation=Strict'
const body = { metadata: { uid: 'u', resourceVersion: '7' }, spec: { a: 1 } }

const send = (answers: Answers) => {
  const cluster = clusterOf(answers)
  const sender = new Sender(cluster.api)
  return { sender, requests: cluster.requests }
}

describe('a change', () => {
  it('is sent as a dry run, and then as it passed', () => {
    const { sender, requests } = send({ [`PATCH ${PATH}`]: { body: {} } })
    sender.make(sender.check(draft))
    expect(requests).toEqual([
      [`PATCH ${PATH}?${QUERY}&dryRun=All`, body],
      [`PATCH ${PATH}?${QUERY}`, body],
    ])
  })

  it('whose answer is lost is looked at, and not sent again', () => {
    const found = { metadata: { uid: 'u', resourceVersion: '8' }, spec: { a: 1 } }
    const { sender, requests } = send({
      [`PATCH ${PATH}`]: 'connection reset',
      [`GET ${PATH}`]: { body: found },
    })
    expect(errorOf(() => sender.make({ ...draft, body, outcome: ['1'] }))).toEqual({})
    expect(requests).toHaveLength(2)
  })

  it('whose answer is lost is an error if it was not made', () => {
    const found = { metadata: { uid: 'u', resourceVersion: '7' }, spec: {} }
    const { sender } = send({ [`PATCH ${PATH}`]: 'connection reset', [`GET ${PATH}`]: { body: found } })
    const { code, message } = errorOf(() => sender.make({ ...draft, body }))
    expect(code).toBe('connect')
    expect(message).toContain('connection reset; Pod shop/web was not changed')
  })

  it('of a Secret is done if the texts of stringData are in its data', () => {
    const body = { kind: 'Secret', data: { a: 'MQ==' }, stringData: { b: '2' } }
    const secret = { ...draft, subject: { ...draft.subject, secret: true }, identity: null, body }
    const madeOf = (data: object): unknown => {
      const { sender } = send({
        [`PATCH ${PATH}`]: 'reset',
        [`GET ${PATH}`]: { body: { kind: 'Secret', data } },
      })
      return errorOf(() => sender.make(secret)).code
    }
    expect(madeOf({ a: 'MQ==', b: 'Mg==', c: '' })).toBeUndefined()
    expect(madeOf({ a: 'MQ==', b: 'MQ==' })).toBe('connect')
  })

  it('that is an apply is sent again, once', () => {
    const apply = {
      ...draft,
      type: 'application/apply-patch+yaml',
      identity: null,
      body: { l: [1] },
      forces: true,
    }
    const whole = `PATCH ${PATH}?${QUERY}&force=true`
    const again = send({ [`PATCH ${PATH}`]: ['reset', { body: {} }] })
    again.sender.make(apply)
    expect(again.requests).toEqual([
      [whole, { l: [1] }],
      [whole, { l: [1] }],
    ])
    const lost = send({ [`PATCH ${PATH}`]: 'reset' })
    expect(errorOf(() => lost.sender.make(apply)).message).toContain(
      'reset; it is not known whether Pod shop/web was changed',
    )
    expect(lost.requests).toHaveLength(2)
  })
})
