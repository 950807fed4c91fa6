// Which resource a table shows: a built-in table of common kinds, and the rules by which names match. No request is
// made here; served.ts reads what else a cluster serves.
import { API_VERSION, KIND, SUBRESOURCE, VIRTUAL_NAMES } from '../declared.ts'
import { FdwError } from '../errors.ts'
import { nearest } from '../text/nearest.ts'
import { shown } from '../text/shown.ts'
import { groupOf, versionOf } from './resource.ts'
import type { Resource } from './resource.ts'

/** The kind that a table shows, as the user wrote it: `object`, or `kind` with or without `apiVersion`. */
export interface KindOptions {
  readonly apiVersion: string | null
  readonly kind: string | null
  readonly object: string | null
}

/** The same, parsed. Null stands for any; the `group` '' is the core group. */
export interface KindQuery {
  readonly group: string | null
  readonly version: string | null
  readonly kind: string | null
  /** A plural, singular or short name, or a kind in any case. */
  readonly name: string | null
  /** What the user wrote, for messages. */
  readonly written: string
}

// Kind, plural and short names; a kind is namespaced unless it is marked with *. The versions are those that Kubernetes
// 1.21 and later prefer. All of the core group that can be listed is here, so a kind that is missing is looked for in
// the other groups first.
const BUILT_IN: { readonly [apiVersion: string]: readonly string[] } = {
  v1: [
    'Pod pods po',
    'Service services svc',
    'ConfigMap configmaps cm',
    'Secret secrets',
    'Namespace* namespaces ns',
    'Node* nodes no',
    'Event events ev',
    'ServiceAccount serviceaccounts sa',
    'PersistentVolumeClaim persistentvolumeclaims pvc',
    'PersistentVolume* persistentvolumes pv',
    'Endpoints endpoints ep',
    'ReplicationController replicationcontrollers rc',
    'ResourceQuota resourcequotas quota',
    'LimitRange limitranges limits',
    'PodTemplate podtemplates',
    'ComponentStatus* componentstatuses cs',
  ],
  'apps/v1': [
    'Deployment deployments deploy',
    'ReplicaSet replicasets rs',
    'StatefulSet statefulsets sts',
    'DaemonSet daemonsets ds',
    'ControllerRevision controllerrevisions',
  ],
  'batch/v1': ['Job jobs', 'CronJob cronjobs cj'],
  'networking.k8s.io/v1': [
    'Ingress ingresses ing',
    'IngressClass* ingressclasses',
    'NetworkPolicy networkpolicies netpol',
  ],
  'rbac.authorization.k8s.io/v1': [
    'Role roles',
    'RoleBinding rolebindings',
    'ClusterRole* clusterroles',
    'ClusterRoleBinding* clusterrolebindings',
  ],
  'storage.k8s.io/v1': ['StorageClass* storageclasses sc', 'CSIDriver* csidrivers', 'CSINode* csinodes'],
  'policy/v1': ['PodDisruptionBudget poddisruptionbudgets pdb'],
  'autoscaling/v2': ['HorizontalPodAutoscaler horizontalpodautoscalers hpa'],
  'discovery.k8s.io/v1': ['EndpointSlice endpointslices'],
  'coordination.k8s.io/v1': ['Lease leases'],
  'scheduling.k8s.io/v1': ['PriorityClass* priorityclasses pc'],
  'events.k8s.io/v1': ['Event events ev'],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition* customresourcedefinitions crd crds'],
}

function builtIn(apiVersion: string, line: string): Resource {
  const words = line.split(' ')
  const marked = words[0] ?? ''
  const kind = marked.replace('*', '')
  return {
    apiVersion,
    kind,
    plural: words[1] ?? '',
    singular: kind.toLowerCase(),
    shortNames: words.slice(2),
    namespaced: kind === marked,
  }
}

/** Whether the API server itself serves a group and version, and not an API server behind it. */
export function isBuiltIn(apiVersion: string): boolean {
  return Object.hasOwn(BUILT_IN, apiVersion)
}

/**
 * Whether a name in a namespace belongs to one object at most. That is certain if the API server itself keeps the
 * objects. An aggregated API server may have several objects of one name, and nothing tells its kinds from custom
 * resources.
 */
export function hasUniqueNames({ apiVersion }: Resource): boolean {
  return Object.keys(BUILT_IN).some((known) => groupOf(known) === groupOf(apiVersion))
}

/** The built-in resources, in the order in which an ambiguous name is resolved. */
export function builtInResources(): Resource[] {
  return Object.entries(BUILT_IN).flatMap(([apiVersion, lines]) =>
    lines.map((line) => builtIn(apiVersion, line)),
  )
}

export const METRICS_GROUP = 'metrics.k8s.io'

/**
 * The server that serves a group which looks like Kubernetes' own, but which must be installed; null for other groups.
 */
export function serverOf(group: string): string | null {
  if (group === METRICS_GROUP)
    return 'metrics-server serves it, and is not installed in this cluster: https://github.com/kubernetes-sigs/metrics-server says how'
  return group === `custom.${METRICS_GROUP}` || group === `external.${METRICS_GROUP}`
    ? 'an adapter serves it, such as prometheus-adapter, and none is installed in this cluster'
    : null
}

const VERSION = /^v[0-9]+((alpha|beta)[0-9]+)?$/

