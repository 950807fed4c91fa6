// Asks for the targets of a plan, one after the other: lists page by page, and single objects. Namespaces that may not
// be listed are left out if the plan says so.
import type { Api } from '../cluster/api.ts'
import { isListForbidden, isObjectMissing } from '../cluster/failure.ts'
import type { Failure, NotFound, Purpose } from '../cluster/failure.ts'
import { ITEM_PATHS, NAME_LEAF, headText } from '../cluster/item.ts'
import { hasUniqueNames } from '../cluster/kinds.ts'
import { listPurpose } from '../cluster/list-request.ts'
import type { ListRequest } from '../cluster/list-request.ts'
import { OBJECT_TYPES } from '../cluster/media-types.ts'
import { isWanted } from '../cluster/page.ts'
import type { Page, PageSource } from '../cluster/page.ts'
import { ListPager } from '../cluster/pager.ts'
import { objectPath } from '../cluster/requests.ts'
import { resourceName } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import { fieldRequirement } from '../cluster/selectors.ts'
import { FdwError } from '../errors.ts'
import { HEAD } from '../host.ts'
import type { ScanPlan, Target } from '../plan/plan.ts'

const NAMESPACES: Resource = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: [],
  namespaced: false,
}
/** The most namespaces that a warning names. */
const NAMED = 20

/** The plan of a list by name: the API server leaves out objects of other names. */
function onlyNamed(plan: ScanPlan, name: string): ScanPlan {
  return { ...plan, fieldSelector: fieldRequirement('metadata.name', true, name), ownFieldSelector: null }
}

/**
 * Whether to try a list after a GET failed in this way: some users may list what they may not get, and not every 404 is
 * about the object.
 */
function mayBeListed(failure: Failure, purpose: Purpose): boolean {
  return [404, 405, 410].includes(failure.code) || isListForbidden(failure, purpose)
}

export class TargetPages implements PageSource {
  private readonly api: Api
  private readonly plan: ScanPlan
  private readonly notFound: NotFound
  private targets: Target[]
  private pages: ListPager | null = null
  private target: Target | null = null
  private readonly leftOut: string[] = []

  /** `notFound` makes the error for a 404, which means that the kind is not served. */
  constructor(api: Api, plan: ScanPlan, notFound: NotFound) {
    this.api = api
    this.plan = plan
    this.notFound = notFound
    this.targets = plan.targets.slice()
  }

  /** The next page; null after the last. @throws {FdwError} connect, status, decode. */
  next(): Page | null {
    for (;;) {
      const page = this.pages === null ? this.begin() : this.pages.next()
      if (page !== null) return page
      if (this.pages !== null && this.pages.forbidden !== null) this.leaveOut(this.target)
      this.pages = null
      if (this.targets.length === 0) {
        this.reportLeftOut()
        return null
      }
    }
  }

  private list(plan: ScanPlan, target: Target, names: readonly string[] | null): ListPager {
    return new ListPager(this.api, { ...plan, namespace: target.namespace, names }, this.notFound)
  }

  /** Starts the next target. Returns its first page, or null if it has none. */
  private begin(): Page | null {
    const target = this.targets.shift() ?? null
    this.target = target
    if (target === null) return null
    if (target.name === null) {
      this.pages = this.list(this.plan, target, null)
      return this.pages.next()
    }
    return hasUniqueNames(this.plan.resource)
      ? this.objectOrList(target, target.name)
      : this.listOrObject(target, target.name)
  }

  private objectOrList(target: Target, name: string): Page | null {
    const got = this.object(target, name)
    return got === 'unknown' ? this.named(target, name, this.plan) : got
  }

  /**
   * Lists the objects of a name, of which there may be several. If the user may not list, gets the one object instead.
   */
  private listOrObject(target: Target, name: string): Page | null {
    const page = this.named(target, name, { ...this.plan, skipForbidden: true })
    const forbidden = this.pages?.forbidden ?? null
    if (forbidden === null) return page
    const got = this.object(target, name)
    if (got === 'unknown') {
      if (this.plan.skipForbidden) return null
      throw forbidden
    }
    this.pages = null
    if (got !== null) {
      this.api.warnOnce(
        `${resourceName(this.plan.resource)} may be got by name, but not listed: should there be several of one name, one of them is shown`,
      )
    }
    return got
  }

