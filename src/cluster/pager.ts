// The pages of one list, lazily: sizes, continue tokens, 410, and what the API server cannot do of what was asked.
// Knows no column, and keeps no page.
import type { Api } from './api.ts'
import { FdwError } from '../errors.ts'
import { HEAD } from '../host.ts'
import type { HttpResponse, JsonDocument } from '../host.ts'
import { NAMESPACE_LEAF, NAME_LEAF } from '../plan/columns.ts'
import { isBuiltIn } from './kinds.ts'
import {
  LIST_CONTINUE,
  LIST_ITEMS,
  LIST_KIND,
  isNameFirst,
  listShape,
  typeOfItems,
  whyNotEnded,
} from './page.ts'
import type { Page } from './page.ts'
import { purposeOf } from '../plan/plan.ts'
import type { ScanPlan, Target } from '../plan/plan.ts'
import { LIST_TYPES, looksLikeTable } from './media-types.ts'
import type { Form } from './media-types.ts'
import { listPath, pageQuery } from './requests.ts'
import { isListForbidden } from './failure.ts'
import type { Failure, Purpose } from './failure.ts'
import { headText, oneLine, tooLargeError } from './status.ts'
import type { NotFound } from './status.ts'

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
const SPAN_BYTES = 8
/** The engine's index of a page whose objects are small may have this many bytes, and no page is larger. */
const INDEX_BYTES = 8_000_000
/** A body of more bytes is not read: it would be held in memory several times over. */
export const MOST_BYTES = 134_217_728
const NO_LIST_HINT = 'is api_url the URL of an API server, and the kind one that can be listed?'
const WRONG_ANSWER_HINT = 'the API server or a proxy before it answers wrongly: report it there'
/** So many pages without an object may follow each other: a server may leave out what its selectors do not match. */
const MOST_EMPTY_PAGES = 100

/** The largest page where the server's options do not say: a Table's rows are all of a size, objects are not. */
const LARGEST_PAGE = 10_000
const LARGEST_TABLE = 100_000

/**
 * Rows of a Table's first page. The API server serves a list's first page from memory, and reads all others from etcd: 100,000
 * pods take 1.3 s in one page, and 4 to 10 s in two. Another server may not know Tables, and give whole objects.
 */
function firstTable(apiVersion: string): number {
  return isBuiltIn(apiVersion) ? LARGEST_TABLE : LARGEST_PAGE
}

/** The number of objects to ask for after a page of `objects` objects with `bytes` bytes. */
export function nextPageSize(asked: number, objects: number, bytes: number, largest: number): number {
  const fitting = objects === 0 ? asked : Math.floor((PAGE_BYTES * objects) / Math.max(bytes, 1))
  return Math.max(1, Math.min(fitting, largest, Math.max(FIRST_PAGE, asked * GROWTH)))
}

/** Whether a list may be given without the field selector. API servers say 400; others have other codes for it. */
function isSelectorRefused({ code, detail }: Failure): boolean {
  return code === 400 || /field (label|selector)/i.test(detail)
}

export class Pages {
  private readonly api: Api
  private readonly plan: ScanPlan
  private readonly target: Target
  private readonly purpose: Purpose
  private readonly notFound: NotFound
  private readonly names: readonly string[] | null
  private readonly seenTokens: string[] = []
  private continueToken: string | null = null
  private form: Form
  private fieldSelector: string | null
  private size: number
  private ended = false
  private emptyPages = 0
  /** Namespace and name of the last page's first object. */
  private firstObject = ''
  private fetched = 0
  private restarted = false
  /** Why the list was not given, where the plan leaves such lists out. */
  forbidden: FdwError | null = null

  /** `notFound` makes the error of a 404: the kind is not served. `names`: the only ones that are wanted of the list. */
  constructor(
    api: Api,
    plan: ScanPlan,
    target: Target,
    notFound: NotFound,
    names: readonly string[] | null = null,
  ) {
    this.api = api
    this.plan = plan
    this.target = target
    this.purpose = purposeOf(plan, target)
    this.notFound = notFound
    this.names = names
    this.form = plan.form
    this.fieldSelector = plan.fieldSelector
    const first = this.form === 'table' ? firstTable(plan.resource.apiVersion) : FIRST_PAGE
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
    const most = this.form === 'table' ? LARGEST_TABLE : LARGEST_PAGE
    return this.plan.pageSize ?? Math.min(most, Math.floor(INDEX_BYTES / this.rowBytes()))
  }

  /** What the engine keeps of each row beside its JSON: where each wanted part begins and ends. */
  private rowBytes(): number {
    return SPAN_BYTES * (this.plan.rowPaths.length + 1)
  }

