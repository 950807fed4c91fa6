// Turns answers that are not what was asked for into an FdwError: the request, what came back, and what to do.
import { FdwError } from '../errors.ts'
import type { JsonError } from '../host.ts'
import type { Failure, Purpose } from './failure.ts'
import { hintFor } from './hints.ts'
import { describeBody, statusLine } from './status.ts'

/** Makes the error for a response whose code is not 200. The last two are as `hintFor` takes them. */
export function failureError(
  failure: Failure,
  purpose: Purpose,
  hasToken: boolean,
  loginHint: string | null,
): FdwError {
  const message = `${purpose.request}: ${statusLine(failure.code)}: ${failure.detail}`
  return new FdwError('status', message, hintFor(failure, purpose, hasToken, loginHint))
}

/** The error for a kind that cannot be watched. */
export function unwatchableError(kind: string): FdwError {
  return new FdwError(
    'option',
    `objects of kind ${kind} cannot be watched`,
    "show them without their changes: ALTER FOREIGN TABLE … OPTIONS (SET watch 'off')",
  )
}

/** Makes the error for changes that the API server does not have any more, or that one answer cannot hold. */
export function expiredError(purpose: Purpose, detail: string): FdwError {
  return new FdwError(
    'expired',
    `${purpose.request}: ${detail}`,
    'select without a condition on since, which shows all objects as they are, and then go on from the BOOKMARK at their end',
  )
}

/** Whether a body can be a JSON object, judged by its beginning. */
export function looksLikeObject(start: string): boolean {
  return start.trim().startsWith('{')
}

/** Makes the error for a 200 whose body cannot be a JSON object. `body` is its beginning. */
export function notJsonError(purpose: Purpose, body: string): FdwError {
  return new FdwError(
    'decode',
    `${purpose.request}: 200 OK, but ${describeBody(body, purpose.secret)}`,
    'is api_url the URL of an API server, and no login page or other service in between?',
  )
}

/** Makes the error for a 200 whose body is not JSON or is beyond the parser's limits. */
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

/** Makes the error for a 200 that is too large to be read. `objects` is the page size that would fit. */
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
