// Sends one request to the API server, and accepts an answer only if it comes from the API server itself.
import { HOST_LOGIN_HINT } from '../declared.ts'
import { FdwError } from '../errors.ts'
import type {
  BodyMethod,
  HttpClient,
  HttpResponse,
  JsonDocument,
  JsonShape,
  Messages,
  OptionSource,
} from '../host.ts'
import { jsonText } from '../json/number.ts'
import type { JsonValue } from '../json/values.ts'
import { oneLine } from '../text/one-line.ts'
import { connectError } from './connect-error.ts'
import { failureError, jsonError, looksLikeObject, notJsonError } from './errors.ts'
import type { Failure, Purpose } from './failure.ts'
import { isSameOrigin } from './origin.ts'
import { JSON_TYPE, bodyRequest, getRequest } from './requests.ts'
import type { Access } from './requests.ts'
import { readFailure } from './status.ts'
import type { Trace } from './trace.ts'

const SNIFFED_BYTES = 2048
export const NARROW =
  'ask for less: a condition on namespace, name or labels, fewer columns, or a LIMIT; or let the owner of the server raise the bound'
/**
 * A `Warning` header as in RFC 7234: a code, who warns, the text, and perhaps a date. Another may follow after a comma.
 */
const WARNING = /^[0-9]{3} [^ ]+ "((\\.|[^"\\])*)"( "[^"]*")?[ ,]*/
/** Words in the message of a 400 which show that it is not about the Accept header. */
const OTHER_COMPLAINT = /selector|field label|continue|https/i

/** Whether an answer may be a refusal of the requested media types. The text of a gateway's 400 seldom says why. */
function mayRefuseTypes(response: HttpResponse): boolean {
  const { status } = response
  return (
    status === 406 ||
    status === 415 ||
    (status === 400 && !OTHER_COMPLAINT.test(response.bodyText(SNIFFED_BYTES)))
  )
}

export class Api {
  readonly access: Access
  readonly trace: Trace
  private readonly host: HttpClient & Messages & OptionSource
  private readonly warned: string[] = []
  /**
   * True once the server has refused a media type with parameters (a Table, or metadata alone). From then on only plain
   * JSON is requested.
   */
  isPlain = false
  /** The most bytes that all answers to GETs may have together. */
  mostBytes: number | null = null
  private bytes = 0

  constructor(host: HttpClient & Messages & OptionSource, access: Access, trace: Trace) {
    this.host = host
    this.access = access
    this.trace = trace
  }

  /** Replaces the token by `***`, in case somebody has echoed it. */
  redact(text: string): string {
    const { token } = this.access
    return token === null ? text : text.split(token).join('***')
  }

  /** Prints a WARNING, but only the first time that it comes. */
  warnOnce(message: string): void {
    if (this.warned.includes(message)) return
    this.warned.push(message)
    this.host.warning(this.trace.prefix + this.redact(message))
  }

  /**
   * Sends a GET and returns the API server's response, whatever its code. If the server refuses the media types of
   * `accept`, the request is sent once more for plain JSON, with `plainQuery`.
   * @throws {FdwError} connect, status.
   */
  get(path: string, query: string, accept: string, plainQuery = query): HttpResponse {
    const isRich = accept.includes(',')
    if (isRich && this.isPlain) return this.getOnce(path, plainQuery, JSON_TYPE)
    const response = this.getOnce(path, query, accept)
    if (!isRich || !mayRefuseTypes(response)) return response
    const refused = response.status
    response.release()
    const plain = this.getOnce(path, plainQuery, JSON_TYPE)
    // If plain JSON gets a 400 as well, the first 400 had another reason.
    this.isPlain = plain.status !== 400 || refused !== 400
    return plain
  }

  /**
   * Sends a POST of a review (SelfSubjectAccessReview and the like), of which the server stores nothing. Throws as
   * `get` does.
   */
  post(path: string, body: JsonValue): HttpResponse {
    return this.write('POST', path, '', JSON_TYPE, body)
  }

  /** Sends JSON of a type, an object or some patch. Throws as `get` does. */
  write(method: BodyMethod, path: string, query: string, type: string, body: JsonValue): HttpResponse {
    const request = bodyRequest(this.access, path, query, type)
    return this.send(`${method} ${path}`, query, () => this.host.send(method, request, jsonText(body)))
  }

