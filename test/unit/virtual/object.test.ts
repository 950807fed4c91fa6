// What virtual objects have in common: questions, and what is said of answers that do not answer them.
import { describe, expect, it } from 'vitest'
import { lacks, membersByName, question, readAnswer } from '../../../src/virtual/object.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'
import type { Answer } from '../support/fakes.ts'

const ask = (answer: Answer, notFound: string | null = null) => {
  const { api } = clusterOf({ 'GET /x': answer })
  return readAnswer(api, api.get('/x', '', 'application/json'), question('GET /x', 'get', '/x', notFound))
}

it('a column shows the member of its name', () => {
  expect(membersByName(['a', 'b_c'])).toEqual({ a: ['a'], b_c: ['b_c'] })
})

it('a question is about all namespaces, and about no Secret', () => {
  expect(question('GET /x', 'get', '/x')).toMatchObject({ verb: 'get', namespace: null, secret: false })
})

describe('answers', () => {
  it.each([200, 201])('%d is read', (code) => {
    expect(ask({ status: code, body: { a: [1, null] } })).toEqual({ a: [1, null] })
  })

  it('404 says what the question knows about it', () => {
    const answer = status(404, 'the server could not find the requested resource')
    expect(errorOf(() => ask(answer, 'it is too old')).hint).toBe('it is too old')
    expect(errorOf(() => ask(answer)).hint).toContain('check the kind and its version')
  })

  it('another code keeps the usual hint', () => {
    const answer = status(403, 'x is forbidden: User "jane" cannot get path "/x"')
    expect(errorOf(() => ask(answer, 'it is too old')).hint).toBe(
      'grant the user a ClusterRole with the verb get on /x',
    )
  })

  it('what is no JSON is named', () => {
    expect(errorOf(() => ask({ body: '<html><title>Login</title>' }))).toMatchObject({ code: 'decode' })
  })

  it('JSON without the answer is named', () => {
    expect(lacks(question('GET /x', 'get', '/x'), 'status').message).toBe('GET /x: the answer has no status')
  })
})
