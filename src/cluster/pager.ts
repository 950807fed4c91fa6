// Asks for the pages of one list, one after the other, and copes with what the API server cannot do of the request.
import { FdwError } from '../errors.ts'
import type { HttpResponse, JsonDocument } from '../host.ts'
import type { Api } from './api.ts'
import { expiredError, tooLargeError } from './errors.ts'
import { isListForbidden } from './failure.ts'
import type { Failure, NotFound, Purpose } from './failure.ts'
import { headText } from './item.ts'
import { listPurpose } from './list-request.ts'
import type { ListRequest } from './list-request.ts'
import { LIST_TYPES, looksLikeTable } from './media-types.ts'
import type { Form } from './media-types.ts'
import { FIRST_PAGE, firstPageSize, largestPage, nextPageSize, rowBytes } from './page-size.ts'
import {
  firstObjectOf,
  isNameFirst,
  LIST_CONTINUE,
  LIST_VERSION,
  listShape,
  typeOfItems,
  whyNoList,
  whyNotEnded,
} from './page.ts'
import type { Page } from './page.ts'
import { Pagination } from './pagination.ts'
import { listPath, pageQuery } from './requests.ts'

const SNIFFED_BYTES = 200
/** The largest body in bytes that is read. A larger one would be held in memory several times over. */
export const MOST_BYTES = 134_217_728
const NO_WATCH_HINT = "show the kind without its changes: ALTER FOREIGN TABLE … OPTIONS (SET watch 'off')"
const NO_LIST_HINT = 'is api_url the URL of an API server, and the kind one that can be listed?'
const WRONG_ANSWER_HINT = 'the API server or a proxy before it answers wrongly: report it there'

/**
 * Whether the list may be given if it is asked for without the field selector. The API server says 400; other servers
 * use other codes.
 */
export function isSelectorRefused({ code, detail }: Failure): boolean {
  return code === 400 || /field (label|selector)/i.test(detail)
}

export class ListPager {
  private readonly api: Api
  private readonly request: ListRequest
  private readonly purpose: Purpose
  private readonly notFound: NotFound
  private readonly pagination = new Pagination()
  private form: Form
  private fieldSelector: string | null
  private size: number
  /** Why the list was not given, if the request leaves such lists out; null otherwise. */
  forbidden: FdwError | null = null
  /** The version of the list; null before its first page, or if the server gives it none. */
  version: string | null = null

  /** `notFound` makes the error for a 404, which means that the kind is not served. */
  constructor(api: Api, request: ListRequest, notFound: NotFound) {
    this.api = api
    this.request = request
    this.purpose = listPurpose(request, request.namespace)
    this.notFound = notFound
    this.form = request.form
    this.fieldSelector = request.fieldSelector
    this.size = firstPageSize(request)
  }

  /** The next page; null after the last. @throws {FdwError} connect, status, decode. */
  next(): Page | null {
    for (;;) {
      const response = this.pagination.ended ? null : this.fetch()
      if (response === null) return null
      const page = this.read(response)
      if (page !== null) return page
    }
  }

  /**
   * Reads the page of a 200. Returns null if a Table lacks what is needed: then the metadata of the objects is
   * requested.
   */
  private read(response: HttpResponse): Page | null {
    const { request, purpose } = this
    const bytes = response.bodyBytes
    if (bytes > MOST_BYTES) this.refuseLarge(response)
    const isTable = this.form === 'table' && looksLikeTable(response.bodyText(SNIFFED_BYTES))
    const document = this.api.index(response, listShape(request.rowPaths, isTable), purpose)
    const noList = whyNoList(document)
    if (noList !== null) this.refuse(document, `200 OK, but ${noList}`, NO_LIST_HINT)
    if (isTable && request.needsName && !isNameFirst(document)) {
      document.release()
      this.askForObjects()
      return null
    }
    const { rowCount } = document
    const token = headText(document, LIST_CONTINUE)
    const endless = this.pagination.advance(token, rowCount, firstObjectOf(document, request, isTable))
    if (endless !== null) this.refuse(document, `${endless}, so the list would never end`, WRONG_ANSWER_HINT)
    const cutOff = token === null ? whyNotEnded(document) : null
    if (cutOff !== null) this.refuse(document, `200 OK, but ${cutOff}`, WRONG_ANSWER_HINT)
    this.hold(document)
    this.size = nextPageSize(this.size, rowCount, bytes, largestPage(request, this.form))
    const { apiVersion, kind } = typeOfItems(document, request.resource)
    return {
      document,
      rowCount,
      firstRow: 0,
      bytes: bytes + rowCount * rowBytes(request),
      form: isTable ? 'table' : this.form === 'full' ? 'full' : 'metadata',
      apiVersion,
      kind,
      namespace: request.namespace,
      names: request.names,
    }
  }

