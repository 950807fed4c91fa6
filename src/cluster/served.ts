// What a cluster says that it serves, from aggregated discovery or from the older lists if there is none.
import { FdwError } from '../errors.ts'
import { HEAD } from '../host.ts'
import type { JsonShape } from '../host.ts'
import { listAt, ownField, textAt, textsAt } from '../json/values.ts'
import type { JsonValue } from '../json/values.ts'
import type { Api } from './api.ts'
import { purposeOf } from './failure.ts'
import { isBuiltIn, matches, mayBeIn } from './kinds.ts'
import type { KindQuery } from './kinds.ts'
import { JSON_TYPE, versionPath } from './requests.ts'
import type { Resource } from './resource.ts'
import { statusLine } from './status.ts'

const AGGREGATED_TYPE = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat(JSON_TYPE)
  .join(',')

// Each form has its rows under another key, so the whole document is read as one tree.
const WHOLE: JsonShape = { head: [[]], rowsKey: null, row: [] }
export const NO_ANSWER = 'does not answer'
const NOT_FOUND = `says ${statusLine(404)}`
/** The keys of the lists in the answers, for servers that leave out the kind. */
const PARTS = ['items', 'groups', 'versions', 'resources']
const ROOT_KINDS = ['APIGroupDiscoveryList', 'APIGroupList', 'APIVersions']
const FORBIDDEN = `says ${statusLine(403)}`

/** A resource that the cluster serves. */
export interface Served {
  readonly resource: Resource
  readonly listable: boolean
  /** True if its server does not answer now, and the entry is what the cluster remembers. */
  readonly stale: boolean
  /** The entry of the resource in discovery. */
  readonly entry: JsonValue
  /** The APIResourceList that has the entry; null in aggregated discovery. */
  readonly list: JsonValue
}

/** A part of discovery that could not be read. */
export interface Unread {
  readonly path: string
  /** What happened, for messages: `does not answer`, `says 403 Forbidden`. */
  readonly problem: string
  /** The error; null if the answer was that there is nothing at the path. */
  readonly error: FdwError | null
}

/** Each path with its problem, for a message. */
export function described(unread: readonly Unread[]): string {
  return unread.map(({ path, problem }) => `${path} ${problem}`).join(', ')
}

/**
 * Reads the JSON at a path, which must be of one of `kinds`. What cannot be read is added to `unread`, and the result
 * is null. If `unread` is null it is an error instead, except for what is not found.
 * @throws {FdwError} connect, status, decode.
 */
function fetchTree(
  api: Api,
  path: string,
  accept: string,
  kinds: readonly string[],
  unread: Unread[] | null,
): JsonValue {
  const response = api.get(path, '', accept)
  const purpose = purposeOf(`GET ${path}`, 'its kinds')
  if (response.status !== 200) {
    const failure = api.failure(response, false)
    const error = api.error(failure, purpose)
    if (unread === null && failure.code !== 404) throw error
    const problem = failure.code < 500 ? `says ${statusLine(failure.code)}` : NO_ANSWER
    unread?.push({ path, problem, error })
    return null
  }
  try {
    const document = api.index(response, WHOLE, purpose)
    const tree = document.tree(HEAD, 0)
    document.release()
    if (kinds.includes(textAt(tree, 'kind')) || PARTS.some((part) => listAt(tree, part).length > 0))
      return tree
    throw new FdwError(
      'decode',
      `${purpose.request}: 200 OK, but the JSON is no ${kinds.join(' or ')}`,
      'is api_url the URL of an API server, and no other service in between?',
    )
  } catch (error) {
    if (unread === null || !(error instanceof FdwError)) throw error
    unread.push({ path, problem: 'gives no list of what it serves', error })
    return null
  }
}

function aggregatedVersion(group: string, version: JsonValue, unread: Unread[]): Served[] {
  const name = textAt(version, 'version')
  const apiVersion = group === '' ? name : `${group}/${name}`
  const stale = textAt(version, 'freshness') === 'Stale'
  if (stale) unread.push({ path: versionPath(apiVersion), problem: NO_ANSWER, error: null })
  return listAt(version, 'resources').map((entry) => ({
    resource: {
      apiVersion,
      kind: textAt(ownField(entry, 'responseKind') ?? null, 'kind'),
      plural: textAt(entry, 'resource'),
      singular: textAt(entry, 'singularResource'),
      shortNames: textsAt(entry, 'shortNames'),
      namespaced: textAt(entry, 'scope') === 'Namespaced',
    },
    listable: textsAt(entry, 'verbs').includes('list'),
    stale,
    entry,
    list: null,
  }))
}

function aggregated(tree: JsonValue, unread: Unread[]): Served[] {
  return listAt(tree, 'items').flatMap((group) => {
    const name = textAt(ownField(group, 'metadata') ?? null, 'name')
    return listAt(group, 'versions').flatMap((version) => aggregatedVersion(name, version, unread))
  })
}