  /** Sends a text to the server's URL itself, or a GET if it is empty. Throws as `get` does. */
  exchange(body: string): HttpResponse {
    const { access, host } = this
    const type = body.startsWith('{') ? JSON_TYPE : 'application/x-www-form-urlencoded'
    return body === ''
      ? this.send(`GET ${access.apiUrl}`, '', () => host.get(getRequest(access, '', '', JSON_TYPE)))
      : this.send(`POST ${access.apiUrl}`, '', () =>
          host.send('POST', bodyRequest(access, '', '', type), body),
        )
  }

  private getOnce(path: string, query: string, accept: string): HttpResponse {
    const response = this.send(`GET ${path}`, query, () =>
      this.host.get(getRequest(this.access, path, query, accept)),
    )
    this.bytes += response.bodyBytes
    if (this.mostBytes === null || this.bytes <= this.mostBytes) return response
    this.trace.flush()
    response.release()
    throw new FdwError(
      'limit',
      `GET ${path}: the scan has read ${this.bytes} bytes from the API server, and the server's option max_bytes allows ${this.mostBytes}`,
      NARROW,
    )
  }

  private send(request: string, query: string, send: () => HttpResponse): HttpResponse {
    let response: HttpResponse
    this.trace.asks(this.redact(query === '' ? request : `${request}?${query}`))
    try {
      response = send()
    } catch (problem) {
      this.trace.failed()
      if (typeof problem !== 'string') throw problem
      throw this.redacted(connectError(request, this.access.apiUrl, problem))
    }
    this.trace.answered(response.status, response.bodyBytes)
    this.refuseOtherOrigin(request, response)
    this.passWarnings(request, response)
    return response
  }

  /** Prints the warnings of the server. Each may come in a header of its own, or several in one. */
  private passWarnings(request: string, response: HttpResponse): void {
    for (let place = 0, given = response.header('warning'); given !== null;) {
      const warning = WARNING.exec(given)
      if (warning !== null)
        this.warnOnce(
          `${request}: ${oneLine((warning[1] ?? '').replace(/\\(.)/g, (_, escaped: string) => escaped))}`,
        )
      given = warning === null ? response.header('warning', ++place) : given.slice(warning[0].length)
    }
  }

  /** Indexes the body of a 200. If it throws, the response is released. @throws {FdwError} decode. */
  index(response: HttpResponse, shape: JsonShape, purpose: Purpose): JsonDocument {
    const start = response.bodyText(SNIFFED_BYTES)
    if (!looksLikeObject(start)) {
      this.trace.flush()
      response.release()
      throw this.redacted(notJsonError(purpose, start))
    }
    const { bodyBytes } = response
    const document = this.host.indexJson(response, shape)
    const isDocument = 'rowCount' in document
    if (!isDocument) this.trace.flush()
    else if (shape.rowsKey !== null) this.trace.listed(document.rowCount)
    if (isDocument) return document
    throw this.redacted(jsonError(purpose, document, bodyBytes))
  }

  /** Reads a response whose code is not 200, and releases it. */
  failure(response: HttpResponse, secret: boolean): Failure {
    this.trace.flush()
    return readFailure((body, shape) => this.host.indexJson(body, shape), response, secret)
  }

  /** Makes the error for a failure, in which the token is replaced by `***`. */
  error(failure: Failure, purpose: Purpose): FdwError {
    const loginHint = this.host.option('server', HOST_LOGIN_HINT)
    return this.redacted(failureError(failure, purpose, this.access.token !== null, loginHint))
  }

  private redacted(error: FdwError): FdwError {
    const { code, message, hint } = error
    return new FdwError(code, this.redact(message), hint === undefined ? hint : this.redact(hint))
  }

  /** The host follows redirects by itself, so an answer may come from a server that is not the cluster. */
  private refuseOtherOrigin(request: string, response: HttpResponse): void {
    const { url } = response
    if (isSameOrigin(url, this.access.apiUrl)) return
    const elsewhere = /^[^/?#]*\/\/[^/?#]*/.exec(url)?.[0] ?? url
    this.trace.flush()
    response.release()
    throw this.redacted(
      new FdwError(
        'status',
        `${request}: redirected from ${this.access.apiUrl} to ${elsewhere}`,
        'if that is the API server, set api_url to it',
      ),
    )
  }
}
