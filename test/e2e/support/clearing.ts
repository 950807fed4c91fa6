// Takes away what a test has put into namespaces. No controller does it here: a namespace that is deleted keeps its
// objects, and queries over all namespaces would still show them.
import { suiteApi } from './oracle.ts'

export const clear = async (namespaces: readonly string[], resources: readonly string[]): Promise<void> => {
  const api = suiteApi()
  for (const namespace of namespaces) {
    for (const resource of resources) {
      const [group = '', plural] = resource.includes('/') ? resource.split('/') : ['', resource]
      const root = group === '' ? '/api/v1' : `/apis/${group}/${group === 'autoscaling' ? 'v2' : 'v1'}`
      await api.remove(
        `${root}/namespaces/${namespace}/${plural}?gracePeriodSeconds=0&propagationPolicy=Background`,
      )
    }
    await api.remove(`/api/v1/namespaces/${namespace}`)
  }
}
