// Fills a cluster with everything that the cookbook's pages ask about, in an order that works.
import type { Api } from './api.ts'
import { apply } from './apply.ts'
import { definitions, resourcesOfThem, served } from './custom.ts'
import { LEGACY_STATUS, others } from './others.ts'
import { aggregateRoles, rights } from './rights.ts'
import { aroundShop } from './shop-around.ts'
import { shop } from './shop.ts'

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

export const fill = async (api: Api): Promise<void> => {
  await apply(api, definitions())
  await apply(api, [...shop(), ...others(), ...aroundShop(), ...rights()])
  await debug(api)
  await aggregateRoles(api)
  await served(api, resourcesOfThem())
  await apply(api, resourcesOfThem())
  await api.remove('/api/v1/namespaces/legacy/configmaps/orders')
  await api.remove('/api/v1/namespaces/legacy')
  await api.patch('/api/v1/namespaces/legacy/status', { status: LEGACY_STATUS })
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