  /**
   * Requests one page, and follows a 410's instructions. Returns null if the list is forbidden and the request leaves
   * such lists out.
   */
  private fetch(): HttpResponse | null {
    const { request, purpose, pagination } = this
    for (;;) {
      const query = (size: number, isTable: boolean): string =>
        pageQuery(
          { labelSelector: request.labelSelector, fieldSelector: this.fieldSelector },
          size,
          pagination.continueToken,
          isTable,
        )
      const response = this.api.get(
        listPath(request.resource, request.namespace),
        query(this.size, this.form === 'table'),
        LIST_TYPES[this.form],
        query(Math.min(this.size, FIRST_PAGE), false),
      )
      if (this.form === 'table' && this.api.isPlain) this.askForObjects()
      if (response.status === 200) return response
      const failure = this.api.failure(response, purpose.secret)
      if (
        this.fieldSelector !== request.ownFieldSelector &&
        pagination.isFresh &&
        isSelectorRefused(failure)
      ) {
        // The server does not select by one of the fields.
        this.fieldSelector = request.ownFieldSelector
      } else if (request.skipForbidden && pagination.isFresh && isListForbidden(failure, purpose)) {
        this.forbidden = this.api.error(failure, purpose)
        return null
      } else if (failure.code === 410) this.recover(failure)
      else if (failure.code === 404) throw this.notFound(failure, purpose)
      else throw this.api.error(failure, purpose)
    }
  }

  /** Called if the server gives no Table, or one that lacks what is needed. */
  private askForObjects(): void {
    this.form = 'metadata'
    this.size = Math.min(this.size, FIRST_PAGE)
  }

  /** Notes the version of the list. @throws {FdwError} decode, expired if it must have one, and it differs. */
  private hold(document: JsonDocument): void {
    const version = headText(document, LIST_VERSION)
    const before = this.version
    this.version = version
    if (this.request.snapshot !== true || (version !== null && (before ?? version) === version)) return
    if (version === null) {
      this.refuse(
        document,
        '200 OK, but the list has no resourceVersion, so its changes cannot be followed',
        NO_WATCH_HINT,
      )
    }
    document.release()
    throw expiredError(this.purpose, 'the list changed while it was read, and its rows are not one snapshot')
  }

  private recover(failure: Failure): void {
    if (this.request.snapshot === true && !this.pagination.isFresh)
      throw expiredError(this.purpose, this.api.redact(failure.detail))
    const next = this.pagination.recover(failure.continueToken)
    if (next === 'fail') throw this.api.error(failure, this.purpose)
    if (next === 'restart') return
    this.api.warnOnce(
      `${this.purpose.request}: 410 Gone: the list changed while it was read and goes on at its newest state; its rows are not one snapshot`,
    )
  }

  private refuseLarge(response: HttpResponse): never {
    const bytes = response.bodyBytes
    this.api.trace.flush()
    response.release()
    const objects = nextPageSize(this.size, this.size, bytes, this.size)
    throw tooLargeError(this.purpose, bytes, MOST_BYTES, objects, this.request.pageSize !== null)
  }

  private refuse(document: JsonDocument, problem: string, hint: string): never {
    document.release()
    throw new FdwError('decode', this.api.redact(`${this.purpose.request}: ${problem}`), hint)
  }
}
