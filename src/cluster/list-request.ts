// What a request for a list of objects needs, and how its answers are to be read.
import type { JsonPath } from '../host.ts'
import { purposeOf } from './failure.ts'
import type { Purpose } from './failure.ts'
import type { Form } from './media-types.ts'
import { listPath } from './requests.ts'
import type { Selectors } from './requests.ts'
import { resourceName } from './resource.ts'
import type { Resource } from './resource.ts'

/**
 * The part of the request that is the same for each namespace.
 * @example
 * // At most 5 pods with the label app=web, of each of which the name is wanted:
 * {
 *   resource: { apiVersion: 'v1', kind: 'Pod', plural: 'pods', … },
 *   labelSelector: 'app=web', fieldSelector: null, ownFieldSelector: null,
 *   form: 'table', needsName: true, rowPaths: ITEM_PATHS,
 *   rowLimit: 5, pageSize: null, secret: false, skipForbidden: false,
 * }
 */
export interface ListQuery extends Selectors {
  /** Whose objects are listed. */
  readonly resource: Resource
  /**
   * The part of the field selector that the caller cannot do without. It is used if the server does not know a field of
   * the whole selector.
   */
  readonly ownFieldSelector: string | null
  /** The smallest form that has what the caller needs. A server may give a larger one. */
  readonly form: Form
  /** Whether the rows of a Table must have the object's name. A mere count does not need it. */
  readonly needsName: boolean
  /** The paths to locate in each object. They begin with ITEM_PATHS. */
  readonly rowPaths: readonly JsonPath[]
  /** The number of objects in the first page, if the caller knows how many it wants; null otherwise. */
  readonly rowLimit: number | null
  /** The largest number of objects in a page; null if the user does not say, and then `page-size.ts` decides. */
  readonly pageSize: number | null
  /** True if the response may hold values of Secrets; then no error quotes it. */
  readonly secret: boolean
  /** True if a list that the user may not read is left out, and is not an error. */
  readonly skipForbidden: boolean
}

/**
 * A list of one namespace, or of the whole cluster.
 * @example
 * { ...query, namespace: 'default', names: null } // all objects of the namespace default
 * { ...query, namespace: null, names: ['a', 'b'] } // only those called a or b, of all namespaces
 */
export interface ListRequest extends ListQuery {
  /** The namespace; null for all namespaces, and for a cluster-scoped kind. */
  readonly namespace: string | null
  /** The only names that are wanted, for a server that does not select by name; null for any name. */
  readonly names: readonly string[] | null
  /** True if all pages must show the list at one version, or else there is an error. */
  readonly snapshot?: boolean
}

/** What a request for this list is for, as far as error messages need it. */
export function listPurpose(query: ListQuery, namespace: string | null): Purpose {
  const { resource, labelSelector, fieldSelector, secret } = query
  return {
    ...purposeOf(`GET ${listPath(resource, namespace)}`, resourceName(resource), namespace),
    hasSelectors: labelSelector !== null || fieldSelector !== null,
    secret,
  }
}
