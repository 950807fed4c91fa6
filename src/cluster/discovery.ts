// Finds the resource that a table shows among those that the cluster serves, and suggests others if there is none.
import { FdwError } from '../errors.ts'
import { textsAt } from '../json/values.ts'
import { nearest } from '../text/nearest.ts'
import type { Api } from './api.ts'
import { isNamespaceMissing } from './failure.ts'
import type { Failure, Purpose } from './failure.ts'
import {
  builtInResources,
  findBuiltIn,
  matches,
  mayBeIn,
  METRICS_GROUP,
  nearOther,
  rank,
  serverOf,
} from './kinds.ts'
import type { KindQuery } from './kinds.ts'
import { groupOf, qualifiedName } from './resource.ts'
import type { Resource } from './resource.ts'
import { unwatchableError } from './errors.ts'
import { described, isRoot, NO_ANSWER, ofVersion, rootError, servedInCore, servedInGroups } from './served.ts'
import type { Served, Unread } from './served.ts'

const SUGGESTIONS = 4

/** Writes a resource as the options would name it, in the same form (kind or object) as the query. */
function written(query: KindQuery, resource: Resource): string {
  const { apiVersion, plural } = resource
  if (query.kind !== null) return `apiVersion '${apiVersion}', kind '${resource.kind}'`
  const group = groupOf(apiVersion)
  const object = group === '' ? plural : `${plural}.${group}`
  // A name without a version is looked up in the built-in table first, which may have another version than the cluster.
  const known = findBuiltIn({ group, version: null, kind: null, name: plural, written: object })
  const withVersion = query.version !== null || (known !== null && known.apiVersion !== apiVersion)
  return `object '${withVersion ? qualifiedName(resource) : object}'`
}

function distinct(texts: readonly string[]): string[] {
  return Array.from(new Set(texts))
}

/** What the user may have meant: first the same name in other groups, then names that are spelled similarly. */
function suggestions(query: KindQuery, known: readonly Resource[]): string[] {
  const wanted = query.kind ?? query.name ?? ''
  const anywhere: KindQuery = { ...query, group: null, version: null }
  // The user may have written a name that kubectl knows in place of a kind: deploy, deployments.
  const named: KindQuery = { ...anywhere, kind: null, name: wanted.toLowerCase() }
  const same = known.filter((resource) => matches(anywhere, resource) || matches(named, resource))
  const names = known.map((resource) => (query.kind === null ? resource.plural : resource.kind))
  const close = nearest(wanted, distinct(names), SUGGESTIONS).flatMap((name) =>
    known.filter((resource) => (query.kind === null ? resource.plural : resource.kind) === name),
  )
  return distinct(same.concat(close).map((resource) => written(query, resource))).slice(0, SUGGESTIONS)
}

/** The server that must be installed for a kind whose whole group is missing; null if it is not known. */
function missingServer(query: KindQuery, known: readonly Resource[]): string | null {
  const isMetrics = query.group === null && /^(Pod|Node)Metrics$/.test(query.kind ?? '')
  const group = isMetrics ? METRICS_GROUP : (query.group ?? '')
  return known.some((resource) => groupOf(resource.apiVersion) === group) ? null : serverOf(group)
}

/** The built-in resources, without those that the cluster lacks although it serves others of the same group. */
function notContradicted(known: readonly Resource[]): Resource[] {
  return builtInResources().filter(({ apiVersion, plural }) => {
    const ofGroup = known.filter((resource) => groupOf(resource.apiVersion) === groupOf(apiVersion))
    const isServed = ofGroup.some(
      (resource) => resource.apiVersion === apiVersion && resource.plural === plural,
    )
    return isServed || ofGroup.length === 0
  })
}

function unknownKind(query: KindQuery, known: readonly Resource[], unread: readonly Unread[]): FdwError {
  const possible = unread.filter((one) => !isRoot(one) && mayBeIn(query, one.path.replace(/^\/apis?\//, '')))
  const error = rootError(unread, known.length > 0)
  if (error !== null) return error
  const [first] = possible
  if (first !== undefined) {
    const answered = first.problem === NO_ANSWER ? undefined : first.error?.hint
    return new FdwError(
      'status',
      `the cluster serves no ${query.written}, as far as it tells: ${described(possible)}`,
      answered ?? 'kubectl get apiservices shows which server behind the API server is missing, and why',
    )
  }
  const other = query.name === null || query.group !== null ? null : nearOther(query.name)
  const meant = (other === null ? [] : [`object '${other}'`]).concat(
    suggestions(query, known.concat(notContradicted(known))),
  )
  const usual =
    meant.length === 0
      ? 'kubectl api-resources lists the kinds that it serves'
      : `did you mean ${meant.join(', or ')}?`
  return new FdwError(
    'option',
    `the cluster serves no ${query.written}`,
    missingServer(query, known) ?? usual,
  )
}

/** The first resource of each group. A group lists its versions in order of preference, so it is the preferred one. */
function firstOfGroups(found: readonly Served[]): Served[] {
  const groups = found.map((candidate) => groupOf(candidate.resource.apiVersion))
  const seen = new Set<string>()
  return found.filter((_, i) => {
    const group = groups[i] ?? ''
    const isFirst = !seen.has(group)
    seen.add(group)
    return isFirst
  })
}

/** What must be possible with the objects: to list them, to watch them as well, or nothing. */
export type Use = 'list' | 'watch' | 'any'

function choose(query: KindQuery, found: readonly Served[], use: Use): Resource | null {
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
      `write ${candidates.map((candidate) => written(query, candidate.resource)).join(', or ')}`,
    )
  }
  if (first.listable && use === 'watch' && !textsAt(first.entry, 'verbs').includes('watch'))
    throw unwatchableError(first.resource.kind)
  if (first.listable || use === 'any') return first.resource
  throw new FdwError('option', `objects of kind ${first.resource.kind} cannot be listed`, 'show another kind')
}

/**
 * Asks the cluster for the resource of a query. It must be one that serves the use.
 * @throws {FdwError} option, connect, status, decode.
 */
export function discover(api: Api, query: KindQuery, use: Use = 'list'): Resource {
  if (query.group !== null && query.version !== null) {
    // This is one small answer instead of everything that is served. For `x.v1.a.b` it is a guess, because the group
    // may be v1.a.b.
    const apiVersion = query.group === '' ? query.version : `${query.group}/${query.version}`
    const guessed: Unread[] | null = query.kind === null ? [] : null
    const resource = choose(query, ofVersion(api, apiVersion, guessed), use)
    if (resource !== null) return resource
  }
  const unread: Unread[] = []
  const groups = servedInGroups(api, query, unread)
  const resource = choose(query, groups, use)
  if (resource !== null) return resource
  // The core group is in the built-in table, so the other groups are asked first.
  const core = servedInCore(api, query, unread)
  const inCore = choose(query, core, use)
  if (inCore !== null) return inCore
  throw unknownKind(
    query,
    core.concat(groups).map((candidate) => candidate.resource),
    unread,
  )
}

/**
 * Makes the error for a 404 of a resource in the built-in table. If the cluster tells which kinds it serves, the error
 * names those that may have been meant.
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
    // The 404 is the failure to report. If discovery fails as well, that is not worth an error of its own.
    if (error instanceof FdwError) return otherwise
    throw error
  }
}
