// The pages of a table that shows changes: those since a version, or the list as it is, and at the end a BOOKMARK with
// the version as of which they are right.
import type { Api } from '../cluster/api.ts'
import type { NotFound } from '../cluster/failure.ts'
import type { ListRequest } from '../cluster/list-request.ts'
import { checkMark, readMark } from '../cluster/mark.ts'
import type { Page, PageSource } from '../cluster/page.ts'
import { ListPager } from '../cluster/pager.ts'
import { bookmarkPage, changesSince } from '../cluster/watch.ts'
import type { WatchPlan } from '../plan/watch.ts'

export class ChangePages implements PageSource {
  private readonly api: Api
  private readonly plan: WatchPlan
  private readonly request: ListRequest
  private readonly notFound: NotFound
  private pager: ListPager | null = null
  /** The version of the BOOKMARK, once all other rows are given. */
  private version: string | null = null
  private ended = false

  /** `notFound` makes the error for a 404, which means that the kind is not served. */
  constructor(api: Api, plan: WatchPlan, notFound: NotFound) {
    this.api = api
    this.plan = plan
    this.request = { ...plan.list, namespace: plan.namespace, names: null, snapshot: true }
    this.notFound = notFound
  }

  /** The next page; null after the BOOKMARK's. @throws {FdwError} connect, status, decode, expired. */
  next(): Page | null {
    if (this.ended) return null
    const page = this.version === null ? this.changes() : null
    if (page !== null) return page
    this.ended = true
    const mark = this.plan.showsMark ? readMark(this.api) : null
    return { ...bookmarkPage(this.request, this.version ?? ''), mark }
  }

  private changes(): Page | null {
    const { api, request, notFound } = this
    const { since, mark, seconds } = this.plan.watch
    if (since !== null) {
      if (mark !== null) checkMark(api, mark)
      const { page, version } = changesSince(api, request, since, seconds, notFound)
      this.version = version
      return page
    }
    this.pager ??= new ListPager(api, request, notFound)
    const page = this.pager.next()
    if (page !== null) return { ...page, change: 'ADDED' }
    this.version = this.pager.version
    return null
  }
}
