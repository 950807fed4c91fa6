// Asks the suite's API server itself, without k8s_fdw.
import { apiOf, type Api } from './api.ts'
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

export const suiteApi = (): Api => apiOf(provided())

export const getText = (path: string, accept?: string): Promise<string> => suiteApi().text(path, accept)

export const get = (path: string): Promise<KubernetesObject> => suiteApi().get(path)

export const list = async (path: string): Promise<readonly KubernetesObject[]> =>
  (await suiteApi().get<{ items: KubernetesObject[] }>(path)).items
