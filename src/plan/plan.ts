// Makes the ScanPlan of options, resource, columns, conditions and LIMIT: all that can be decided before the first
// request. No request may be made here.
import type { ListQuery } from '../cluster/list-request.ts'
import { isSecret } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import { allOf, fieldRequirement } from '../cluster/selectors.ts'
import { FdwError } from '../errors.ts'
import type { JsonPath } from '../host.ts'
import type { ServerOptions, TableOptions } from '../session/options.ts'
import type { Columns } from './columns.ts'
import { leastForm, needsName } from './projection.ts'
import type { Pushdown } from './pushdown.ts'

/** A list to ask for; with a name, a single object. */
export interface Target {
  /** The namespace; null for all namespaces, and for a cluster-scoped kind. */
  readonly namespace: string | null
  /** The name of the only object, which is then requested by a GET of its own; null for a list. */
  readonly name: string | null
}

/** What the virtual columns show. */
export interface Shown {
  /** The value of the column `label_selector`; null for SQL's NULL. */
  readonly label: string | null
  /** The value of the column `field_selector`; null for SQL's NULL. */
  readonly field: string | null
  /** The values of the columns `since` and `wait_seconds` of a table that shows changes. */
  readonly since?: string | null
  readonly wait?: string | null
}

/** How answers become rows. */
export interface Reading {
  /** What the virtual columns show, for the lists of each selection. */
  readonly shown: readonly Shown[]
  /** The paths to locate in each object, as JsonShape has them. They begin with ITEM_PATHS. */
  readonly rowPaths: readonly JsonPath[]
  /** LIMIT plus OFFSET in rows; null if it is not known. */
  readonly rowLimit: number | null
  /** True if the values of the objects are shown as `***`. */
  readonly masked: boolean
  /** True if responses may hold values of Secrets; then no error quotes them. */
  readonly secret: boolean
}

/**
 * What to ask of the API server, and how to read its answers.
 * @example
 * // SELECT name FROM pods WHERE namespace = 'shop' AND app = 'web' LIMIT 5, with app at the path metadata.labels.app:
 * {
 *   resource: { apiVersion: 'v1', kind: 'Pod', plural: 'pods', … },
 *   targets: [{ namespace: 'shop', name: null }], // one list; with WHERE name = 'a' one GET: name: 'a'
 *   labelSelector: 'app=web', fieldSelector: null,
 *   form: 'metadata', rowLimit: 5, …
 * }
 */
export interface ScanPlan extends Reading, ListQuery {
  /** The lists and objects to ask for, one after the other. Empty if no object can match. */
  readonly targets: readonly Target[]
}

/** A request takes about 40 ms, so one list of all objects is quicker than more GETs than this. */
const MOST_OBJECTS = 10
const MOST_NAMESPACES = 100

/** The namespaces to read; null for all of them at once. */
function namespacesOf(table: TableOptions, pushdown: Pushdown): readonly string[] | null {
  const own = table.namespace === null ? table.namespaces : [table.namespace]
  const wanted = pushdown.namespaces
  if (wanted === null) return own
  if (own !== null) return own.filter((namespace) => wanted.includes(namespace))
  return wanted.length > MOST_NAMESPACES ? null : wanted
}

function targetsOf(
  namespaces: readonly (string | null)[],
  names: readonly string[] | null,
  canGet: boolean,
): Target[] {
  const lists = namespaces.map((namespace) => ({ namespace, name: null }))
  if (names === null || (!canGet && names.length > 0)) return lists
  if (namespaces.length * names.length > MOST_OBJECTS) return lists
  return lists.flatMap(({ namespace }) => names.map((name) => ({ namespace, name })))
}

/** Checks the namespace against the scope of the kind. @throws {FdwError} option if they contradict each other. */
export function refuseNamespace(table: TableOptions, resource: Resource): void {
  if (resource.namespaced) return
  const option = table.namespace !== null ? 'namespace' : 'namespaces'
  if (table[option] === null) return
  throw new FdwError(
    'option',
    `the table has the option ${option}, but objects of kind ${resource.kind} are in no namespace`,
    `drop the option: ALTER FOREIGN TABLE … OPTIONS (DROP ${option})`,
  )
}

/** Plans a scan of one kind. @throws {FdwError} option if the namespace contradicts the kind's scope. */
export function planScan(
  server: ServerOptions,
  table: TableOptions,
  resource: Resource,
  columns: Columns,
  pushdown: Pushdown,
  rowLimit: number | null,
): ScanPlan {
  refuseNamespace(table, resource)
  const { names } = pushdown
  const namespaces = resource.namespaced ? namespacesOf(table, pushdown) : null
  const isNamespaceKnown = namespaces !== null || !resource.namespaced
  const ownLabelSelector = allOf([table.labelSelector, pushdown.labelSelector])
  const ownFieldSelector = allOf([table.fieldSelector, pushdown.fieldSelector])
  // The GET of one object cannot have a selector.
  const canGet = isNamespaceKnown && ownLabelSelector === null && ownFieldSelector === null
  const targets = targetsOf(namespaces ?? [null], names, canGet)
  const onlyName = names?.length === 1 ? fieldRequirement('metadata.name', true, names[0] ?? '') : null
  return {
    resource,
    targets,
    labelSelector: allOf([ownLabelSelector, ...pushdown.labels]),
    fieldSelector: allOf([ownFieldSelector, onlyName, ...pushdown.fields]),
    ownFieldSelector,
    shown: [
      {
        label: pushdown.labelSelector ?? table.labelSelector,
        field: pushdown.fieldSelector ?? table.fieldSelector,
      },
    ],
    form: leastForm(columns, isNamespaceKnown),
    needsName: needsName(columns),
    rowPaths: columns.rowPaths,
    rowLimit,
    pageSize: server.pageSize,
    masked: isSecret(resource) && !table.revealSecrets,
    secret: isSecret(resource),
    skipForbidden: server.forbidden === 'skip' && table.namespace === null && resource.namespaced,
  }
}

/** In place of a kind that the cluster could not be asked for. */
const UNKNOWN: Resource = {
  apiVersion: '',
  kind: '',
  plural: '',
  singular: '',
  shortNames: [],
  namespaced: true,
}
const NOTHING_ASKED: Pushdown = {
  namespaces: [],
  names: null,
  labels: [],
  fields: [],
  labelSelector: null,
  fieldSelector: null,
}

/** The plan of a scan without rows, of a kind that the cluster could not be asked for. */
export function planNothing(server: ServerOptions, table: TableOptions, columns: Columns): ScanPlan {
  return planScan(server, table, UNKNOWN, columns, NOTHING_ASKED, null)
}