/**
 * The resources of one group and version, from their APIResourceList. With `unread` it goes on if the list cannot be
 * read.
 * @throws {FdwError} only without `unread`.
 */
export function ofVersion(api: Api, apiVersion: string, unread: Unread[] | null = null): Served[] {
  const list = fetchTree(api, versionPath(apiVersion), JSON_TYPE, ['APIResourceList'], unread)
  return listAt(list, 'resources')
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
      stale: false,
      entry,
      list,
    }))
}

/**
 * Whether a resource has a status of its own, which is not written with the rest of an object. It is taken for granted
 * where the cluster does not tell.
 */
export function hasStatus(api: Api, { apiVersion, plural }: Resource): boolean {
  const list = isBuiltIn(apiVersion) ? null : (ofVersion(api, apiVersion, [])[0]?.list ?? null)
  return (
    list === null || listAt(list, 'resources').some((entry) => textAt(entry, 'name') === `${plural}/status`)
  )
}

/** The group versions of an APIVersions or APIGroupList: the preferred ones if `preferred` is true, else the others. */
function groupVersions(tree: JsonValue, query: KindQuery, preferred: boolean): string[] {
  const core = preferred ? textsAt(tree, 'versions') : []
  const named = listAt(tree, 'groups').flatMap((group) => {
    const first = textAt(ownField(group, 'preferredVersion') ?? null, 'groupVersion')
    const all = listAt(group, 'versions').map((version) => textAt(version, 'groupVersion'))
    return preferred ? [first] : all.filter((other) => other !== first)
  })
  return core.concat(named).filter((apiVersion) => apiVersion !== '' && mayBeIn(query, apiVersion))
}

/** Whether the user may not read it. */
export function isForbidden({ problem }: Unread): boolean {
  return problem === FORBIDDEN
}

export function isNotFound({ problem }: Unread): boolean {
  return problem === NOT_FOUND
}

/** Whether it is the whole core group, or all other groups. */
export function isRoot({ path }: Unread): boolean {
  return path === '/api' || path === '/apis'
}

/** Reads `/api` or `/apis`. Null if the user may not read it, or if the API server stands alone and has none. */
function fetchRoot(api: Api, root: string, unread: Unread[]): JsonValue {
  const problems: Unread[] = []
  const tree = fetchTree(api, root, AGGREGATED_TYPE, ROOT_KINDS, problems)
  for (const one of problems) {
    const isTold = one.problem === FORBIDDEN || one.problem === NOT_FOUND
    if (!isTold && one.error !== null) throw one.error
    unread.push(one)
  }
  return tree
}

/**
 * The error for a root that could not be read. A root that was not found is no error if the cluster serves something
 * else.
 */
export function rootError(unread: readonly Unread[], hasOthers: boolean): FdwError | null {
  const root = unread.find((one) => isRoot(one) && !(hasOthers && one.problem === NOT_FOUND))
  return root?.error ?? null
}

/** What is served below `/api` (the core group) or `/apis`. */
function servedBelow(api: Api, root: string, query: KindQuery, unread: Unread[]): Served[] {
  const tree = fetchRoot(api, root, unread)
  if (tree === null) return []
  if (textAt(tree, 'kind') === 'APIGroupDiscoveryList') return aggregated(tree, unread)
  const read = (preferred: boolean): Served[] =>
    groupVersions(tree, query, preferred).flatMap((apiVersion) => ofVersion(api, apiVersion, unread))
  const found = read(true)
  const isFound = query.version === null && found.some(({ resource }) => matches(query, resource))
  return isFound ? found : found.concat(read(false))
}

/** What a query may ask for, in all groups but the core group. @throws {FdwError} connect, status, decode. */
export function servedInGroups(api: Api, query: KindQuery, unread: Unread[]): Served[] {
  return query.group === '' ? [] : servedBelow(api, '/apis', query, unread)
}

/** What a query may ask for in the core group. Throws as servedInGroups does. */
export function servedInCore(api: Api, query: KindQuery, unread: Unread[]): Served[] {
  return query.group === null || query.group === '' ? servedBelow(api, '/api', query, unread) : []
}

/**
 * Everything that the cluster serves; within a group the preferred version comes first. A WARNING names what could not
 * be read.
 * @throws {FdwError} if nothing could be read.
 */
export function servedEverywhere(api: Api): Served[] {
  const anything: KindQuery = { group: null, version: null, kind: null, name: null, written: '' }
  const unread: Unread[] = []
  const all = servedInCore(api, anything, unread).concat(servedInGroups(api, anything, unread))
  const error = rootError(unread, false)
  if (all.length === 0 && error !== null) throw error
  const missed = unread.filter((one) => !isRoot(one) || one.problem !== NOT_FOUND)
  if (missed.length > 0) api.warnOnce(`kinds are missing or out of date: ${described(missed)}`)
  return all
}
