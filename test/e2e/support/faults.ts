// An HTTP or HTTPS server on loopback that answers as no API server should.
import type { RequestListener } from 'node:http'
import type { Certificate } from './certificates.ts'
import { serve, type Serving } from './serving.ts'

export interface Answer {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** What is answered, or what is done to the connection instead. */
export type Fault = Answer | RequestListener

export type FaultServer = Serving

const NO_SUCH_FAULT: Answer = { status: 404, body: 'no such fault' }

/** Answers every request below `/NAME` with the fault of that name. */
export const startFaults = (
  faults: Readonly<Record<string, Fault>>,
  certificate?: Certificate,
): Promise<FaultServer> =>
  serve((request, response) => {
    const fault = faults[(request.url ?? '').split('/')[1] ?? ''] ?? NO_SUCH_FAULT
    if (typeof fault === 'function') {
      fault(request, response)
      return
    }
    const type = fault.type ?? 'application/json'
    response.writeHead(fault.status ?? 200, { 'content-type': type, ...fault.headers })
    response.end(fault.body)
  }, certificate)
