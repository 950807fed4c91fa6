// The pages of one list, lazily: sizes, continue tokens, 410.
// Knows neither rows nor columns, and keeps no page.
import type { Api } from './api.ts'
import { FdwError } from './errors.ts'
import { HEAD } from './host.ts'
import type { HttpResponse, JsonDocument } from './host.ts'
import { LIST_API_VERSION, LIST_CONTINUE, LIST_ITEMS, LIST_KIND } from './plan.ts'
import type { ScanPlan } from './plan.ts'
import { JSON_TYPE, listPath, pageQuery } from './requests.ts'
import { headText } from './status.ts'
import type { Failure } from './status.ts'

export interface Page {
  readonly document: JsonDocument
  /** Size of its JSON. */
  readonly bytes: number
  /** Of each item that does not say it itself. */
  readonly apiVersion: string
  readonly kind: string
}

/**
 * Objects of the first page where no LIMIT is known: nothing is known yet of their size.
 * The host takes about 40 ms for a request whatever its size, so small pages cost time.
 */
const FIRST_PAGE = 1000
/** Once their size is known, pages grow to this many bytes: large enough that 40 ms no longer count. */
const PAGE_BYTES = 20_000_000
/** A few objects do not tell the size of all: a page is at most this many times the one before. */
const GROWTH = 10

/** The number of objects to ask for after a page of `objects` objects with `bytes` bytes. */
export function nextPageSize(asked: number, objects: number, bytes: number, largest: number): number {
  const fitting = objects === 0 ? asked : Math.floor((PAGE_BYTES * objects) / Math.max(bytes, 1))
  return Math.max(1, Math.min(fitting, largest, Math.max(FIRST_PAGE, asked * GROWTH)))
}

export class Pages {
  private readonly api: Api
  private readonly plan: ScanPlan
  private readonly notFound: (failure: Failure) => FdwError
  private readonly seenTokens: string[] = []
  private continueToken: string | null = null
  private size: number
  private ended = false
  private fetched = 0
  private restarted = false

  /** `notFound` makes the error of a 404: the kind is not served. */
  constructor(api: Api, plan: ScanPlan, notFound: (failure: Failure) => FdwError) {
    this.api = api
    this.plan = plan
    this.notFound = notFound
    this.size = Math.max(1, Math.min(plan.rowLimit ?? FIRST_PAGE, plan.pageSize))
  }

  /** The next page; null after the last. @throws {FdwError} connect, status, decode. */
  next(): Page | null {
    if (this.ended) return null
    const response = this.fetch()
    const bytes = response.bodyBytes
    const document = this.api.index(response, this.plan.shape, this.plan.purpose)
    this.checkItems(document)
    this.fetched++
    this.size = nextPageSize(this.size, document.rowCount, bytes, this.plan.pageSize)
    this.goOn(headText(document, LIST_CONTINUE))
    const { resource } = this.plan.scope
    return {
      document,
      bytes,
      apiVersion: headText(document, LIST_API_VERSION) ?? resource.apiVersion,
      kind: headText(document, LIST_KIND)?.replace(/List$/, '') ?? resource.kind,
    }
  }

  /** A 200 of the list, after what a 410 asks for. */
  private fetch(): HttpResponse {
    const { scope, purpose } = this.plan
    for (;;) {
      const response = this.api.get(
        listPath(scope),
        pageQuery(scope, this.size, this.continueToken),
        JSON_TYPE,
      )
      if (response.status === 200) return response
      const failure = this.api.failure(response, purpose.secret)
      if (failure.code === 410) this.recover(failure)
      else if (failure.code === 404) throw this.notFound(failure)
      else throw this.api.error(failure, purpose)
    }
  }

  /** The snapshot behind the continue token is gone: go on at the newest state, or start again if nothing was given. */
  private recover(failure: Failure): void {
    const { request } = this.plan.purpose
    if (failure.continueToken !== null) {
      this.api.warnOnce(
        `${request}: 410 Gone: the list changed while it was read and goes on at its newest state; its rows are not one snapshot`,
      )
      this.goOn(failure.continueToken)
      return
    }
    if (this.fetched > 0 || this.restarted) throw this.api.error(failure, this.plan.purpose)
    this.restarted = true
    this.continueToken = null
  }

  private goOn(token: string | null): void {
    if (token !== null && this.seenTokens.includes(token)) {
      throw new FdwError(
        'decode',
        `${this.plan.purpose.request}: the answer repeats an earlier continue token, so the list would never end`,
        'the API server or a proxy before it answers wrongly: report it there',
      )
    }
    if (token !== null) this.seenTokens.push(token)
    this.continueToken = token
    this.ended = token === null
  }

  private checkItems(document: JsonDocument): void {
    const { request } = this.plan.purpose
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
