// Asks one API server over HTTPS: reads, creates and changes objects, and finds out what a user may do there.
import { request } from 'node:https'
import type { Access } from '../kubeconfig.ts'

export interface Api {
  readonly get: <T>(path: string) => Promise<T>
  /** The body as it comes, in the form that is asked for. */
  readonly text: (path: string, accept: string) => Promise<string>
  readonly post: <T>(path: string, body: object) => Promise<T>
  /** A merge patch. */
  readonly patch: (path: string, body: object) => Promise<void>
  readonly remove: (path: string) => Promise<void>
}

const TYPES = {
  GET: undefined,
  POST: 'application/json',
  PATCH: 'application/merge-patch+json',
  DELETE: undefined,
}

export const apiOf = ({ server, ca, token }: Access): Api => {
  const send = (
    method: keyof typeof TYPES,
    path: string,
    body = '',
    accept = 'application/json',
  ): Promise<string> =>
    new Promise((resolve, reject) => {
      const type = TYPES[method]
      const headers = {
        authorization: `Bearer ${token}`,
        accept,
        // What managedFields call the writer.
        'user-agent': 'deploy-tool/1.0',
        'content-length': Buffer.byteLength(body),
        ...(type === undefined ? {} : { 'content-type': type }),
      }
      const sent = request(new URL(path, server), { method, ca, headers }, (response) => {
        let answer = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
        response.on('end', () => {
          const status = response.statusCode ?? 0
          if (status >= 200 && status < 300) resolve(answer)
          else reject(new Error(`${method} ${path}: ${status} ${answer}`))
        })
      })
      sent.once('error', reject)
      sent.end(body)
    })
  return {
    get: async <T>(path: string) => JSON.parse(await send('GET', path)) as T,
    text: (path, accept) => send('GET', path, '', accept),
    post: async <T>(path: string, body: object) =>
      JSON.parse(await send('POST', path, JSON.stringify(body))) as T,
    patch: async (path, body) => {
      await send('PATCH', path, JSON.stringify(body))
    },
    remove: async (path) => {
      await send('DELETE', path)
    },
  }
}
