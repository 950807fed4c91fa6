// Pods of every look in three namespaces, for conditions to tell apart, and a table that shows them. The n-th pod is
// always the same.
import { create, patchStatus } from './objects.ts'

export const NAMESPACES = ['pd-a', 'pd-b', 'pd-c'] as const
export const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const
export const APPS = ['web', 'db', 'Web', 'x.y', undefined] as const
export const NODES = ['n1', 'n2', undefined] as const
const PODS = 60

const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T

const pod = (n: number): { namespace: string; name: string; object: object; status: object } => {
  const namespace = pick(NAMESPACES, n)
  const name = `p${Math.floor(n / NAMESPACES.length)}`
  const labels = {
    app: pick(APPS, n),
    tier: n % 4 === 0 ? '' : `t${n % 3}`,
    'app.kubernetes.io/part-of': n % 5 === 1 ? 'shop' : undefined,
    revision: n % 7 === 0 ? '03' : String(n % 4),
  }
  return {
    namespace,
    name,
    object: {
      metadata: { name, labels: n % 11 === 0 ? undefined : labels },
      spec: {
        nodeName: pick(NODES, n),
        restartPolicy: n % 2 === 0 ? 'Never' : 'Always',
        hostNetwork: n % 6 === 0 ? true : undefined,
        schedulerName: n % 9 === 0 ? 'other-scheduler' : undefined,
        serviceAccountName: n % 8 === 0 ? 'robot' : undefined,
        containers: [{ name: 'main', image: `image:${n % 3}` }],
      },
    },
    status: {
      phase: pick(PHASES, n + Math.floor(n / 5)),
      podIP: n % 3 === 0 ? `10.0.0.${n + 1}` : undefined,
    },
  }
}

export const createMenagerie = async (): Promise<void> => {
  for (const name of NAMESPACES) await create('/api/v1/namespaces', { metadata: { name } })
  for (let n = 0; n < PODS; n++) {
    const { namespace, name, object, status } = pod(n)
    await create(`/api/v1/namespaces/${namespace}/pods`, object)
    await patchStatus(`/api/v1/namespaces/${namespace}/pods/${name}`, status)
  }
}

/** Columns of each way to a value that the API server can select by, and of some ways to values that it can't. */
export const COLUMNS = `
  name text, namespace text, labels jsonb, metadata jsonb, spec jsonb, attrs jsonb,
  app text OPTIONS (alias 'metadata.labels.app'),
  tier text OPTIONS (alias '{.metadata.labels.tier}'),
  part_of text OPTIONS (alias '{.metadata.labels[''app.kubernetes.io/part-of'']}'),
  revision integer OPTIONS (alias 'metadata.labels.revision'),
  node text OPTIONS (alias 'spec.nodeName'),
  phase text OPTIONS (alias 'status.phase'),
  host_network boolean OPTIONS (alias 'spec.hostNetwork'),
  restart_policy text OPTIONS (alias 'spec.restartPolicy'),
  scheduler text OPTIONS (alias 'spec.schedulerName'),
  account text OPTIONS (alias 'spec.serviceAccountName'),
  ip text OPTIONS (alias 'status.podIP'),
  image text OPTIONS (alias 'spec.containers[0].image')`
