// An HTTP or HTTPS server on loopback that answers as no API server should.
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from './certificates.ts'

export interface Answer {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** What is answered, or what is done to the connection instead. */
export type Fault = Answer | RequestListener

export interface FaultServer {
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly authority: string
  readonly close: () => Promise<void>
}

const NO_SUCH_FAULT: Answer = { status: 404, body: 'no such fault' }

/** Answers every request below `/NAME` with the fault of that name. */
export const startFaults = async (
  faults: Readonly<Record<string, Fault>>,
  certificate?: Certificate,
): Promise<FaultServer> => {
  const listener: RequestListener = (request, response) => {
    const fault = faults[(request.url ?? '').split('/')[1] ?? ''] ?? NO_SUCH_FAULT
    if (typeof fault === 'function') {
      fault(request, response)
      return
    }
    const type = fault.type ?? 'application/json'
    response.writeHead(fault.status ?? 200, { 'content-type': type, ...fault.headers })
    response.end(fault.body)
  }
  const server: Server =
    certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    authority: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}
