// What is said where no answer came. The causes are the texts that reqwest 0.12 and OpenSSL 3 gave on the host, and one of
// our own host's.
import { expect, it } from 'vitest'
import { connectError } from '../../../src/cluster/connect-error.ts'

it.each([
  [
    'error trying to connect: tcp connect error: Connection refused (os error 111)',
    /^check api_url, and that/,
  ],
  ['error trying to connect: dns error: failed to lookup address information', /does not know the host name/],
  [
    'error trying to connect: certificate verify failed: self-signed certificate',
    /must trust the cluster's CA/,
  ],
  ['error trying to connect: certificate verify failed: certificate has expired', /check the clock/],
  [
    'error trying to connect: certificate verify failed: hostname mismatch',
    /does not have the host of api_url/,
  ],
  ['error trying to connect: wrong version number', /write api_url with http:/],
  ['connection closed before message completed', /a server with TLS needs https:/],
])('%s', (cause, hint) => {
  const problem = `error sending request for url (http://one/api/v1/pods?limit=1): ${cause}`
  const error = connectError('GET /api/v1/pods', 'http://one', problem)
  expect(error.code).toBe('connect')
  expect(error.message).toBe(
    `GET /api/v1/pods: no answer from http://one: ${cause.replace('error trying to connect: ', '')}`,
  )
  expect(error.hint).toMatch(hint)
})

it('a host that knows better gives its own hint', () => {
  const error = connectError(
    'GET /x',
    'https://one',
    'certificate verify failed: no CA Hint: give the server a CA',
  )
  expect(error.message).toBe('GET /x: no answer from https://one: certificate verify failed: no CA')
  expect(error.hint).toBe('give the server a CA')
})

it('a body that breaks off is an answer, and a broken one', () => {
  const error = connectError('GET /x', 'http://one', 'error decoding response body\nunexpected EOF')
  expect(error.message).toBe(
    'GET /x: the answer from http://one is broken: error decoding response body unexpected EOF',
  )
})
