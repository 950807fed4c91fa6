// Which kinds a cluster serves: aggregated discovery, or the older lists where it is not served.
// Resolves names; lists no objects.
import type { Api } from './api.ts'
import { FdwError } from './errors.ts'
import { HEAD } from './host.ts'
import type { JsonShape, JsonValue } from './host.ts'
import { ownField } from './values.ts'
import { builtInResources, groupOf, matches, mayBeIn, rank, versionOf } from './kinds.ts'
import type { KindQuery, Resource } from './kinds.ts'
import { nearest } from './nearest.ts'
import { JSON_TYPE, versionPath } from './requests.ts'
import { isNamespaceMissing } from './status.ts'
import type { Failure, Purpose } from './status.ts'

export const AGGREGATED_TYPE = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat(JSON_TYPE)
  .join(',')

// Each form has its rows under another key, so the whole document is read as one tree.
const WHOLE: JsonShape = { head: [[]], rowsKey: null, row: [] }
const SUGGESTIONS = 4

/** A resource that the cluster serves, and whether it can be listed. */
export interface Served {
  readonly resource: Resource
  readonly listable: boolean
}

export function textAt(value: JsonValue, name: string): string {
  const found = ownField(value, name)
  return typeof found === 'string' ? found : ''
}

export function listAt(value: JsonValue, name: string): JsonValue[] {
  const found = ownField(value, name)
  return Array.isArray(found) ? found : []
}

function textsAt(value: JsonValue, name: string): string[] {
  return listAt(value, name).filter((entry): entry is string => typeof entry === 'string')
}

function purposeOf(api: Api, path: string): Purpose {
  return {
    request: `GET ${path}`,
    resource: 'its kinds',
    namespace: null,
    hasToken: api.access.token !== null,
    hasSelectors: false,
    secret: false,
  }
}

/**
 * The JSON at a path; null where it is not found. A server behind the API server that does not answer is noted in `silent`.
 * @throws {FdwError} connect, status, decode.
 */
export function fetchTree(api: Api, path: string, accept: string, silent: string[] | null = null): JsonValue {
  const response = api.get(path, '', accept)
  const purpose = purposeOf(api, path)
  if (response.status !== 200) {
    const failure = api.failure(response, false)
    if (failure.code === 404) return null
    if (failure.code < 500 || silent === null) throw api.error(failure, purpose)
    silent.push(path)
    return null
  }
  const document = api.index(response, WHOLE, purpose)
  const tree = document.tree(HEAD, 0)
  document.release()
  return tree
}

function aggregatedVersion(group: string, version: JsonValue, silent: string[]): Served[] {
  const name = textAt(version, 'version')
  const apiVersion = group === '' ? name : `${group}/${name}`
  const resources = listAt(version, 'resources')
  if (resources.length === 0 && textAt(version, 'freshness') === 'Stale') silent.push(versionPath(apiVersion))
  return resources.map((entry) => ({
    resource: {
      apiVersion,
      kind: textAt(ownField(entry, 'responseKind') ?? null, 'kind'),
      plural: textAt(entry, 'resource'),
      singular: textAt(entry, 'singularResource'),
      shortNames: textsAt(entry, 'shortNames'),
      namespaced: textAt(entry, 'scope') === 'Namespaced',
    },
    listable: textsAt(entry, 'verbs').includes('list'),
  }))
}

function aggregated(tree: JsonValue, silent: string[]): Served[] {
  return listAt(tree, 'items').flatMap((group) => {
    const name = textAt(ownField(group, 'metadata') ?? null, 'name')
    return listAt(group, 'versions').flatMap((version) => aggregatedVersion(name, version, silent))
  })
}

/** The resources of one group and version, from their APIResourceList; none where it is not served. */
export function ofVersion(api: Api, apiVersion: string, silent: string[] | null = null): Served[] {
  const tree = fetchTree(api, versionPath(apiVersion), JSON_TYPE, silent)
  return listAt(tree, 'resources')
    .filter((entry) => !textAt(entry, 'name').includes('/'))
    .map((entry) => ({
      resource: {
        apiVersion,
        kind: textAt(entry, 'kind'),
        plural: textAt(entry, 'name'),
        singular: textAt(entry, 'singularName'),
        shortNames: textsAt(entry, 'shortNames'),
        namespaced: ownField(entry, 'namespaced') === true,
      },
      listable: textsAt(entry, 'verbs').includes('list'),
    }))
}

