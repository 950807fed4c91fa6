// A proxy before the API server that records each request and the size of its answer. No measured run may go through
// it, because it takes time; except where it stands for a cluster that is far away.
import { createServer } from 'node:http'
import { Agent, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Access } from '../test/e2e/support/kubeconfig.ts'

export interface Recorded {
  /** Method, path, query without the continue token, and the form that was asked for. */
  readonly what: string
  /** On the wire, so mostly compressed. */
  bytes: number
}

export interface Recorder {
  readonly url: string
  /** Gives what came since the last call. */
  readonly take: () => Recorded[]
  readonly close: () => void
}

const form = (accept: string): string => {
  const as = /as=([A-Za-z]+)/.exec(accept)?.[1]
  return as ?? accept.split(',')[0]?.replace('application/', '') ?? ''
}

const describe = (method: string, url: string, accept: string): string =>
  `${method} ${url.replace(/continue=[^&]*/, 'continue=…')} ${form(accept)}`

/** Adds the token, which kubectl keeps back from a server without TLS, and waits `delayMs` before each request. */
export const startRecorder = async ({ apiServer, ca, token }: Access, delayMs = 0): Promise<Recorder> => {
  let recorded: Recorded[] = []
  const agent = new Agent({ keepAlive: true, ca })
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const entry = { what: describe(method, url, headers.accept ?? ''), bytes: 0 }
    recorded.push(entry)
    const passed = { ...headers, host: new URL(apiServer).host, authorization: `Bearer ${token}` }
    const sent = request(new URL(url, apiServer), { method, headers: passed, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', (chunk: Buffer) => (entry.bytes += chunk.length))
      answer.pipe(outgoing)
    })
    sent.once('error', () => outgoing.destroy())
    setTimeout(() => incoming.pipe(sent), delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    take: () => {
      const taken = recorded
      recorded = []
      return taken
    },
    close: () => {
      agent.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}
