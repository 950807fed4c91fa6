// Creates objects in the suite's API server that no seed set has, without k8s_fdw. Objects of another test must not be
// changed.
import { request } from 'node:https'
import { provided } from './provided.ts'

const send = (method: string, path: string, body: object): Promise<void> =>
  new Promise((resolve, reject) => {
    const { apiServer, ca, token } = provided()
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const text = JSON.stringify(body)
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': type,
      // Node leaves it out of a DELETE.
      'content-length': Buffer.byteLength(text),
    }
    const sent = request(new URL(path, apiServer), { method, ca, headers }, (response) => {
      let answer = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        // 409: made by an earlier run against a cluster that is not the suite's own.
        if ((status >= 200 && status < 300) || status === 409) resolve()
        else reject(new Error(`${method} ${path}: ${status} ${answer}`))
      })
    })
    sent.once('error', reject)
    sent.end(text)
  })

export const create = (path: string, object: object): Promise<void> => send('POST', path, object)

export const remove = (path: string): Promise<void> => send('DELETE', path, {})

/** A merge patch of the status. */
export const patchStatus = (path: string, status: object): Promise<void> =>
  send('PATCH', `${path}/status`, { status })
