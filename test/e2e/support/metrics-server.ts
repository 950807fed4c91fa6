// Stands in for metrics-server behind the real API server: an APIService that leads to it, and its lists. The test
// gives the numbers.
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAuthority } from './certificates.ts'
import { create, remove } from './objects.ts'
import { getText } from './oracle.ts'

const GROUP_VERSION = 'metrics.k8s.io/v1beta1'
const ROOT = `/apis/${GROUP_VERSION}`
const NAME = 'v1beta1.metrics.k8s.io'
const NAMESPACE = 'metrics'

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

const untilServed = async (): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      await getText(ROOT)
      return
    } catch (error) {
      if (tries === 300) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

/** Starts it, and waits until the API server passes requests on to it. */
export const startMetricsServer = async (metrics: Metrics): Promise<MetricsServer> => {
  const requests: string[] = []
  const certificate = createAuthority('metrics').issue(['localhost'])
  const server: Server = createServer(certificate, (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'https://localhost')
    const found = answer(pathname, metrics)
    if (pathname.startsWith(`${ROOT}/`)) requests.push(request.url ?? '')
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(found ?? { ...NOT_FOUND, details: { name: pathname.split('/').at(-1), kind: 'pods' } }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await create(`/api/v1/namespaces/${NAMESPACE}/services`, {
    metadata: { name: 'metrics-server' },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  })
  await create('/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: NAME },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { namespace: NAMESPACE, name: 'metrics-server', port },
    },
  })
  await untilServed()
  return {
    requests,
    close: async () => {
      await remove(`/apis/apiregistration.k8s.io/v1/apiservices/${NAME}`)
      await remove(`/api/v1/namespaces/${NAMESPACE}/services/metrics-server`)
      await new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      })
    },
  }
}
