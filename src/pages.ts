// The pages of one list, lazily: sizes, continue tokens, 410, and what the API server cannot do of what was asked.
// Knows no column, and keeps no page.
import type { Api } from './api.ts'
import { FdwError } from './errors.ts'
import { HEAD } from './host.ts'
import type { HttpResponse, JsonDocument } from './host.ts'
import { LIST_CONTINUE, LIST_ITEMS, LIST_KIND, isNameFirst, listShape, typeOfItems } from './lists.ts'
import type { Page } from './lists.ts'
import { purposeOf } from './plan.ts'
import type { ScanPlan, Target } from './plan.ts'
import { LIST_TYPES, looksLikeTable } from './projection.ts'
import type { Form } from './projection.ts'
import { listPath, pageQuery } from './requests.ts'
import { headText } from './status.ts'
import type { Failure, Purpose } from './status.ts'

/**
 * Objects of the first page where no LIMIT is known: nothing is known yet of their size.
 * The host takes about 40 ms for a request whatever its size, so small pages cost time.
 */
const FIRST_PAGE = 1000
/** Once their size is known, pages grow to this many bytes: large enough that 40 ms no longer count. */
const PAGE_BYTES = 20_000_000
/** A few objects do not tell the size of all: a page is at most this many times the one before. */
const GROWTH = 10
const SNIFFED_BYTES = 200

/** The largest page where the server's options do not say: a Table's rows are all of a size, objects are not. */
const LARGEST_PAGE = 10_000
const LARGEST_TABLE = 100_000

/** The number of objects to ask for after a page of `objects` objects with `bytes` bytes. */
export function nextPageSize(asked: number, objects: number, bytes: number, largest: number): number {
  const fitting = objects === 0 ? asked : Math.floor((PAGE_BYTES * objects) / Math.max(bytes, 1))
  return Math.max(1, Math.min(fitting, largest, Math.max(FIRST_PAGE, asked * GROWTH)))
}

export class Pages {
  private readonly api: Api
  private readonly plan: ScanPlan
  private readonly target: Target
  private readonly purpose: Purpose
  private readonly notFound: (failure: Failure) => FdwError
  private readonly seenTokens: string[] = []
  private continueToken: string | null = null
  private form: Form
  private fieldSelector: string | null
  private size: number
  private ended = false
  private fetched = 0
  private restarted = false
  /** The list was not given, and the plan leaves such lists out. */
  isForbidden = false

  /** `notFound` makes the error of a 404: the kind is not served. */
  constructor(api: Api, plan: ScanPlan, target: Target, notFound: (failure: Failure) => FdwError) {
    this.api = api
    this.plan = plan
    this.target = target
    this.purpose = purposeOf(plan, target)
    this.notFound = notFound
    this.form = plan.form
    this.fieldSelector = plan.fieldSelector
    const first = this.form === 'table' ? LARGEST_PAGE : FIRST_PAGE
    this.size = Math.max(1, Math.min(plan.rowLimit ?? first, this.largest()))
  }

  /** The next page; null after the last. @throws {FdwError} connect, status, decode. */
  next(): Page | null {
    for (;;) {
      const response = this.ended ? null : this.fetch()
      if (response === null) return null
      const page = this.read(response)
      if (page !== null) return page
    }
  }

  private largest(): number {
    return this.plan.pageSize ?? (this.form === 'table' ? LARGEST_TABLE : LARGEST_PAGE)
  }

  /** The page of a 200; null where the Table does not say what is needed: then the objects' metadata are asked for. */
  private read(response: HttpResponse): Page | null {
    const bytes = response.bodyBytes
    const isTable = this.form === 'table' && looksLikeTable(response.bodyText(SNIFFED_BYTES))
    const document = this.api.index(response, listShape(this.plan.rowPaths, isTable), this.purpose)
    this.checkItems(document)
    if (isTable && this.plan.needsName && !isNameFirst(document)) {
      document.release()
      this.form = 'metadata'
      this.size = Math.min(this.size, FIRST_PAGE)
      return null
    }
    this.fetched++
    this.size = nextPageSize(this.size, document.rowCount, bytes, this.largest())
    this.goOn(headText(document, LIST_CONTINUE))
    const { apiVersion, kind } = typeOfItems(document, this.plan.resource)
    return {
      document,
      rowCount: document.rowCount,
      firstRow: 0,
      bytes,
      form: isTable ? 'table' : this.form === 'full' ? 'full' : 'metadata',
      apiVersion,
      kind,
      namespace: this.target.namespace,
    }
  }

  /** A 200 of the list, after what a 410 asks for; null where it is left out. */
  private fetch(): HttpResponse | null {
    const { plan, purpose } = this
    for (;;) {
      const selectors = { labelSelector: plan.labelSelector, fieldSelector: this.fieldSelector }
      const response = this.api.get(
        listPath(plan.resource, this.target.namespace),
        pageQuery(selectors, this.size, this.continueToken, this.form === 'table'),
        LIST_TYPES[this.form],
      )
      if (response.status === 200) return response
      const failure = this.api.failure(response, purpose.secret)
      if (failure.code === 400 && this.fieldSelector !== plan.ownFieldSelector && this.fetched === 0) {
        // A field that this server does not select by.
        this.fieldSelector = plan.ownFieldSelector
      } else if (failure.code === 403 && plan.skipForbidden && this.fetched === 0) {
        this.isForbidden = true
        return null
      } else if (failure.code === 410) this.recover(failure)
      else if (failure.code === 404) throw this.notFound(failure)
      else throw this.api.error(failure, purpose)
    }
  }

  /** The snapshot behind the continue token is gone: go on at the newest state, or start again if nothing was given. */
  private recover(failure: Failure): void {
    const { request } = this.purpose
    if (failure.continueToken !== null) {
      this.api.warnOnce(
        `${request}: 410 Gone: the list changed while it was read and goes on at its newest state; its rows are not one snapshot`,
      )
      this.goOn(failure.continueToken)
      return
    }
    if (this.fetched > 0 || this.restarted) throw this.api.error(failure, this.purpose)
    this.restarted = true
    this.continueToken = null
  }

  private goOn(token: string | null): void {
    if (token !== null && this.seenTokens.includes(token)) {
      throw new FdwError(
        'decode',
        `${this.purpose.request}: the answer repeats an earlier continue token, so the list would never end`,
        'the API server or a proxy before it answers wrongly: report it there',
      )
    }
    if (token !== null) this.seenTokens.push(token)
    this.continueToken = token
    this.ended = token === null
  }

  private checkItems(document: JsonDocument): void {
    const { request } = this.purpose
    const kind = document.kind(HEAD, LIST_ITEMS)
    if (kind === 'array' || kind === 'null') {
      for (let row = 0; row < document.rowCount; row++) {
        const item = document.kind(row, 0)
        if (item !== 'object')
          this.refuse(
            document,
            `${request}: 200 OK, but item ${row + 1} of the list is no object but ${item}`,
          )
      }
      return
    }
    const listKind = headText(document, LIST_KIND)
    const what = listKind === null ? 'the JSON' : `the answer is of kind ${listKind} and`
    this.refuse(document, `${request}: 200 OK, but ${what} has no list of items`)
  }

  private refuse(document: JsonDocument, message: string): never {
    document.release()
    throw new FdwError(
      'decode',
      this.api.redact(message),
      'is api_url the URL of an API server, and the kind one that can be listed?',
    )
  }
}
