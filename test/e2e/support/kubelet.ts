// Stands in for a node's kubelet, as far as the API server asks one for logs: a Node, and what its containers wrote.
import { createAuthority } from './certificates.ts'
import { create, patchStatus } from './objects.ts'
import { serve } from './serving.ts'

interface Line {
  /** RFC 3339, with nanoseconds as a kubelet has them. */
  readonly at: string
  readonly text: string
}

export interface Kubelet {
  /** Paths and queries of the API server's requests. */
  readonly requests: string[]
  readonly close: () => Promise<void>
}

/** `namespace/pod/container`, with `?previous` behind it for the container before it was started anew. */
export type Logs = Readonly<Record<string, readonly Line[]>>

/** What k8s.io/kubelet answers below /containerLogs: the lines as kubectl prints them. */
const answer = (lines: readonly Line[], query: URLSearchParams): string => {
  const since = query.has('sinceTime')
    ? Date.parse(query.get('sinceTime') ?? '')
    : query.has('sinceSeconds')
      ? Date.now() - Number(query.get('sinceSeconds')) * 1000
      : -Infinity
  const recent = lines.filter(({ at }) => Date.parse(at) >= since)
  const tail = query.get('tailLines')
  const wanted = tail === null ? recent : recent.slice(recent.length - Math.min(recent.length, Number(tail)))
  const stamped = query.get('timestamps') === 'true'
  return wanted.map(({ at, text }) => `${stamped ? `${at} ` : ''}${text}\n`).join('')
}

/** Starts it, and makes the Node that leads the API server to it. */
export const startKubelet = async (node: string, logs: Logs): Promise<Kubelet> => {
  const requests: string[] = []
  const server = await serve(
    (request, response) => {
      const url = new URL(request.url ?? '', 'https://127.0.0.1')
      requests.push(request.url ?? '')
      const [, , ...path] = url.pathname.split('/')
      const key = `${path.join('/')}${url.searchParams.get('previous') === 'true' ? '?previous' : ''}`
      const lines = logs[key]
      response.writeHead(lines === undefined ? 404 : 200, { 'content-type': 'text/plain' })
      response.end(lines === undefined ? `no log of ${key}` : answer(lines, url.searchParams))
    },
    createAuthority('kubelet').issue(['127.0.0.1']),
  )
  await create('/api/v1/nodes', { metadata: { name: node } })
  await patchStatus(`/api/v1/nodes/${node}`, {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: server.port } },
  })
  return { requests, close: server.close }
}
