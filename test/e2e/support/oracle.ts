// Owns: asking the API server itself, past everything that is under test.
// Never: through k8s_fdw.
import { request } from 'node:https'
import { provided } from './provided.ts'

export interface KubernetesObject {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly resourceVersion: string
    readonly creationTimestamp: string
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
  }
  readonly spec?: unknown
  readonly status?: unknown
  readonly data?: Record<string, string>
}

/** The body of a GET as text: numbers beyond 2^53 stay what they are. */
export const getText = (path: string, accept = 'application/json'): Promise<string> =>
  new Promise((resolve, reject) => {
    const { apiServer, ca, token } = provided()
    const headers = { authorization: `Bearer ${token}`, accept }
    const sent = request(new URL(path, apiServer), { ca, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(`GET ${path}: ${response.statusCode ?? 0} ${body}`))
      })
    })
    sent.once('error', reject)
    sent.end()
  })

export const get = async (path: string): Promise<KubernetesObject> =>
  JSON.parse(await getText(path)) as KubernetesObject

export const list = async (path: string): Promise<readonly KubernetesObject[]> =>
  (JSON.parse(await getText(path)) as { items: KubernetesObject[] }).items
