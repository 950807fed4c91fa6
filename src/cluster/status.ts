// Reads an unsuccessful answer: its Status, or a description of its body. A body that may hold a Secret is never
// quoted.
import { HEAD } from '../host.ts'
import type { HttpResponse, JsonDocument, JsonError, JsonShape } from '../host.ts'
import { oneLine } from '../text/one-line.ts'
import type { Failure } from './failure.ts'
import { headText } from './item.ts'

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
    ['details', 'causes'],
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
const STATUS_CAUSES = 6

/** The code and its name: `403 Forbidden`. */
export function statusLine(code: number): string {
  const phrase = REASON_PHRASES[String(code)]
  return phrase === undefined ? String(code) : `${code} ${phrase}`
}

function isHtml(text: string): boolean {
  return /^<(!doctype|html|head|body)/i.test(text)
}

function htmlTitle(text: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? ''
  return oneLine(title) === '' ? '' : ` titled ${JSON.stringify(oneLine(title))}`
}

/** Describes a body that is not JSON. */
export function describeBody(body: string, secret: boolean): string {
  const text = body.trim()
  if (text === '') return 'the body is empty'
  if (isHtml(text)) return `an HTML page${htmlTitle(text)} instead of JSON`
  return secret ? 'the body is not JSON' : `the body is not JSON: ${oneLine(text)}`
}

function unread(code: number, url: string, detail: string, by: Failure['by'] = 'stranger'): Failure {
  return {
    code,
    url,
    detail,
    by,
    reason: null,
    continueToken: null,
    objectName: null,
    objectKind: null,
    causes: [],
  }
}

/**
 * Who may have answered with a plain text. The API server and a kubectl proxy are both Go programs; the proxy refuses
 * hosts and paths in these words.
 */
function authorOf(code: number, text: string): Failure['by'] {
  if (code === 403 && (text === 'Forbidden' || text === '<h3>Unauthorized</h3>')) return 'kubectl'
  return code === 404 && text === '404 page not found' ? 'server' : 'stranger'
}

/** Reads a response whose code is not 200, and releases it. */
export function readFailure(
  index: (response: HttpResponse, shape: JsonShape) => JsonDocument | JsonError,
  response: HttpResponse,
  secret: boolean,
): Failure {
  const { status: code, url } = response
  const body = response.bodyText(QUOTED_BYTES)
  if (!body.trim().startsWith('{')) {
    response.release()
    return unread(code, url, describeBody(body, secret), authorOf(code, body.trim()))
  }
  const document = index(response, STATUS_SHAPE)
  if (!('rowCount' in document)) return unread(code, url, describeBody(body, secret))
  const isStatus = headText(document, STATUS_KIND) === 'Status'
  const message = isStatus ? headText(document, STATUS_MESSAGE) : null
  const quoted = secret ? 'no Kubernetes Status' : oneLine(body)
  const causes = document.kind(HEAD, STATUS_CAUSES) === 'array' ? document.tree(HEAD, STATUS_CAUSES) : null
  const failure = {
    code,
    url,
    by: isStatus ? ('server' as const) : ('stranger' as const),
    detail: isStatus ? oneLine(message ?? 'the Status has no message') : quoted,
    reason: headText(document, STATUS_REASON),
    continueToken: headText(document, STATUS_CONTINUE),
    objectName: headText(document, STATUS_OBJECT_NAME),
    objectKind: headText(document, STATUS_OBJECT_KIND),
    causes: Array.isArray(causes) ? causes : [],
  }
  document.release()
  return failure
}
