// Answers some of the cookbook's questions from the API server's own lists, without SQL and without k8s_fdw.
import { X509Certificate } from 'node:crypto'
import type { Api } from '../api.ts'

interface Container {
  readonly name: string
  readonly image: string
  readonly restartPolicy?: string
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>> | undefined>>
}

interface Item {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels?: Readonly<Record<string, string>>
  }
}

interface Pod extends Item {
  readonly spec: {
    readonly containers: readonly Container[]
    readonly initContainers?: readonly Container[]
    readonly ephemeralContainers?: readonly Container[]
  }
  readonly status: { readonly phase: string }
}

const itemsOf = async <T>(api: Api, path: string): Promise<readonly T[]> =>
  (await api.get<{ items: readonly T[] }>(path)).items

const sorted = (rows: readonly (readonly string[])[]): string[][] =>
  rows.map((row) => [...row]).sort((a, b) => (a.join() < b.join() ? -1 : 1))

export const imagesByNamespace = async (api: Api): Promise<string[][]> => {
  const counts = new Map<string, number>()
  for (const { metadata, spec } of await itemsOf<Pod>(api, '/api/v1/pods'))
    for (const list of [spec.containers, spec.initContainers ?? [], spec.ephemeralContainers ?? []])
      for (const { image } of list) {
        const key = `${metadata.namespace} ${image}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
  return sorted([...counts].map(([key, count]) => [...key.split(' '), String(count)]))
}

const SUFFIXES: Readonly<Record<string, number>> = { m: 0.001, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }

const amount = (quantity: string): number => {
  const [, digits = '', suffix = ''] = /^([\d.]+)(\D*)$/.exec(quantity) ?? []
  return Number(digits) * (suffix === '' ? 1 : (SUFFIXES[suffix] ?? NaN))
}

/** By namespace: requested cpu and memory, limits of both; NaN where there is none at all. */
export const sumsByNamespace = async (api: Api): Promise<ReadonlyMap<string, readonly number[]>> => {
  const sums = new Map<string, number[]>()
  for (const { metadata, spec, status } of await itemsOf<Pod>(api, '/api/v1/pods')) {
    if (status.phase === 'Succeeded' || status.phase === 'Failed') continue
    const staying = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
    for (const { resources } of [...spec.containers, ...staying]) {
      const found = [resources?.requests, resources?.limits].flatMap((list) => [
        list?.['cpu'],
        list?.['memory'],
      ])
      const sum = sums.get(metadata.namespace) ?? found.map(() => NaN)
      sums.set(
        metadata.namespace,
        sum.map((before, i) => {
          const quantity = found[i]
          return quantity === undefined ? before : (Number.isNaN(before) ? 0 : before) + amount(quantity)
        }),
      )
    }
  }
  return sums
}

/** Anything in a pod or a template that names a ConfigMap, wherever it stands. */
const configMapsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = /^configMap(Ref|KeyRef)?$/.test(key) ? (inner as { name?: string }).name : undefined
    return name === undefined ? configMapsIn(inner) : [name]
  })
}

const MAKERS = [
  '/api/v1/pods',
  ...['deployments', 'replicasets', 'statefulsets', 'daemonsets'].map((plural) => `/apis/apps/v1/${plural}`),
  '/apis/batch/v1/jobs',
  '/apis/batch/v1/cronjobs',
]

export const unusedConfigMaps = async (api: Api): Promise<string[][]> => {
  const used = new Set<string>()
  for (const path of MAKERS)
    for (const item of await itemsOf<Item>(api, path))
      for (const name of configMapsIn(item)) used.add(`${item.metadata.namespace}/${name}`)
  const all = await itemsOf<Item>(api, '/api/v1/configmaps')
  return sorted(
    all
      .map(({ metadata }) => [metadata.namespace, metadata.name])
      .filter(([namespace, name]) => !used.has(`${namespace ?? ''}/${name ?? ''}`)),
  )
}

/** Every name that stands where a Secret's can, wherever that is. */
const secretsIn = (value: unknown, key = ''): string[] => {
  if (typeof value === 'string')
    return key === 'secretName' || /^(secret(Ref|KeyRef)?|imagePullSecrets|secrets)\.name$/.test(key)
      ? [value]
      : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([inner, item]) => {
    // The members of a list go by the list's own name.
    if (Array.isArray(value)) return secretsIn(item, key)
    return secretsIn(item, inner === 'name' ? `${key}.name` : inner)
  })
}

interface Secret extends Item {
  readonly type: string
}

export const unusedSecrets = async (api: Api): Promise<string[][]> => {
  const used = new Set<string>()
  for (const path of [...MAKERS, '/apis/networking.k8s.io/v1/ingresses', '/api/v1/serviceaccounts'])
    for (const item of await itemsOf<Item>(api, path))
      for (const name of secretsIn(item)) used.add(`${item.metadata.namespace}/${name}`)
  const all = await itemsOf<Secret>(api, '/api/v1/secrets')
  return sorted(
    all
      .filter(({ type }) => type !== 'helm.sh/release.v1')
      .map(({ metadata, type }) => [metadata.namespace, metadata.name, type])
      .filter(([namespace, name]) => !used.has(`${namespace ?? ''}/${name ?? ''}`)),
  )
}

interface Service extends Item {
  readonly spec: { readonly type: string }
}

interface Slice extends Item {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null
}

export const servicesWithoutEndpoints = async (api: Api): Promise<string[][]> => {
  const slices = await itemsOf<Slice>(api, '/apis/discovery.k8s.io/v1/endpointslices')
  const served = new Set(
    slices
      .filter(({ endpoints }) => (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false))
      .map(
        ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
      ),
  )
  const services = await itemsOf<Service>(api, '/api/v1/services')
  return sorted(
    services
      .filter(({ spec }) => spec.type !== 'ExternalName')
      .map(({ metadata }) => [metadata.namespace, metadata.name])
      .filter(([namespace, name]) => !served.has(`${namespace ?? ''}/${name ?? ''}`)),
  )
}

export interface Subject {
  readonly kind: string
  readonly name: string
}

export interface Action {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly name?: string
}

interface Binding extends Item {
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[]
}

/** Every subject that a binding names. */
export const subjects = async (api: Api): Promise<readonly Subject[]> => {
  const lists = ['rolebindings', 'clusterrolebindings'].map((plural) =>
    itemsOf<Binding>(api, `/apis/rbac.authorization.k8s.io/v1/${plural}`),
  )
  const found = new Map<string, Subject>()
  for (const binding of (await Promise.all(lists)).flat())
    for (const { kind, name, namespace } of binding.subjects ?? []) {
      const full = kind === 'ServiceAccount' ? `system:serviceaccount:${namespace ?? ''}:${name}` : name
      found.set(`${kind} ${full}`, { kind, name: full })
    }
  return [...found.values()]
}

/** The API server's own word on whether a user of that name, or somebody of that group, may do something. */
export const isAllowed = async (
  api: Api,
  who: Subject,
  what: Action,
  namespace: string,
): Promise<boolean> => {
  const spec = {
    ...(who.kind === 'Group' ? { user: 'somebody', groups: [who.name] } : { user: who.name }),
    resourceAttributes: { ...what, namespace },
  }
  const { status } = await api.post<{ status: { allowed: boolean } }>(
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec },
  )
  return status.allowed
}

export const notAfter = (pem: string): string =>
  new Date(new X509Certificate(pem).validTo).toISOString().replace('T', ' ').replace('.000Z', '+00')
