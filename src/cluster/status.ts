// Responses that are not the wanted objects → FdwError: what was asked, what came back, what to do.
// Never quotes a token, nor a body that may hold a Secret.
import { FdwError } from '../errors.ts'
import type { Failure, Purpose } from './failure.ts'
import { hintFor } from './hints.ts'
import { HEAD } from '../host.ts'
import type { HttpResponse, JsonDocument, JsonError, JsonShape } from '../host.ts'

/** Makes the error of a 404. */
export type NotFound = (failure: Failure, purpose: Purpose) => FdwError

const QUOTED_BYTES = 2048
const REASON_PHRASES: { readonly [code: string]: string } = {
  '200': 'OK',
  '201': 'Created',
  '301': 'Moved Permanently',
  '302': 'Found',
  '303': 'See Other',
  '307': 'Temporary Redirect',
  '308': 'Permanent Redirect',
  '400': 'Bad Request',
  '401': 'Unauthorized',
  '403': 'Forbidden',
  '404': 'Not Found',
  '405': 'Method Not Allowed',
  '406': 'Not Acceptable',
  '408': 'Request Timeout',
  '410': 'Gone',
  '422': 'Unprocessable Entity',
  '429': 'Too Many Requests',
  '500': 'Internal Server Error',
  '502': 'Bad Gateway',
  '503': 'Service Unavailable',
  '504': 'Gateway Timeout',
}

const STATUS_SHAPE: JsonShape = {
  head: [
    ['kind'],
    ['message'],
    ['reason'],
    ['metadata', 'continue'],
    ['details', 'name'],
    ['details', 'kind'],
  ],
  rowsKey: null,
  row: [],
}
const STATUS_KIND = 0
const STATUS_MESSAGE = 1
const STATUS_REASON = 2
const STATUS_CONTINUE = 3
const STATUS_OBJECT_NAME = 4
const STATUS_OBJECT_KIND = 5

/** `403 Forbidden`. */
export function statusLine(code: number): string {
  const phrase = REASON_PHRASES[String(code)]
  return phrase === undefined ? String(code) : `${code} ${phrase}`
}

/** One line of printable text: line breaks and other control characters would break a log. */
export function oneLine(text: string): string {
  return text.replace(/[\x00-\x20\x7f]+/g, ' ').trim()
}

function isHtml(text: string): boolean {
  return /^<(!doctype|html|head|body)/i.test(text)
}

function htmlTitle(text: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? ''
  return oneLine(title) === '' ? '' : ` titled ${JSON.stringify(oneLine(title))}`
}

/** What a body is that is not JSON. */
function describe(body: string, secret: boolean): string {
  const text = body.trim()
  if (text === '') return 'the body is empty'
  if (isHtml(text)) return `an HTML page${htmlTitle(text)} instead of JSON`
  return secret ? 'the body is not JSON' : `the body is not JSON: ${oneLine(text)}`
}

/** A string of the head; null where it is anything else or empty. */
export function headText(document: JsonDocument, leaf: number): string | null {
  const text = document.kind(HEAD, leaf) === 'string' ? document.text(HEAD, leaf) : ''
  return text === '' ? null : text
}

function unread(code: number, url: string, detail: string, by: Failure['by'] = 'stranger'): Failure {
  return { code, url, detail, by, reason: null, continueToken: null, objectName: null, objectKind: null }
}

/** Who may have answered with a text: both are Go programs, and a kubectl proxy refuses hosts and paths in these words. */
function authorOf(code: number, text: string): Failure['by'] {
  if (code === 403 && (text === 'Forbidden' || text === '<h3>Unauthorized</h3>')) return 'kubectl'
  return code === 404 && text === '404 page not found' ? 'server' : 'stranger'
}

/** Reads a response with a code other than 200, and releases it. */
export function readFailure(
  index: (response: HttpResponse, shape: JsonShape) => JsonDocument | JsonError,
  response: HttpResponse,
  secret: boolean,
): Failure {
  const { status: code, url } = response
  const body = response.bodyText(QUOTED_BYTES)
  if (!body.trim().startsWith('{')) {
    response.release()
    return unread(code, url, describe(body, secret), authorOf(code, body.trim()))
  }
  const document = index(response, STATUS_SHAPE)
  if (!('rowCount' in document)) return unread(code, url, describe(body, secret))
  const isStatus = headText(document, STATUS_KIND) === 'Status'
  const message = isStatus ? headText(document, STATUS_MESSAGE) : null
  const quoted = secret ? 'no Kubernetes Status' : oneLine(body)
  const failure = {
    code,
    url,
    by: isStatus ? ('server' as const) : ('stranger' as const),
    detail: isStatus ? oneLine(message ?? 'the Status has no message') : quoted,
    reason: headText(document, STATUS_REASON),
    continueToken: headText(document, STATUS_CONTINUE),
    objectName: headText(document, STATUS_OBJECT_NAME),
    objectKind: headText(document, STATUS_OBJECT_KIND),
  }
  document.release()
  return failure
}

/** The error of a response with a code other than 200. */
export function failureError(failure: Failure, purpose: Purpose): FdwError {
  const message = `${purpose.request}: ${statusLine(failure.code)}: ${failure.detail}`
  return new FdwError('status', message, hintFor(failure, purpose))
}

/** Whether a body's beginning can be a JSON object. */
export function looksLikeObject(start: string): boolean {
  return start.trim().startsWith('{')
}

/** The error of a 200 whose body cannot be a JSON object, told by its beginning. */
export function notJsonError(purpose: Purpose, body: string): FdwError {
  return new FdwError(
    'decode',
    `${purpose.request}: 200 OK, but ${describe(body, purpose.secret)}`,
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

const CA_HINT =
  "Postgres' server process must trust the cluster's CA: add it to the system's trust store, or point SSL_CERT_FILE at it and restart Postgres; or use the URL of a kubectl proxy as api_url"

/** What to do where no response came, by the words of OpenSSL, the resolver, the system or the HTTP client. */
const REMEDIES: readonly (readonly [words: RegExp, hint: string])[] = [
  [
    /certificate (has expired|is not yet valid)/i,
    "check the clock of the database server; if it is right, renew the API server's certificate",
  ],
  [
    /(hostname|address) mismatch/i,
    "the API server's certificate does not have the host of api_url: write api_url with a name or an address that it has, or add this one to it",
  ],
  [
    /wrong version number|packet length too long/i,
    'the server does not speak TLS: write api_url with http://',
  ],
  [/certificate|tls|ssl|handshake/i, CA_HINT],
  [/dns error/i, 'the database server does not know the host name of api_url: check its spelling and DNS'],
  [/redirect/i, 'set api_url to the URL of the API server itself'],
  [/response body/i, 'the connection or a proxy broke it: try again, or lower page_size'],
  [
    /closed before/i,
    'look at the logs of the API server, or of the proxy before it; a server with TLS needs https:// in api_url',
  ],
]

/** The error of a request that brought no response; `problem` is the host's text. */
export function connectError(request: string, apiUrl: string, problem: string): FdwError {
  // The URL is said already.
  const cause = oneLine(problem)
    .replace(/^.*? for url \(\S*\): /, '')
    .replace(/^error trying to connect: /, '')
  const failed = /response body/i.test(cause)
    ? `the answer from ${apiUrl} is broken`
    : `no answer from ${apiUrl}`
  const remedy = REMEDIES.find(([words]) => words.test(cause))
  return new FdwError(
    'connect',
    `${request}: ${failed}: ${cause}`,
    remedy?.[1] ?? 'check api_url, and that the API server can be reached from the database server',
  )
}