  /**
   * Lists the objects of a name. If the server does not select by name, the list also has what the next targets would
   * ask for, and they are dropped.
   */
  private named(target: Target, name: string, plan: ScanPlan): Page | null {
    const names = [name]
    this.pages = this.list(onlyNamed(plan, name), target, names)
    const page = this.pages.next()
    if (page === null) return null
    for (let row = 0; row < page.rowCount; row++) {
      if (isWanted(page, row)) continue
      for (const other of this.targets) {
        if (other.namespace === target.namespace && other.name !== null) names.push(other.name)
      }
      this.targets = this.targets.filter((other) => other.namespace !== target.namespace)
      break
    }
    return page
  }

  /**
   * Gets one object as a page of its own. Null if there is none of that name; `unknown` if the answer does not tell.
   */
  private object(target: Target, name: string): Page | null | 'unknown' {
    const { api, plan } = this
    const path = objectPath(plan.resource, target.namespace, name)
    const purpose = { ...listPurpose(plan, target.namespace), request: `GET ${path}` }
    const response = api.get(path, '', OBJECT_TYPES[plan.form])
    const bytes = response.bodyBytes
    if (response.status !== 200) {
      const failure = api.failure(response, purpose.secret)
      if (isObjectMissing(failure, plan.resource.plural, name)) return null
      if (mayBeListed(failure, purpose)) return 'unknown'
      throw api.error(failure, purpose)
    }
    const document = api.index(response, { head: plan.rowPaths, rowsKey: null, row: [] }, purpose)
    api.trace.listed(1)
    if (headText(document, NAME_LEAF) !== name) {
      document.release()
      throw new FdwError(
        'decode',
        `${purpose.request}: 200 OK, but the answer is not the object of that name`,
        'the API server or a proxy before it answers wrongly: report it there',
      )
    }
    const { apiVersion, kind } = plan.resource
    const form = plan.form === 'full' ? 'full' : 'metadata'
    return {
      document,
      rowCount: 1,
      firstRow: HEAD,
      bytes,
      form,
      apiVersion,
      kind,
      namespace: target.namespace,
    }
  }

  private leaveOut(target: Target | null): void {
    const namespace = target?.namespace ?? null
    if (namespace !== null) {
      if (!this.leftOut.includes(namespace)) this.leftOut.push(namespace)
    } else for (const each of this.allNamespaces()) this.targets.push({ namespace: each, name: null })
  }

  /** The names of all namespaces. @throws {FdwError} status if the user may not list them. */
  private allNamespaces(): string[] {
    const request: ListRequest = {
      resource: NAMESPACES,
      namespace: null,
      names: null,
      labelSelector: null,
      fieldSelector: null,
      ownFieldSelector: null,
      form: 'table',
      needsName: true,
      rowPaths: ITEM_PATHS,
      rowLimit: null,
      pageSize: this.plan.pageSize,
      secret: false,
      skipForbidden: true,
    }
    const pages = new ListPager(this.api, request, this.notFound)
    const names: string[] = []
    for (let page = pages.next(); page !== null; page = pages.next()) {
      for (let row = 0; row < page.rowCount; row++) names.push(page.document.text(row, NAME_LEAF))
      page.document.release()
    }
    if (pages.forbidden === null) return names
    throw new FdwError(
      'status',
      `${listPurpose(this.plan, null).request}: 403 Forbidden, and so is GET /api/v1/namespaces, which would tell where to look`,
      "name the namespaces that may be read: ALTER FOREIGN TABLE … OPTIONS (ADD namespaces 'one,two')",
    )
  }

  private reportLeftOut(): void {
    const { length } = this.leftOut
    if (length === 0) return
    const named = this.leftOut.slice(0, NAMED).join(', ')
    const more = length > NAMED ? ` and ${length - NAMED} more` : ''
    this.api.warnOnce(
      `${resourceName(this.plan.resource)} of ${length === 1 ? 'a namespace' : `${length} namespaces`} are left out, for this user may not list them: ${named}${more}`,
    )
  }
}
