// Asks the API server itself, without k8s_fdw.
import { httpsGet } from './https-get.ts'
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
export const getText = (path: string, accept?: string): Promise<string> => httpsGet(provided(), path, accept)

export const get = async (path: string): Promise<KubernetesObject> =>
  JSON.parse(await getText(path)) as KubernetesObject

export const list = async (path: string): Promise<readonly KubernetesObject[]> =>
  (JSON.parse(await getText(path)) as { items: KubernetesObject[] }).items
