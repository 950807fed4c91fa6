// An answer that is no success: what it says, and which of its claims can be relied on.
// Knows no remedy: hints.ts does.
import type { FdwError } from '../errors.ts'

/** What a request was for, as far as its errors need it. */
export interface Purpose {
  /** `GET /api/v1/pods`. */
  readonly request: string
  /** Resource and namespace, for the hint of a 403. */
  readonly resource: string
  readonly namespace: string | null
  readonly hasSelectors: boolean
  /** Its bodies may hold values of Secrets. */
  readonly secret: boolean
  /** What the user must be allowed; `list` unless given. */
  readonly verb?: string
}

/** The purpose of a request that no selector narrows, and whose answers hold no Secret. */
export function purposeOf(request: string, resource: string, namespace: string | null = null): Purpose {
  return { request, resource, namespace, hasSelectors: false, secret: false }
}

/** Makes the error of a 404. */
export type NotFound = (failure: Failure, purpose: Purpose) => FdwError

/** A response's body that is no success, read as far as it is a Kubernetes Status. */
export interface Failure {
  readonly code: number
  /** The answer's, whose host is written as the HTTP client has sent it. */
  readonly url: string
  /**
   * Who answered: an API server (with a Status, or in its own words), a kubectl proxy, or something that is neither.
   * What an API server has not said tells nothing of objects and rights.
   */
  readonly by: 'server' | 'kubectl' | 'stranger'
  /** The Status' message, or what the body is instead. */
  readonly detail: string
  readonly reason: string | null
  /** Of a 410: the token that goes on at the newest state. */
  readonly continueToken: string | null
  /** The object that it is about, and its resource: of a 404 in a namespace that is none, the namespace. */
  readonly objectName: string | null
  readonly objectKind: string | null
}

/** Whether a 404 says that the namespace of a request does not exist. API servers mostly answer with an empty list. */
export function isNamespaceMissing(failure: Failure, purpose: Purpose): boolean {
  return failure.code === 404 && failure.objectKind === 'namespaces' && purpose.namespace !== null
}

/**
 * Whether a 404 surely says that there is no object of the name. The Status may name the kind, the namespace or a parent
 * in its place, and client-go's Status of a path that is not served repeats the name.
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

/** Whether the cluster's authorizer refuses, in its own words: `User "jane" cannot list resource "pods" …`. */
export function isUnauthorized(failure: Failure): boolean {
  const { code, by, detail } = failure
  return code === 403 && by === 'server' && detail.includes('User "') && detail.includes('" cannot ')
}

/** Whether an authorizer's refusal is about something else than the resource that was asked for. */
export function isAboutOther(failure: Failure, purpose: Purpose): boolean {
  const kind = failure.objectKind
  // `deployments.apps`, `pods/log`
  return (
    kind !== null && !['', '.', '/'].some((end) => `${purpose.resource} `.startsWith(kind + (end || ' ')))
  )
}

/** Whether the objects must not be read: not whether the token's user may act as somebody else, or reach the cluster at all. */
export function isListForbidden(failure: Failure, purpose: Purpose): boolean {
  return isUnauthorized(failure) && !isImpersonationRefused(failure) && !isAboutOther(failure, purpose)
}
