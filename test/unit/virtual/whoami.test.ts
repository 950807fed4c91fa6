// One row with the user of a SelfSubjectReview, as kubectl auth whoami asks.
import { expect, it } from 'vitest'
import { WHOAMI_OBJECT } from '../../../src/virtual/whoami.ts'
import { errorOf, status } from '../support/fakes.ts'
import { ask } from './ask.ts'

const REQUEST = 'POST /apis/authentication.k8s.io/v1/selfsubjectreviews'
const USER = { username: 'jane', uid: 'u-1', groups: ['a', 'b'], extra: { key: ['value'] } }

it('gives the user as its row', () => {
  const answer = { status: 201, body: { kind: 'SelfSubjectReview', status: { userInfo: USER } } }
  const { rows, requests } = ask(WHOAMI_OBJECT, { [REQUEST]: answer })
  expect(rows).toEqual([USER])
  expect(requests).toEqual([[REQUEST, { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }]])
})

it('says from which version on a server knows it', () => {
  const answer = status(404, 'the server could not find the requested resource')
  expect(errorOf(() => ask(WHOAMI_OBJECT, { [REQUEST]: answer }))).toMatchObject({
    code: 'status',
    hint: 'the API server must be of Kubernetes 1.28 or newer to say who a user is',
  })
})

it.each([{}, { status: {} }, { status: { userInfo: null } }])('gives no row for %j', (body) => {
  expect(errorOf(() => ask(WHOAMI_OBJECT, { [REQUEST]: { status: 201, body } }))).toMatchObject({
    code: 'decode',
    message: `${REQUEST}: the answer has no status.userInfo`,
  })
})
