// What an unsuccessful answer says, and which of its claims can be relied on. What to do about it is in hints.ts.
import type { FdwError } from '../errors.ts'
import type { JsonValue } from '../json/values.ts'

/** What a request is for, as far as error messages need it. */
export interface Purpose {
  /** The method and path, for example `GET /api/v1/pods`. */
  readonly request: string
  /** The resource and its namespace, for the hint of a 403. The namespace is null for all namespaces. */
  readonly resource: string
  readonly namespace: string | null
  readonly hasSelectors: boolean
  /** True if the response may hold values of Secrets; then no error quotes it. */
  readonly secret: boolean
  /** The verb that the user must be allowed. Default: `list`. */
  readonly verb?: string
}

/** Makes the purpose of a request that no selector narrows, and whose response holds no Secret. */
export function purposeOf(request: string, resource: string, namespace: string | null = null): Purpose {
  return { request, resource, namespace, hasSelectors: false, secret: false }
}

/** Makes the error for a 404. */
export type NotFound = (failure: Failure, purpose: Purpose) => FdwError

/** A response that is no success, read as far as its body is a Kubernetes Status. */
export interface Failure {
  readonly code: number
  /** The URL that answered. Its host is written as the HTTP client sent it. */
  readonly url: string
  /**
   * Who answered: an API server (with a Status or in its own words), a kubectl proxy, or a server that is neither. Only
   * an API server's answer tells anything about objects and rights.
   */
  readonly by: 'server' | 'kubectl' | 'stranger'
  /** The message of the Status, or a description of the body if it is none. */
  readonly detail: string
  readonly reason: string | null
  /** For a 410: the continue token with which the list goes on at its newest state. Null otherwise. */
  readonly continueToken: string | null
  /**
   * `details.name` and `details.kind` of the Status: what the error is about. For a 404 caused by a missing namespace
   * they name the namespace.
   */
  readonly objectName: string | null
  readonly objectKind: string | null
  /** `details.causes` of the Status: what is wrong with an object that was sent. */
  readonly causes?: readonly JsonValue[]
}

/** Whether a 404 says that the request's namespace does not exist. Most API servers give an empty list instead. */
export function isNamespaceMissing(failure: Failure, purpose: Purpose): boolean {
  return failure.code === 404 && failure.objectKind === 'namespaces' && purpose.namespace !== null
}

/**
 * Whether a 404 says for certain that there is no object of that name. The Status may be about the kind, the namespace
 * or a parent instead, and client-go's Status for a path that is not served repeats the name.
 */
export function isObjectMissing(failure: Failure, plural: string, name: string): boolean {
  return (
    failure.code === 404 &&
    failure.objectName === name &&
    (failure.objectKind !== 'namespaces' || plural === 'namespaces') &&
    failure.detail.endsWith(`"${name}" not found`)
  )
}

export function isImpersonationRefused(failure: Failure): boolean {
  return failure.code === 403 && failure.detail.includes(' cannot impersonate resource ')
}

/** Whether the cluster's authorizer refused, which its own words show: `User "jane" cannot list resource "pods" …`. */
export function isUnauthorized(failure: Failure): boolean {
  const { code, by, detail } = failure
  return code === 403 && by === 'server' && detail.includes('User "') && detail.includes('" cannot ')
}

/** Whether an authorizer refused something else than the resource that was asked for. */
export function isAboutOther(failure: Failure, purpose: Purpose): boolean {
  const kind = failure.objectKind
  // The resource is written like `deployments.apps` or `pods/log`.
  return (
    kind !== null && !['', '.', '/'].some((end) => `${purpose.resource} `.startsWith(kind + (end || ' ')))
  )
}

/**
 * Whether the user may not read the objects. It is false if the token's user may not impersonate somebody, or may not
 * reach the cluster at all.
 */
export function isListForbidden(failure: Failure, purpose: Purpose): boolean {
  return isUnauthorized(failure) && !isImpersonationRefused(failure) && !isAboutOther(failure, purpose)
}
