// Answers that are not what was asked for → FdwError: the request, what came back, what to do.
import { FdwError } from '../errors.ts'
import type { JsonError } from '../host.ts'
import type { Failure, Purpose } from './failure.ts'
import { hintFor } from './hints.ts'
import { describeBody, statusLine } from './status.ts'

/** The error of a response with a code other than 200. */
export function failureError(failure: Failure, purpose: Purpose, hasToken: boolean): FdwError {
  const message = `${purpose.request}: ${statusLine(failure.code)}: ${failure.detail}`
  return new FdwError('status', message, hintFor(failure, purpose, hasToken))
}

/** Whether a body's beginning can be a JSON object. */
export function looksLikeObject(start: string): boolean {
  return start.trim().startsWith('{')
}

/** The error of a 200 whose body cannot be a JSON object, told by its beginning. */
export function notJsonError(purpose: Purpose, body: string): FdwError {
  return new FdwError(
    'decode',
    `${purpose.request}: 200 OK, but ${describeBody(body, purpose.secret)}`,
    'is api_url the URL of an API server, and no login page or other service in between?',
  )
}

/** The error of a 200 whose body is no JSON or beyond the parser's limits. */
export function jsonError(purpose: Purpose, error: JsonError, bodyBytes: number): FdwError {
  const cutOff = error.message === 'unexpected end of text'
  if (error.message === 'not enough memory') {
    return new FdwError(
      'decode',
      `${purpose.request}: 200 OK, but the JSON of ${bodyBytes} bytes is too much for the memory`,
      'lower page_size of the server',
    )
  }
  return new FdwError(
    'decode',
    `${purpose.request}: 200 OK, but the JSON is ${cutOff ? 'cut off' : 'not valid'}: ${error.message} at byte ${error.offset} of ${bodyBytes}`,
    cutOff
      ? 'the connection or a proxy ended the answer early: try again, or lower page_size'
      : 'the answer does not come from an API server, or something in between changed it',
  )
}

/** The error of a 200 too large to be read; `objects` would fit. */
export function tooLargeError(
  purpose: Purpose,
  bytes: number,
  most: number,
  objects: number,
  hasPageSize: boolean,
): FdwError {
  return new FdwError(
    'decode',
    `${purpose.request}: 200 OK, but the body has ${bytes} bytes, more than the ${most} that one answer may have`,
    `ask for fewer objects at a time: ALTER SERVER … OPTIONS (${hasPageSize ? 'SET' : 'ADD'} page_size '${objects}')`,
  )
}
