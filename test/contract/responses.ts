// HTTP responses as an API server gives them, and bodies of lists.
// Plain values; nothing here answers by itself but `listServer`.
import type { Request, Response } from '../support/portable-host/imports.ts'
import { API_URL } from './run-scan.ts'

/** A response with any body. */
export function text(status: number, body: string, headers: [string, string][] = []): Response {
  return { url: `${API_URL}/api/v1/pods`, statusCode: status, headers, body }
}

export function json(status: number, body: unknown, headers: [string, string][] = []): Response {
  return text(status, JSON.stringify(body), [['content-type', 'application/json'], ...headers])
}

/** A Kubernetes Status. */
export function failure(status: number, reason: string, message: string, more: object = {}): Response {
  return json(status, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code: status,
    ...more,
  })
}

/** A list as one page. */
export function list(items: unknown, metadata: object = {}, kind = 'PodList', apiVersion = 'v1'): Response {
  return json(200, { kind, apiVersion, metadata: { resourceVersion: '1', ...metadata }, items })
}

/** A list of one object, with `fields` beside its metadata. */
export function one(fields: object, kind?: string, apiVersion?: string): Response {
  return list([{ metadata: { name: 'a', namespace: 'x' }, ...fields }], {}, kind, apiVersion)
}

export function pod(name: string, namespace = 'default'): object {
  return { metadata: { name, namespace }, spec: {}, status: {} }
}

/** Pods named `pod-1` … `pod-N`. */
export function pods(count: number): object[] {
  return Array.from({ length: count }, (_, i) => pod(`pod-${i + 1}`))
}

/** The query parameters of a request. */
export function query(request: Request): URLSearchParams {
  return new URL(request.url).searchParams
}

/** Answers a list's pages by limit and continue, as an API server does. */
export function listServer(items: readonly object[]): (request: Request) => Response {
  return (request) => {
    const start = Number(query(request).get('continue') ?? '0')
    const end = start + Number(query(request).get('limit') ?? items.length)
    const rest = items.length - end
    return list(items.slice(start, end), rest > 0 ? { continue: String(end), remainingItemCount: rest } : {})
  }
}
