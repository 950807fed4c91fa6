// Stands in for metrics-server behind the real API server: an APIService that leads to it, and its lists. The test
// gives the numbers.
import { createAuthority } from './certificates.ts'
import { apply, untilServed } from './manifests.ts'
import { suiteApi } from './oracle.ts'
import { serve } from './serving.ts'

const GROUP_VERSION = 'metrics.k8s.io/v1beta1'
const ROOT = `/apis/${GROUP_VERSION}`

export interface Metrics {
  readonly pods: readonly { readonly metadata: { readonly name: string; readonly namespace: string } }[]
  readonly nodes: readonly { readonly metadata: { readonly name: string } }[]
}

export interface MetricsServer {
  /** Paths and queries of the API server's requests for lists and objects. */
  readonly requests: string[]
  readonly close: () => Promise<void>
}

const listOf = (kind: string, items: readonly object[]): object => ({
  kind: `${kind}List`,
  apiVersion: GROUP_VERSION,
  metadata: {},
  items,
})

const RESOURCES = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: GROUP_VERSION,
  resources: [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
}

/** As metrics-server 0.7 does: the lists know no limit and no pages. */
const answer = (path: string, { pods, nodes }: Metrics): object | undefined => {
  if (path === ROOT) return RESOURCES
  const [, namespace, name] =
    /^\/namespaces\/([^/]+)\/pods(?:\/([^/]+))?$/.exec(path.slice(ROOT.length)) ?? []
  if (path === `${ROOT}/pods`) return listOf('PodMetrics', pods)
  if (path === `${ROOT}/nodes`) return listOf('NodeMetrics', nodes)
  if (namespace === undefined) {
    const node = nodes.find(({ metadata }) => path === `${ROOT}/nodes/${metadata.name}`)
    return node === undefined ? undefined : { kind: 'NodeMetrics', apiVersion: GROUP_VERSION, ...node }
  }
  const within = pods.filter(({ metadata }) => metadata.namespace === namespace)
  if (name === undefined) return listOf('PodMetrics', within)
  const pod = within.find(({ metadata }) => metadata.name === name)
  return pod === undefined ? undefined : { kind: 'PodMetrics', apiVersion: GROUP_VERSION, ...pod }
}

const NOT_FOUND = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'not found',
  reason: 'NotFound',
  code: 404,
}

/** Starts it, and waits until the API server passes requests on to it. */
export const startMetricsServer = async (metrics: Metrics): Promise<MetricsServer> => {
  const requests: string[] = []
  const server = await serve(
    (request, response) => {
      const { pathname } = new URL(request.url ?? '', 'https://localhost')
      const found = answer(pathname, metrics)
      const missing = { ...NOT_FOUND, details: { name: pathname.split('/').at(-1), kind: 'pods' } }
      if (pathname.startsWith(`${ROOT}/`)) requests.push(request.url ?? '')
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(found ?? missing))
    },
    createAuthority('metrics').issue(['localhost']),
    'localhost',
  )
  const api = suiteApi()
  await apply(api, 'metrics-server.yaml', { port: server.port })
  await untilServed(api, ROOT)
  return {
    requests,
    close: async () => {
      await api.remove('/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io')
      await api.remove('/api/v1/namespaces/metrics/services/metrics-server')
      await server.close()
    },
  }
}
