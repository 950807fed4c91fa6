// The errors of answers that are not what was asked for, even of those that no server of a test can send.
import { expect, it } from 'vitest'
import {
  failureError,
  jsonError,
  looksLikeObject,
  notJsonError,
  tooLargeError,
} from '../../../src/cluster/errors.ts'
import { purposeOf } from '../../../src/cluster/failure.ts'

it('a list whose index does not fit the memory', () => {
  const purpose = {
    request: 'GET /api/v1/pods',
    resource: 'pods',
    namespace: null,
    hasSelectors: false,
    secret: false,
  }
  const error = jsonError(purpose, { message: 'not enough memory', offset: 7 }, 100)
  expect(error).toMatchObject({
    code: 'decode',
    message: 'GET /api/v1/pods: 200 OK, but the JSON of 100 bytes is too much for the memory',
    hint: 'lower page_size of the server',
  })
})

const purpose = purposeOf('GET /api/v1/pods', 'pods')

it('an answer that is no success has request, code and detail', () => {
  const failure = {
    code: 410,
    url: '',
    by: 'server' as const,
    detail: 'too old',
    reason: null,
    continueToken: null,
    objectName: null,
    objectKind: null,
  }
  expect(failureError(failure, purpose, true, null)).toMatchObject({
    code: 'status',
    message: 'GET /api/v1/pods: 410 Gone: too old',
  })
})

it.each([
  { start: '{"a"', is: true },
  { start: '\n {', is: true },
  { start: '[{', is: false },
  { start: '<html>', is: false },
  { start: '', is: false },
])('$start can be an object: $is', ({ start, is }) => {
  expect(looksLikeObject(start)).toBe(is)
})

it('a body that is no JSON is not quoted if it may hold a Secret', () => {
  expect(notJsonError(purpose, 'hunter22').message).toContain('hunter22')
  expect(notJsonError({ ...purpose, secret: true }, 'hunter22').message).not.toContain('hunter22')
})

it.each([
  { message: 'unexpected end of text', want: 'the JSON is cut off: unexpected end of text at byte 7 of 9' },
  { message: 'invalid number', want: 'the JSON is not valid: invalid number at byte 7 of 9' },
])('$message', ({ message, want }) => {
  expect(jsonError(purpose, { message, offset: 7 }, 9).message).toBe(`GET /api/v1/pods: 200 OK, but ${want}`)
})

it.each([
  { hasPageSize: true, verb: 'SET' },
  { hasPageSize: false, verb: 'ADD' },
])('what is too large is asked for in parts: $verb', ({ hasPageSize, verb }) => {
  expect(tooLargeError(purpose, 20, 10, 5, hasPageSize)).toMatchObject({
    code: 'decode',
    message: 'GET /api/v1/pods: 200 OK, but the body has 20 bytes, more than the 10 that one answer may have',
    hint: `ask for fewer objects at a time: ALTER SERVER … OPTIONS (${verb} page_size '5')`,
  })
})
