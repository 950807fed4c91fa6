// The errors of answers that no test can send: the indexing in C runs out of memory.
import { jsonError } from '../../../src/cluster/errors.ts'
import { expect, it } from 'vitest'

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
