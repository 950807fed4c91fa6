// Stands in for an API server with very many pods, where a real one would take half an hour to be filled: it lists and
// watches copies of one real pod. It answers at once and does not compress, so its bytes are the most that there may be.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Recorded } from './recorder.ts'

export interface StandIn {
  readonly url: string
  /** Labels the first pods anew. */
  readonly change: (count: number) => void
  /** Gives what came since the last call. */
  readonly take: () => Recorded[]
  readonly close: () => void
}

interface Pod {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly labels?: Readonly<Record<string, string>>
  }
}

export const startStandIn = async (pod: Pod, count: number): Promise<StandIn> => {
  let version = count
  const versions = Array.from({ length: count }, (_, at) => at + 1)
  let taken: Recorded[] = []
  const textOf = (at: number): string => {
    const number = String(at).padStart(12, '0')
    const metadata = {
      ...pod.metadata,
      name: `pod-${number}`,
      uid: `00000000-0000-4000-8000-${number}`,
      resourceVersion: String(versions[at] ?? 0),
      labels: { ...pod.metadata.labels, version: String(versions[at] ?? 0) },
    }
    return JSON.stringify({ ...pod, metadata })
  }
  const send = (response: ServerResponse, what: string, body: string): void => {
    taken.push({ what, bytes: Buffer.byteLength(body) })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(body)
  }
  const list = (query: URLSearchParams): string => {
    const from = Number(query.get('continue') ?? '0')
    const to = query.has('fieldSelector') ? from : Math.min(count, from + Number(query.get('limit') ?? count))
    const more = to < count && !query.has('fieldSelector') ? `,"continue":"${to}"` : ''
    const items = Array.from({ length: to - from }, (_, nth) => textOf(from + nth))
    return `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"${version}"${more}},"items":[${items.join(',')}]}`
  }
  const events = (since: number): string =>
    versions
      .flatMap((one, at) => (one > since ? [{ one, at }] : []))
      .sort((a, b) => a.one - b.one)
      .map(({ at }) => `{"type":"MODIFIED","object":${textOf(at)}}\n`)
      .join('')
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    if (pathname.endsWith('/leases')) {
      const lease = '{"metadata":{"resourceVersion":"1"},"spec":{"renewTime":"2026-01-01T00:00:00.000000Z"}}'
      send(response, pathname, `{"kind":"LeaseList","metadata":{"resourceVersion":"1"},"items":[${lease}]}`)
    } else if (searchParams.has('watch')) {
      const body = events(Number(searchParams.get('resourceVersion')))
      taken.push({ what: url, bytes: body.length })
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(body)
      setTimeout(() => response.end(), 1000 * Number(searchParams.get('timeoutSeconds')))
    } else send(response, pathname, list(searchParams))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    change: (some) => {
      for (let at = 0; at < some; at++) versions[at] = ++version
    },
    take: () => {
      const before = taken
      taken = []
      return before
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
