// What an unsuccessful answer says, and who can have given it.
import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../src/cluster/failure.ts'
import { describeBody, readFailure, statusLine } from '../../../src/cluster/status.ts'
import { clusterOf, status } from '../support/fakes.ts'
import type { Answer } from '../support/fakes.ts'

const read = (answer: Answer, secret = false): Failure => {
  const { host } = clusterOf({ 'GET /x': answer })
  const response = host.get({ url: 'http://one/x', headers: [] })
  return readFailure((body, shape) => host.indexJson(body, shape), response, secret)
}

it.each([
  { code: 403, want: '403 Forbidden' },
  { code: 504, want: '504 Gateway Timeout' },
  { code: 599, want: '599' },
])('$want', ({ code, want }) => {
  expect(statusLine(code)).toBe(want)
})

describe('a Status', () => {
  it('says what it is about', () => {
    const answer = status(404, 'pods "web" not found', {
      reason: 'NotFound',
      details: { name: 'web', kind: 'pods' },
    })
    expect(read(answer)).toEqual({
      code: 404,
      url: 'http://one/x',
      by: 'server',
      detail: 'pods "web" not found',
      reason: 'NotFound',
      continueToken: null,
      objectName: 'web',
      objectKind: 'pods',
      causes: [],
    })
  })

  it('of a 410 says how to go on', () => {
    const answer = status(410, 'The provided continue parameter is too old', { metadata: { continue: 'c2' } })
    expect(read(answer).continueToken).toBe('c2')
  })

  it('without a message', () => {
    expect(read({ status: 500, body: { kind: 'Status' } }).detail).toBe('the Status has no message')
  })
})

describe('who answered', () => {
  it.each<{ answer: Answer; by: Failure['by'] }>([
    { answer: { status: 404, body: '404 page not found\n' }, by: 'server' },
    { answer: { status: 403, body: 'Forbidden' }, by: 'kubectl' },
    { answer: { status: 403, body: '<h3>Unauthorized</h3>' }, by: 'kubectl' },
    { answer: { status: 404, body: 'Forbidden' }, by: 'stranger' },
    { answer: { status: 502, body: '<html><title>Bad gateway</title></html>' }, by: 'stranger' },
    { answer: { status: 403, body: { message: 'no' } }, by: 'stranger' },
    { answer: { status: 403, body: '{"kind":"Status"' }, by: 'stranger' },
  ])('$answer.body: $by', ({ answer, by }) => {
    expect(read(answer).by).toBe(by)
  })
})

describe('a body', () => {
  it.each([
    { body: ' ', secret: false, want: 'the body is empty' },
    {
      body: '<!DOCTYPE html><title>Log\n in</title>',
      secret: false,
      want: 'an HTML page titled "Log in" instead of JSON',
    },
    { body: '<html></html>', secret: true, want: 'an HTML page instead of JSON' },
    { body: 'oops', secret: false, want: 'the body is not JSON: oops' },
    { body: 'aHVudGVyMg==', secret: true, want: 'the body is not JSON' },
  ])('$body, of a Secret: $secret', ({ body, secret, want }) => {
    expect(describeBody(body, secret)).toBe(want)
  })

  it('that may hold a Secret is never quoted', () => {
    for (const body of ['{"data":{"a":"hunter22"}}', 'hunter22', '{"data":{"a":"hunter22"'])
      expect(JSON.stringify(read({ status: 500, body }, true))).not.toContain('hunter22')
  })
})