/** Group versions of an APIVersions or APIGroupList: the preferred ones, or the others. */
export function groupVersions(tree: JsonValue, query: KindQuery, preferred: boolean): string[] {
  const core = preferred ? textsAt(tree, 'versions') : []
  const named = listAt(tree, 'groups').flatMap((group) => {
    const first = textAt(ownField(group, 'preferredVersion') ?? null, 'groupVersion')
    const all = listAt(group, 'versions').map((version) => textAt(version, 'groupVersion'))
    return preferred ? [first] : all.filter((other) => other !== first)
  })
  return core.concat(named).filter((apiVersion) => apiVersion !== '' && mayBeIn(query, apiVersion))
}

/** What is served below `/api` (the core group) or `/apis`. */
function servedBelow(api: Api, root: string, query: KindQuery, silent: string[]): Served[] {
  const tree = fetchTree(api, root, AGGREGATED_TYPE)
  if (tree === null) return []
  if (textAt(tree, 'kind') === 'APIGroupDiscoveryList') return aggregated(tree, silent)
  const read = (preferred: boolean): Served[] =>
    groupVersions(tree, query, preferred).flatMap((apiVersion) => ofVersion(api, apiVersion, silent))
  const found = read(true)
  const isFound = query.version === null && found.some(({ resource }) => matches(query, resource))
  return isFound ? found : found.concat(read(false))
}

function servedInGroups(api: Api, query: KindQuery, silent: string[]): Served[] {
  return query.group === '' ? [] : servedBelow(api, '/apis', query, silent)
}

function servedInCore(api: Api, query: KindQuery, silent: string[]): Served[] {
  return query.group === null || query.group === '' ? servedBelow(api, '/api', query, silent) : []
}

/** All that the cluster serves; of a group, the preferred version first. A WARNING names what could not be asked. */
export function servedEverywhere(api: Api): Served[] {
  const anything: KindQuery = { group: null, version: null, kind: null, name: null, written: '' }
  const silent: string[] = []
  const all = servedInCore(api, anything, silent).concat(servedInGroups(api, anything, silent))
  if (silent.length > 0) {
    api.warnOnce(`the servers of these do not answer, so their kinds are missing: ${silent.join(', ')}`)
  }
  return all
}

/** How to write a resource in the options, in the form that the query has. */
function written(query: KindQuery, resource: Resource, withVersion: boolean): string {
  if (query.kind !== null) return `apiVersion '${resource.apiVersion}', kind '${resource.kind}'`
  const group = groupOf(resource.apiVersion)
  const version = withVersion ? `.${versionOf(resource.apiVersion)}` : ''
  if (group === '')
    return withVersion ? `object '${resource.plural}${version}.'` : `object '${resource.plural}'`
  return `object '${resource.plural}${version}.${group}'`
}

function distinct(texts: readonly string[]): string[] {
  return texts.filter((text, i) => texts.indexOf(text) === i)
}

/** What the user may have meant: the same name elsewhere first, then names that are close. */
function suggestions(query: KindQuery, known: readonly Resource[]): string[] {
  const wanted = query.kind ?? query.name ?? ''
  const anywhere: KindQuery = { ...query, group: null, version: null }
  // kubectl's names in place of a kind: deploy, deployments.
  const named: KindQuery = { ...anywhere, kind: null, name: wanted.toLowerCase() }
  const same = known.filter((resource) => matches(anywhere, resource) || matches(named, resource))
  const names = known.map((resource) => (query.kind === null ? resource.plural : resource.kind))
  const close = nearest(wanted, distinct(names), SUGGESTIONS).flatMap((name) =>
    known.filter((resource) => (query.kind === null ? resource.plural : resource.kind) === name),
  )
  const withVersion = query.version !== null
  return distinct(same.concat(close).map((resource) => written(query, resource, withVersion))).slice(
    0,
    SUGGESTIONS,
  )
}

