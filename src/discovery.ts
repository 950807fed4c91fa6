// Which kinds a cluster serves: aggregated discovery, or the older lists where it is not served.
// Resolves names; lists no objects.
import type { Api } from './api.ts'
import { FdwError } from './errors.ts'
import { HEAD } from './host.ts'
import type { JsonShape, JsonValue } from './host.ts'
import { ownField } from './values.ts'
import { builtInResources, groupOf, matches, versionOf } from './kinds.ts'
import type { KindQuery, Resource } from './kinds.ts'
import { nearest } from './nearest.ts'
import { JSON_TYPE, versionPath } from './requests.ts'
import { isNamespaceMissing } from './status.ts'
import type { Failure, Purpose } from './status.ts'

const AGGREGATED_TYPE = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat(JSON_TYPE)
  .join(',')

// Each form has its rows under another key, so the whole document is read as one tree.
const WHOLE: JsonShape = { head: [[]], rowsKey: null, row: [] }
const SUGGESTIONS = 4

/** A resource that the cluster serves, and whether it can be listed. */
interface Served {
  readonly resource: Resource
  readonly listable: boolean
}

function textAt(value: JsonValue, name: string): string {
  const found = ownField(value, name)
  return typeof found === 'string' ? found : ''
}

function listAt(value: JsonValue, name: string): JsonValue[] {
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

/** The JSON at a path; null where it is not found. @throws {FdwError} connect, status, decode. */
function fetchTree(api: Api, path: string, accept: string): JsonValue {
  const response = api.get(path, '', accept)
  const purpose = purposeOf(api, path)
  if (response.status !== 200) {
    const failure = api.failure(response, false)
    if (failure.code === 404) return null
    throw api.error(failure, purpose)
  }
  const document = api.index(response, WHOLE, purpose)
  const tree = document.tree(HEAD, 0)
  document.release()
  return tree
}

function aggregatedVersion(group: string, version: JsonValue): Served[] {
  const name = textAt(version, 'version')
  return listAt(version, 'resources').map((entry) => ({
    resource: {
      apiVersion: group === '' ? name : `${group}/${name}`,
      kind: textAt(ownField(entry, 'responseKind') ?? null, 'kind'),
      plural: textAt(entry, 'resource'),
      singular: textAt(entry, 'singularResource'),
      shortNames: textsAt(entry, 'shortNames'),
      namespaced: textAt(entry, 'scope') === 'Namespaced',
    },
    listable: textsAt(entry, 'verbs').includes('list'),
  }))
}

function aggregated(tree: JsonValue): Served[] {
  return listAt(tree, 'items').flatMap((group) => {
    const name = textAt(ownField(group, 'metadata') ?? null, 'name')
    return listAt(group, 'versions').flatMap((version) => aggregatedVersion(name, version))
  })
}

/** The resources of one group and version, from their APIResourceList. */
function ofVersion(api: Api, apiVersion: string): Served[] {
  const tree = fetchTree(api, versionPath(apiVersion), JSON_TYPE)
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

/** Group versions of an APIVersions or APIGroupList; of a group, the preferred one first. */
function groupVersions(tree: JsonValue, query: KindQuery): string[] {
  const core = textsAt(tree, 'versions')
  const named = listAt(tree, 'groups').flatMap((group) => {
    const preferred = textAt(ownField(group, 'preferredVersion') ?? null, 'groupVersion')
    if (query.group !== null && query.group !== textAt(group, 'name')) return []
    const others = listAt(group, 'versions').map((version) => textAt(version, 'groupVersion'))
    const wanted =
      query.group === null && query.version === null ? [] : others.filter((other) => other !== preferred)
    return [preferred].concat(wanted)
  })
  return core.concat(named).filter((apiVersion) => apiVersion !== '')
}

/** What is served below `/api` (the core group) or `/apis`. */
function servedBelow(api: Api, root: string, query: KindQuery): Served[] {
  const tree = fetchTree(api, root, AGGREGATED_TYPE)
  if (tree === null) return []
  if (textAt(tree, 'kind') === 'APIGroupDiscoveryList') return aggregated(tree)
  return groupVersions(tree, query).flatMap((apiVersion) => ofVersion(api, apiVersion))
}

function served(api: Api, query: KindQuery): Served[] {
  const core = query.group === null || query.group === '' ? servedBelow(api, '/api', query) : []
  return query.group === '' ? core : core.concat(servedBelow(api, '/apis', query))
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
  const same = known.filter((resource) => matches(anywhere, resource))
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

function unknownKind(query: KindQuery, known: readonly Resource[]): FdwError {
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

function choose(query: KindQuery, found: readonly Served[]): Resource | null {
  const candidates = firstOfGroups(found.filter((candidate) => matches(query, candidate.resource)))
  const first = candidates[0]
  if (first === undefined) return null
  if (candidates.length > 1) {
    throw new FdwError(
      'option',
      `the cluster serves ${query.written} in ${candidates.length} groups`,
      `write ${candidates.map((candidate) => written(query, candidate.resource, false)).join(', or ')}`,
    )
  }
  if (first.listable) return first.resource
  throw new FdwError('option', `objects of kind ${first.resource.kind} cannot be listed`, 'show another kind')
}

/** Asks the cluster for the resource of a query. @throws {FdwError} option, connect, status, decode. */
export function discover(api: Api, query: KindQuery): Resource {
  if (query.group !== null && query.version !== null) {
    // One small answer instead of all that is served.
    const apiVersion = query.group === '' ? query.version : `${query.group}/${query.version}`
    const resource = choose(query, ofVersion(api, apiVersion))
    if (resource !== null) return resource
  }
  const everything = served(api, query)
  const resource = choose(query, everything)
  if (resource !== null) return resource
  throw unknownKind(
    query,
    everything.map((candidate) => candidate.resource),
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
    const known = served(api, { ...query, group: null }).map((candidate) => candidate.resource)
    const meant = suggestions(query, known)
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