/** Whether a text is a group and version, or a version of the core group. */
export function isApiVersion(text: string): boolean {
  return API_VERSION.test(text) && (text.includes('/') || text.startsWith('v'))
}

/** Parses the kind that the options name, and checks that it can be part of a URL's path. @throws {FdwError} option. */
export function parseKind(options: KindOptions): KindQuery {
  if (options.object !== null) return parseObject(options.object)
  const { apiVersion, kind } = options
  if (kind === null || !KIND.test(kind)) {
    throw new FdwError('option', `option kind is ${shown(kind ?? '')}`, kindHint(kind ?? ''))
  }
  if (apiVersion === null) return { group: null, version: null, kind, name: null, written: kind }
  if (!API_VERSION.test(apiVersion)) {
    throw new FdwError(
      'option',
      `option apiVersion is ${shown(apiVersion)}`,
      "it takes a version as manifests have it, such as 'v1' or 'apps/v1'",
    )
  }
  return {
    group: groupOf(apiVersion),
    version: versionOf(apiVersion),
    kind,
    name: null,
    written: `${apiVersion} ${kind}`,
  }
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, () => '')
}

/** The one of these that was probably meant by a name such as `pods/logs`, `can-i` or `logs`; null if there is none. */
export function nearOther(written: string): string | null {
  const word = letters(written)
  const [near] = /^logs?$/.test(word) ? ['podslog'] : nearest(word, VIRTUAL_NAMES.map(letters), 1)
  return VIRTUAL_NAMES.find((name) => letters(name) === near) ?? null
}

function kindHint(kind: string): string {
  return SUBRESOURCE.test(kind)
    ? "the lines of logs are object 'pods/log'; of other subresources there are no tables"
    : "it takes a kind, such as 'Pod'"
}

function objectHint(object: string): string {
  const other = nearOther(object)
  if (other !== null) return `did you mean object '${other}'?`
  return SUBRESOURCE.test(object)
    ? "of subresources only 'pods/log' is a table; an object's status is a column of its own table"
    : "it takes a resource, such as 'pods', 'deployments.apps' or 'deployments.v1.apps'"
}

/** Parses `pods`, `deployments.apps`, `deployments.v1.apps`, or `pods.v1.` for the core group. */
function parseObject(object: string): KindQuery {
  const parts = object.split('.')
  const name = parts[0] ?? ''
  const second = parts[1] ?? ''
  const versioned = parts.length > 2 && VERSION.test(second)
  const group = parts.length === 1 ? null : parts.slice(versioned ? 2 : 1).join('.')
  const isGroup = group === null || group === '' || API_VERSION.test(`${group}/v1`)
  if (!KIND.test(name) || !isGroup) {
    throw new FdwError('option', `option object is ${shown(object)}`, objectHint(object))
  }
  return { group, version: versioned ? second : null, kind: null, name, written: object }
}

/**
 * Ranks a match by name in kubectl's order: a plural comes before a short name, and a short name before a singular.
 * Null if the name does not match.
 */
function nameRank(query: KindQuery, resource: Resource): number | null {
  if (query.kind !== null) return query.kind === resource.kind ? 0 : null
  // API servers before 1.27 leave the singular of their own kinds empty.
  if (query.name === null) return null
  const lower = query.name.toLowerCase()
  if (resource.plural === lower) return 0
  if (resource.shortNames.some((name) => name.toLowerCase() === lower)) return 1
  if (resource.singular === lower) return 2
  return resource.kind.toLowerCase() === lower ? 3 : null
}
const NAME_RANKS = 4

/**
 * Ranks a match by group in kubectl's order. `x.a.b` is read first as version a of group b, then as group a.b, then as
 * any group that begins with a.b. A version may be any DNS label; if it does not look like one (`stable`), the query
 * has a group only.
 */
function groupRank(query: KindQuery, apiVersion: string): number | null {
  const group = groupOf(apiVersion)
  const version = versionOf(apiVersion)
  if ((query.group ?? group) === group && (query.version ?? version) === version) return 0
  if (query.kind !== null || query.group === null || query.group === '') return null
  if (query.version === null && `${version}.${group}` === query.group) return -1
  const whole = query.version === null ? query.group : `${query.version}.${query.group}`
  if (group === whole) return 1
  return group.startsWith(whole) ? 2 : null
}

/** How well a resource matches the query; the lowest number is the best, and null is no match. */
export function rank(query: KindQuery, resource: Resource): number | null {
  const byGroup = groupRank(query, resource.apiVersion)
  const byName = byGroup === null ? null : nameRank(query, resource)
  return byGroup === null || byName === null ? null : byGroup * NAME_RANKS + byName
}

/** Whether a resource matches the query. */
export function matches(query: KindQuery, resource: Resource): boolean {
  return rank(query, resource) !== null
}

/** Whether this group version may have what the query asks for. */
export function mayBeIn(query: KindQuery, apiVersion: string): boolean {
  return groupRank({ ...query, version: null }, apiVersion) !== null || groupRank(query, apiVersion) !== null
}

/** The built-in resource that a query asks for; null if only discovery can tell. */
export function findBuiltIn(query: KindQuery): Resource | null {
  return builtInResources().find((resource) => (rank(query, resource) ?? NAME_RANKS) < NAME_RANKS) ?? null
}