function unknownKind(query: KindQuery, known: readonly Resource[], silent: readonly string[]): FdwError {
  const unanswered = silent.filter((path) => mayBeIn(query, path.replace(/^\/apis?\//, '')))
  if (unanswered.length > 0) {
    return new FdwError(
      'status',
      `the cluster serves no ${query.written}, as far as it tells: ${unanswered.join(', ')} ${unanswered.length === 1 ? 'does' : 'do'} not answer`,
      'kubectl get apiservices shows which server behind the API server is missing, and why',
    )
  }
  const meant = suggestions(query, known.concat(builtInResources()))
  return new FdwError(
    'option',
    `the cluster serves no ${query.written}`,
    meant.length === 0
      ? 'kubectl api-resources lists the kinds that it serves'
      : `did you mean ${meant.join(', or ')}?`,
  )
}

/** The preferred one of each group: groups list their versions in the order of preference. */
function firstOfGroups(found: readonly Served[]): Served[] {
  const groups = found.map((candidate) => groupOf(candidate.resource.apiVersion))
  return found.filter((_, i) => groups.indexOf(groups[i] ?? '') === i)
}

function choose(query: KindQuery, found: readonly Served[], anyVerb: boolean): Resource | null {
  const ranked = found.flatMap((candidate) => {
    const place = rank(query, candidate.resource)
    return place === null ? [] : [{ candidate, place }]
  })
  const best = Math.min.apply(
    null,
    ranked.map(({ place }) => place),
  )
  const candidates = firstOfGroups(
    ranked.filter(({ place }) => place === best).map(({ candidate }) => candidate),
  )
  const first = candidates[0]
  if (first === undefined) return null
  if (candidates.length > 1) {
    throw new FdwError(
      'option',
      `the cluster serves ${query.written} in ${candidates.length} groups`,
      `write ${candidates.map((candidate) => written(query, candidate.resource, false)).join(', or ')}`,
    )
  }
  if (first.listable || anyVerb) return first.resource
  throw new FdwError('option', `objects of kind ${first.resource.kind} cannot be listed`, 'show another kind')
}

/**
 * Asks the cluster for the resource of a query; with `anyVerb` also for one that cannot be listed.
 * @throws {FdwError} option, connect, status, decode.
 */
export function discover(api: Api, query: KindQuery, anyVerb = false): Resource {
  if (query.group !== null && query.version !== null) {
    // One small answer instead of all that is served.
    const apiVersion = query.group === '' ? query.version : `${query.group}/${query.version}`
    const resource = choose(query, ofVersion(api, apiVersion), anyVerb)
    if (resource !== null) return resource
  }
  const silent: string[] = []
  const groups = servedInGroups(api, query, silent)
  const resource = choose(query, groups, anyVerb)
  if (resource !== null) return resource
  // The built-in table has the core group's.
  const core = servedInCore(api, query, silent)
  const inCore = choose(query, core, anyVerb)
  if (inCore !== null) return inCore
  throw unknownKind(
    query,
    core.concat(groups).map((candidate) => candidate.resource),
    silent,
  )
}

/**
 * The error of a 404 for a resource of the built-in table: with the kinds that the cluster does serve,
 * where it says them.
 */
export function notServed(api: Api, query: KindQuery, failure: Failure, purpose: Purpose): FdwError {
  const otherwise = api.error(failure, purpose)
  if (isNamespaceMissing(failure, purpose)) return otherwise
  try {
    const anywhere = { ...query, group: null }
    const known = servedInCore(api, anywhere, []).concat(servedInGroups(api, anywhere, []))
    const resources = known.map((candidate) => candidate.resource)
    const meant = suggestions(query, resources)
    if (meant.length === 0) return otherwise
    return new FdwError(
      otherwise.code,
      otherwise.message,
      `the cluster does not serve ${query.written}; it serves ${meant.join(', ')}`,
    )
  } catch (error) {
    // The 404 is what went wrong; that no more is known of it is no second failure.
    if (error instanceof FdwError) return otherwise
    throw error
  }
}
