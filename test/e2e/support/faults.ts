// Owns: an HTTP server on the loopback that answers as no API server should.
// Never: answers as one should: for that there is a real one.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Fault {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export interface FaultServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Answers every request below `/NAME` with the fault of that name. */
export const startFaults = async (faults: Readonly<Record<string, Fault>>): Promise<FaultServer> => {
  const server: Server = createServer((request, response) => {
    const fault = faults[(request.url ?? '').split('/')[1] ?? '']
    response.writeHead(fault?.status ?? (fault === undefined ? 404 : 200), {
      'content-type': fault?.type ?? 'application/json',
      ...fault?.headers,
    })
    response.end(fault?.body ?? 'no such fault')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}
