// Options, resource, columns and LIMIT → ScanPlan: all that can be decided before the first request.
// Pure: makes no request.
import type { Columns } from './columns.ts'
import { FdwError } from './errors.ts'
import type { JsonShape } from './host.ts'
import type { Resource } from './kinds.ts'
import { groupOf } from './kinds.ts'
import type { ServerOptions, TableOptions } from './options.ts'
import { listPath } from './requests.ts'
import type { ListScope } from './requests.ts'
import type { Purpose } from './status.ts'

export interface ScanPlan {
  readonly scope: ListScope
  readonly shape: JsonShape
  /** Objects of the first page, where LIMIT is known. */
  readonly rowLimit: number | null
  readonly pageSize: number
  /** The objects' values are shown as `***`. */
  readonly masked: boolean
  readonly purpose: Purpose
}

/** The leaves of a list's head. */
export const LIST_KIND = 0
export const LIST_API_VERSION = 1
export const LIST_CONTINUE = 2
export const LIST_ITEMS = 3

function isSecret(resource: Resource): boolean {
  return groupOf(resource.apiVersion) === '' && resource.kind === 'Secret'
}

/** @throws {FdwError} option where the namespace contradicts the kind's scope. */
export function planScan(
  server: ServerOptions,
  table: TableOptions,
  resource: Resource,
  columns: Columns,
  hasToken: boolean,
  rowLimit: number | null,
): ScanPlan {
  if (table.namespace !== null && !resource.namespaced) {
    throw new FdwError(
      'option',
      `the table has the option namespace, but objects of kind ${resource.kind} are in no namespace`,
      'drop the option: ALTER FOREIGN TABLE … OPTIONS (DROP namespace)',
    )
  }
  const scope: ListScope = {
    resource,
    namespace: table.namespace,
    labelSelector: table.labelSelector,
    fieldSelector: table.fieldSelector,
  }
  const group = groupOf(resource.apiVersion)
  return {
    scope,
    shape: {
      head: [['kind'], ['apiVersion'], ['metadata', 'continue'], ['items']],
      rowsKey: 'items',
      row: columns.rowPaths,
    },
    rowLimit,
    pageSize: server.pageSize,
    masked: isSecret(resource) && !table.revealSecrets,
    purpose: {
      request: `GET ${listPath(scope)}`,
      resource: group === '' ? resource.plural : `${resource.plural}.${group}`,
      namespace: table.namespace,
      hasToken,
      hasSelectors: table.labelSelector !== null || table.fieldSelector !== null,
      secret: isSecret(resource),
    },
  }
}
