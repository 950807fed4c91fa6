// Requests of every form that a kubectl proxy of ours must let pass or refuse, sent to one that runs.

/** A request, and whether the API server is to see it. */
export type Case = readonly [method: string, path: string, passes: boolean]

const POD = '/api/v1/namespaces/kube-system/pods/etcd-master'
const OTHER = '/apis/example.com/v1/namespaces/x/things/y'

/** Names that are those of subresources: a namespace, a pod, a service, a service account may have them. */
const NAMES = ['exec', 'attach', 'portforward', 'proxy', 'token', 'eviction']

export const CASES: readonly Case[] = [
  ['GET', '/version', true],
  ['GET', '/api/v1/pods?limit=1', true],
  ['GET', POD, true],
  ['GET', `${POD}/log?container=exec`, true],
  ['GET', '/api/v1/nodes/proxy', true],
  ['GET', '/apis/apps/v1/namespaces/proxy/deployments', true],
  ['GET', '/openapi/v3', true],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', true],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', true],
  ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', true],
  ['POST', '/apis/authorization.k8s.io/v1/namespaces/token/localsubjectaccessreviews', true],
  ...NAMES.flatMap((name): Case[] => [
    ['GET', `/api/v1/namespaces/${name}`, true],
    ['GET', `/api/v1/namespaces/${name}/pods`, true],
    ['GET', `/api/v1/namespaces/kube-system/pods/${name}`, true],
    ['GET', `/api/v1/namespaces/${name}/pods/${name}`, true],
    ['GET', `/api/v1/namespaces/${name}/pods/${name}/log`, true],
    ['GET', `/api/v1/namespaces/${name}/services/${name}-${name}`, true],
    ['GET', `/apis/apps/v1/namespaces/${name}/deployments/${name}`, true],
    ['GET', `/api/v1/pods?fieldSelector=metadata.name%3D${name}/${name}`, true],
    ['GET', `/api/v1/namespaces/${name}/pods/${name}/${name}`, false],
    ['GET', `${POD}/${name}`, false],
    ['GET', `${POD}/${name}?command=id`, false],
    ['GET', `${POD}/${name}/`, false],
    ['POST', `${POD}/${name}`, false],
    ['POST', `${OTHER}/${name}`, false],
  ]),
  ['GET', `${POD}/proxy/metrics`, false],
  ['GET', `${POD}/%65xec?command=id`, false],
  ['GET', '/api/v1/namespaces/kube-system/services/https:dns:9153/proxy/metrics', false],
  ['GET', '/api/v1/nodes/master/proxy', false],
  ['GET', '/api/v1/nodes/master:10250/proxy/run/kube-system/etcd-master/etcd?cmd=id', false],
  ['POST', '/api/v1/namespaces/kube-system/serviceaccounts/default/token', false],
  ['PUT', POD, false],
  ['PATCH', POD, false],
  ['DELETE', POD, false],
  ['DELETE', '/api/v1/namespaces/kube-system/pods', false],
]

/** What refuses says so in one word; the API server's own refusal is a Status. */
const isRefused = async (base: string, method: string, path: string): Promise<boolean> => {
  const body = method === 'GET' ? {} : { body: '{}', headers: { 'content-type': 'application/json' } }
  const answer = await fetch(base + path, { method, ...body })
  const text = await answer.text()
  return answer.status === 403 && !text.includes('"kind":"Status"')
}

/** The requests that a proxy at that address takes otherwise than it is to. */
export const wrong = async (base: string): Promise<string[]> => {
  const found: string[] = []
  for (const [method, path, passes] of CASES)
    if ((await isRefused(base, method, path)) === passes) found.push(`${method} ${path}`)
  return found
}
