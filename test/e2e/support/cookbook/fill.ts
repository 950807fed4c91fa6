// Fills a cluster with everything that the cookbook's pages ask about, in an order that works.
import type { Api } from '../api.ts'
import { apply } from '../manifests.ts'

/** A container that someone has put into a pod that runs, which creating one can't. */
const debug = (api: Api): Promise<void> =>
  api.patch('/api/v1/namespaces/shop/pods/web-5f7c9d8b64-8k2lq/ephemeralcontainers', {
    spec: {
      ephemeralContainers: [
        {
          name: 'debugger',
          image: 'docker.io/library/busybox',
          envFrom: [{ configMapRef: { name: 'debug-tools' } }],
        },
      ],
    },
  })

const RBAC = 'rbac.authorization.k8s.io'

interface ClusterRole {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> }
  readonly rules: readonly object[] | null
}

/** As the aggregation controller fills in view, edit and admin. */
const aggregateRoles = async (api: Api): Promise<void> => {
  const root = `/apis/${RBAC}/v1/clusterroles`
  const { items } = await api.get<{ items: readonly ClusterRole[] }>(root)
  for (const name of ['view', 'edit', 'admin']) {
    const label = `${RBAC}/aggregate-to-${name}`
    const rules = items
      .filter(({ metadata }) => metadata.labels?.[label] === 'true')
      .flatMap((item) => item.rules ?? [])
    await api.patch(`${root}/${name}`, { rules })
  }
}

export const fill = async (api: Api): Promise<void> => {
  await apply(api, 'cookbook')
  await debug(api)
  await aggregateRoles(api)
  await api.remove('/api/v1/namespaces/legacy/configmaps/orders')
  await api.remove('/api/v1/namespaces/legacy')
}

interface Deployment {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
}

/** What the pages call a rollout: the Deployment's first container gets another image. */
export const rollOut = async (api: Api): Promise<void> => {
  const path = '/apis/apps/v1/namespaces/payments/deployments/api'
  const { spec } = await api.get<Deployment>(path)
  const containers = spec.template.spec.containers.map((container, i) =>
    i === 0 ? { ...container, image: container.image.replace(/:.*/, ':2.1.0') } : container,
  )
  await api.patch(path, { spec: { template: { spec: { containers } } } })
}
