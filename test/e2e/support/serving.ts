// An HTTP or, with a certificate, HTTPS server on loopback: for what stands in for other servers.
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from './certificates.ts'

export interface Serving {
  readonly port: number
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly authority: string
  readonly close: () => Promise<void>
}

export const serve = async (
  listener: RequestListener,
  certificate?: Certificate,
  name = '127.0.0.1',
): Promise<Serving> => {
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener)
  await new Promise<void>((resolve) => server.listen(0, name, resolve))
  const { port } = server.address() as AddressInfo
  const authority = `${name}:${port}`
  return {
    port,
    url: `${certificate === undefined ? 'http' : 'https'}://${authority}`,
    authority,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
