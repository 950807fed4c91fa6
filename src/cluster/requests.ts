// Paths, queries and headers of the requests. Everything that comes from outside is percent-encoded here.
import type { HttpRequest } from '../host.ts'
import type { Resource } from './resource.ts'

/** Whom requests are made as, in the values of the Impersonate headers. */
export interface Impersonation {
  readonly user: string
  /** One group at most, because the host sends only one header of each name. Null for none. */
  readonly group: string | null
}

/** How to reach the API server. */
export interface Access {
  /** The server's URL without a trailing slash. */
  readonly apiUrl: string
  readonly token: string | null
  /** Whom every request is made as; null for the token's own user. */
  readonly impersonation: Impersonation | null
}

/** What narrows a list. */
export interface Selectors {
  readonly labelSelector: string | null
  readonly fieldSelector: string | null
}

/** The version of the package, which must be the one in package.json. */
export const VERSION = '0.1.0'
export const JSON_TYPE = 'application/json'

const UNRESERVED = /^[A-Za-z0-9._~-]*$/
const HEX = '0123456789ABCDEF'

function percentByte(byte: number): string {
  return `%${HEX.charAt(Math.floor(byte / 16))}${HEX.charAt(byte % 16)}`
}

/** The UTF-8 bytes of a code point, each percent-encoded. */
function percentCodePoint(code: number): string {
  if (code < 0x80) return percentByte(code)
  const tail = (shift: number): string => percentByte(0x80 + (Math.floor(code / shift) % 64))
  if (code < 0x800) return percentByte(0xc0 + Math.floor(code / 64)) + tail(1)
  if (code < 0x10000) return percentByte(0xe0 + Math.floor(code / 4096)) + tail(64) + tail(1)
  return percentByte(0xf0 + Math.floor(code / 262144)) + tail(4096) + tail(64) + tail(1)
}

function isSurrogate(code: number, from: number): boolean {
  return code >= from && code < from + 0x400
}

/** Percent-encodes all but RFC 3986's unreserved characters. The engine has no encodeURIComponent. */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text
  // The parts are joined once, because the engine copies the whole text at each `+=`.
  const encoded: string[] = []
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const low = i + 1 < text.length ? text.charCodeAt(i + 1) : 0
    if (isSurrogate(unit, 0xd800) && isSurrogate(low, 0xdc00)) {
      encoded.push(percentCodePoint(0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00)))
      i++
    } else if (unit >= 0xd800 && unit < 0xe000) {
      encoded.push(percentCodePoint(0xfffd))
    } else {
      const character = text.charAt(i)
      encoded.push(UNRESERVED.test(character) ? character : percentCodePoint(unit))
    }
  }
  return encoded.join('')
}

/** `/api/v1` for the core group, `/apis/GROUP/VERSION` for others. */
export function versionPath(apiVersion: string): string {
  const root = apiVersion.includes('/') ? '/apis' : '/api'
  return `${root}/${apiVersion.split('/').map(percentEncode).join('/')}`
}

/** The path of a list. `namespace` is null for all namespaces, and for a cluster-scoped kind. */
export function listPath(resource: Resource, namespace: string | null): string {
  const within = namespace === null ? '' : `/namespaces/${percentEncode(namespace)}`
  return `${versionPath(resource.apiVersion)}${within}/${percentEncode(resource.plural)}`
}

/** The path of one object. */
export function objectPath(resource: Resource, namespace: string | null, name: string): string {
  return `${listPath(resource, namespace)}/${percentEncode(name)}`
}

/** The query string for one page of a list. With `isTable` the rows of a Table come without their objects. */
export function pageQuery(
  selectors: Selectors,
  limit: number,
  continueToken: string | null,
  isTable: boolean,
): string {
  const query: [string, string | null][] = [
    ['limit', String(limit)],
    ['continue', continueToken],
    ['labelSelector', selectors.labelSelector],
    ['fieldSelector', selectors.fieldSelector],
    ['includeObject', isTable ? 'None' : null],
  ]
  return query
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${percentEncode(value)}`]))
    .join('&')
}

/** The query string for the changes since a version. The answer ends after so many seconds. */
export function watchQuery(selectors: Selectors, since: string, seconds: number): string {
  const { labelSelector, fieldSelector } = selectors
  const label = labelSelector === null ? '' : `&labelSelector=${percentEncode(labelSelector)}`
  const field = fieldSelector === null ? '' : `&fieldSelector=${percentEncode(fieldSelector)}`
  return `watch=1&resourceVersion=${since}&timeoutSeconds=${seconds}&allowWatchBookmarks=true${label}${field}`
}

/** A GET request. */
export function getRequest(access: Access, path: string, query: string, accept: string): HttpRequest {
  const headers: [string, string][] = [
    ['accept', accept],
    ['user-agent', `k8s_fdw/${VERSION}`],
  ]
  if (access.token !== null) headers.push(['authorization', `Bearer ${access.token}`])
  if (access.impersonation !== null) {
    const { user, group } = access.impersonation
    headers.push(['impersonate-user', user])
    if (group !== null) headers.push(['impersonate-group', group])
  }
  return { url: access.apiUrl + path + (query === '' ? '' : `?${query}`), headers }
}

/** A request that sends JSON and accepts JSON. `type` says what the JSON is: an object, or some patch. */
export function bodyRequest(access: Access, path: string, query = '', type = JSON_TYPE): HttpRequest {
  const { url, headers } = getRequest(access, path, query, JSON_TYPE)
  return { url, headers: headers.concat([['content-type', type]]) }
}
