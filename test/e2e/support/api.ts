// Asks one API server over HTTPS, without k8s_fdw. The test runner must not be imported, because the suite's teardown
// uses this as well.
import { request } from 'node:https'
import type { Access } from './kubeconfig.ts'

export interface Api {
  /** The body as it comes: numbers beyond 2^53 stay what they are. */
  readonly text: (path: string, accept?: string) => Promise<string>
  readonly get: <T>(path: string) => Promise<T>
  readonly post: <T>(path: string, body: object) => Promise<T>
  /** An object of that name may be there from an earlier run, against a cluster that is not the suite's own. It stays as it is. */
  readonly create: (path: string, object: object) => Promise<void>
  readonly put: (path: string, body: object) => Promise<void>
  /** A merge patch. */
  readonly patch: (path: string, body: object) => Promise<void>
  /** A server-side apply; the path says by whom. */
  readonly apply: (path: string, body: object) => Promise<void>
  readonly remove: (path: string) => Promise<void>
}

const CONFLICT = 409

interface Sent {
  readonly accept?: string | undefined
  readonly body?: object
  readonly type?: string
  readonly isFine?: (status: number) => boolean
}

export const apiOf = ({ apiServer, ca, token }: Access): Api => {
  const send = (method: string, path: string, sent: Sent = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const body = sent.body === undefined ? '' : JSON.stringify(sent.body)
      const headers = {
        authorization: `Bearer ${token}`,
        accept: sent.accept ?? 'application/json',
        // What managedFields call the writer.
        'user-agent': 'deploy-tool/1.0',
        'content-type': sent.type ?? 'application/json',
        'content-length': Buffer.byteLength(body),
      }
      const asked = request(new URL(path, apiServer), { method, ca, headers }, (response) => {
        let answer = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
        response.on('end', () => {
          const status = response.statusCode ?? 0
          if ((status >= 200 && status < 300) || sent.isFine?.(status) === true) resolve(answer)
          else reject(new Error(`${method} ${path}: ${status} ${answer}`))
        })
      })
      asked.once('error', reject)
      asked.end(body)
    })
  return {
    text: (path, accept) => send('GET', path, { accept }),
    get: async <T>(path: string) => JSON.parse(await send('GET', path)) as T,
    post: async <T>(path: string, body: object) => JSON.parse(await send('POST', path, { body })) as T,
    create: async (path, body) => {
      await send('POST', path, { body, isFine: (status) => status === CONFLICT })
    },
    put: async (path, body) => {
      await send('PUT', path, { body })
    },
    patch: async (path, body) => {
      await send('PATCH', path, { body, type: 'application/merge-patch+json' })
    },
    apply: async (path, body) => {
      await send('PATCH', path, { body, type: 'application/apply-patch+yaml' })
    },
    remove: async (path) => {
      await send('DELETE', path)
    },
  }
}