  /** The page of a 200; null where the Table does not say what is needed: then the objects' metadata are asked for. */
  private read(response: HttpResponse): Page | null {
    const bytes = response.bodyBytes
    if (bytes > MOST_BYTES) this.refuseLarge(response)
    const isTable = this.form === 'table' && looksLikeTable(response.bodyText(SNIFFED_BYTES))
    const document = this.api.index(response, listShape(this.plan.rowPaths, isTable), this.purpose)
    this.checkItems(document)
    if (isTable && this.plan.needsName && !isNameFirst(document)) {
      document.release()
      this.askForObjects()
      return null
    }
    const token = headText(document, LIST_CONTINUE)
    const endless = this.endlessness(document, isTable, token)
    if (endless !== null) {
      this.refuse(
        document,
        `${this.purpose.request}: ${endless}, so the list would never end`,
        WRONG_ANSWER_HINT,
      )
    }
    const cutOff = token === null ? whyNotEnded(document) : null
    if (cutOff !== null)
      this.refuse(document, `${this.purpose.request}: 200 OK, but ${cutOff}`, WRONG_ANSWER_HINT)
    this.fetched++
    this.size = nextPageSize(this.size, document.rowCount, bytes, this.largest())
    this.goOn(token)
    const { apiVersion, kind } = typeOfItems(document, this.plan.resource)
    return {
      document,
      rowCount: document.rowCount,
      firstRow: 0,
      bytes: bytes + document.rowCount * this.rowBytes(),
      form: isTable ? 'table' : this.form === 'full' ? 'full' : 'metadata',
      apiVersion,
      kind,
      namespace: this.target.namespace,
      names: this.names,
    }
  }

  /** A 200 of the list, after what a 410 asks for; null where it is left out. */
  private fetch(): HttpResponse | null {
    const { plan, purpose } = this
    for (;;) {
      const query = (size: number, isTable: boolean): string =>
        pageQuery(
          { labelSelector: plan.labelSelector, fieldSelector: this.fieldSelector },
          size,
          this.continueToken,
          isTable,
        )
      const response = this.api.get(
        listPath(plan.resource, this.target.namespace),
        query(this.size, this.form === 'table'),
        LIST_TYPES[this.form],
        query(Math.min(this.size, FIRST_PAGE), false),
      )
      if (this.form === 'table' && this.api.isPlain) this.askForObjects()
      if (response.status === 200) return response
      const failure = this.api.failure(response, purpose.secret)
      if (this.fieldSelector !== plan.ownFieldSelector && this.fetched === 0 && isSelectorRefused(failure)) {
        // A field that this server does not select by.
        this.fieldSelector = plan.ownFieldSelector
      } else if (plan.skipForbidden && this.fetched === 0 && isListForbidden(failure, purpose)) {
        this.forbidden = this.api.error(failure, purpose)
        return null
      } else if (failure.code === 410) this.recover(failure)
      else if (failure.code === 404) throw this.notFound(failure, purpose)
      else throw this.api.error(failure, purpose)
    }
  }

  /** The server gives no Table, or not with what is needed in it. */
  private askForObjects(): void {
    this.form = 'metadata'
    this.size = Math.min(this.size, FIRST_PAGE)
  }

  /** The snapshot behind the continue token is gone: go on at the newest state, or start again if nothing was given. */
  private recover(failure: Failure): void {
    const { request } = this.purpose
    if (failure.continueToken !== null && ++this.emptyPages < MOST_EMPTY_PAGES) {
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
    if (token !== null) this.seenTokens.push(token)
    this.continueToken = token
    this.ended = token === null
  }

  /** Why pages like this one would come for ever; null where they need not: fresh continue tokens alone lead to no end. */
  private endlessness(document: JsonDocument, isTable: boolean, token: string | null): string | null {
    const before = this.firstObject
    this.firstObject = this.firstOf(document, isTable)
    this.emptyPages = document.rowCount === 0 ? this.emptyPages + 1 : 0
    if (token !== null && this.seenTokens.includes(token))
      return 'the answer repeats an earlier continue token'
    if (before !== '' && before === this.firstObject)
      return `the answer begins with the same object as the page before, ${oneLine(before)}`
    return token !== null && this.emptyPages === MOST_EMPTY_PAGES
      ? `${MOST_EMPTY_PAGES} pages without an object came in a row`
      : null
  }

  /** Namespace and name of a page's first object; '' where they are not known. */
  private firstOf(document: JsonDocument, isTable: boolean): string {
    const text = (leaf: number): string => (document.kind(0, leaf) === 'string' ? document.text(0, leaf) : '')
    if (document.rowCount === 0) return ''
    if (!isTable) return [text(NAMESPACE_LEAF), text(NAME_LEAF)].filter((part) => part !== '').join('/')
    // A Table says no namespace: in another one the same name is another object.
    const isUnique = this.target.namespace !== null || !this.plan.resource.namespaced
    return isUnique && isNameFirst(document) ? text(NAME_LEAF) : ''
  }

  private refuseLarge(response: HttpResponse): never {
    const bytes = response.bodyBytes
    this.api.trace.flush()
    response.release()
    const objects = nextPageSize(this.size, this.size, bytes, this.size)
    throw tooLargeError(this.purpose, bytes, MOST_BYTES, objects, this.plan.pageSize !== null)
  }

  private checkItems(document: JsonDocument): void {
    const { request } = this.purpose
    const kind = document.kind(HEAD, LIST_ITEMS)
    if (kind === 'array' || kind === 'null') {
      // No row comes after one that is no object.
      const { rowCount } = document
      if (rowCount === 0) return
      const item = document.kind(rowCount - 1, 0)
      if (item === 'object') return
      this.refuse(
        document,
        `${request}: 200 OK, but item ${rowCount} of the list is of type ${item}, not object`,
      )
    }
    const listKind = headText(document, LIST_KIND)
    const what = listKind === null ? 'the JSON' : `the answer is of kind ${listKind} and`
    this.refuse(document, `${request}: 200 OK, but ${what} has no list of items`)
  }

  private refuse(document: JsonDocument, message: string, hint = NO_LIST_HINT): never {
    document.release()
    throw new FdwError('decode', this.api.redact(message), hint)
  }
}
