// What a list of objects is asked with, and how its answers are to be read.
import type { JsonPath } from '../host.ts'
import { purposeOf } from './failure.ts'
import type { Purpose } from './failure.ts'
import type { Form } from './media-types.ts'
import { listPath } from './requests.ts'
import type { Selectors } from './requests.ts'
import { resourceName } from './resource.ts'
import type { Resource } from './resource.ts'

/** What is the same for each namespace that is read. */
export interface ListQuery extends Selectors {
  readonly resource: Resource
  /** The field selector without what the caller can do without, for a server that does not know one of its fields. */
  readonly ownFieldSelector: string | null
  /** The least of each object that will do; a server may give more. */
  readonly form: Form
  /** Whether a Table's rows must give the name: for a mere count they need not. */
  readonly needsName: boolean
  /** The paths to locate in each object; they begin with ITEM_PATHS. */
  readonly rowPaths: readonly JsonPath[]
  /** Objects of the first page, where the caller knows how many it wants; null where it does not. */
  readonly rowLimit: number | null
  /** Largest page, objects; null where the user does not say. */
  readonly pageSize: number | null
  /** Its answers may hold values of Secrets. */
  readonly secret: boolean
  /** A list that must not be read is left out, and is no error. */
  readonly skipForbidden: boolean
}

/** @example { ...query, namespace: 'default', names: null } */
export interface ListRequest extends ListQuery {
  /** null: all namespaces, or a cluster-scoped kind. */
  readonly namespace: string | null
  /** The only names that are wanted of the list, for a server that does not select by names; null: any. */
  readonly names: readonly string[] | null
}

/** What a request of a list is for, as far as its errors need it. */
export function listPurpose(query: ListQuery, namespace: string | null): Purpose {
  const { resource, labelSelector, fieldSelector, secret } = query
  return {
    ...purposeOf(`GET ${listPath(resource, namespace)}`, resourceName(resource), namespace),
    hasSelectors: labelSelector !== null || fieldSelector !== null,
    secret,
  }
}
