// The namespace shop that docs/k8s.md queries: a deployment with a pod that fails, and what belongs to it.
import { create, patchStatus } from './objects.ts'
import { get } from './oracle.ts'

export const NAMESPACE = 'shop'
const REPLICA_SET = 'web-5f7c9d8b64'
const WEB = { app: 'web', tier: 'front' }
const WEB_REPLICA = { ...WEB, 'pod-template-hash': '5f7c9d8b64' }
const DB = { app: 'db', tier: 'back' }
const CORE = `/api/v1/namespaces/${NAMESPACE}`
const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}`
const STARTED = '2024-05-06T07:08:09Z'

const WEB_CONTAINERS = [
  {
    name: 'web',
    image: 'registry.example.com/shop/web:1.4.2',
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '250m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  },
  {
    name: 'metrics',
    image: 'registry.example.com/tools/metrics:0.9',
    resources: { requests: { cpu: '50m', memory: '32Mi' } },
  },
]
const DB_CONTAINERS = [
  {
    name: 'db',
    image: 'docker.io/library/postgres:17',
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
  },
]

const owner = async (path: string, apiVersion: string, kind: string): Promise<object[]> => {
  const { metadata } = await get(path)
  return [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }]
}

const ready = (status: 'True' | 'False', reason?: string, message?: string): object[] => [
  { type: 'PodScheduled', status: 'True', lastTransitionTime: STARTED },
  { type: 'Ready', status, reason, message, lastTransitionTime: STARTED },
]

const containerStatus = (name: string, image: string, restartCount: number, state: object): object => ({
  name,
  image,
  imageID: '',
  ready: 'running' in state,
  restartCount,
  state,
})

const RUNNING = { running: { startedAt: STARTED } }
const WAITING = {
  waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' },
}

interface Metadata {
  readonly name: string
  readonly labels: object
  readonly ownerReferences: readonly object[]
}

const createPod = async (metadata: Metadata, spec: object, status: object): Promise<void> => {
  await create(`${CORE}/pods`, { metadata, spec })
  await patchStatus(`${CORE}/pods/${metadata.name}`, status)
}

const createWeb = async (): Promise<void> => {
  const selector = { matchLabels: WEB }
  const template = { metadata: { labels: WEB }, spec: { containers: WEB_CONTAINERS } }
  await create(`${APPS}/deployments`, {
    metadata: { name: 'web', labels: WEB },
    spec: { replicas: 2, selector, template },
  })
  await patchStatus(`${APPS}/deployments/web`, {
    observedGeneration: 1,
    replicas: 2,
    readyReplicas: 1,
    updatedReplicas: 2,
  })
  const deployment = await owner(`${APPS}/deployments/web`, 'apps/v1', 'Deployment')
  await create(`${APPS}/replicasets`, {
    metadata: { name: REPLICA_SET, labels: WEB_REPLICA, ownerReferences: deployment },
    spec: {
      replicas: 2,
      selector: { matchLabels: WEB_REPLICA },
      template: { ...template, metadata: { labels: WEB_REPLICA } },
    },
  })
  const ownerReferences = await owner(`${APPS}/replicasets/${REPLICA_SET}`, 'apps/v1', 'ReplicaSet')
  const [web, metrics] = WEB_CONTAINERS.map(({ image }) => image) as [string, string]
  const pod = (name: string): Metadata => ({
    name: `${REPLICA_SET}-${name}`,
    labels: WEB_REPLICA,
    ownerReferences,
  })
  await createPod(
    pod('8k2lq'),
    { nodeName: 'node-1', containers: WEB_CONTAINERS },
    {
      phase: 'Running',
      podIP: '10.244.1.17',
      startTime: STARTED,
      conditions: ready('True'),
      containerStatuses: [
        containerStatus('web', web, 0, RUNNING),
        containerStatus('metrics', metrics, 1, RUNNING),
      ],
    },
  )
  await createPod(
    pod('x9v4d'),
    { nodeName: 'node-2', containers: WEB_CONTAINERS },
    {
      phase: 'Running',
      podIP: '10.244.2.9',
      startTime: STARTED,
      conditions: ready('False', 'ContainersNotReady', 'containers with unready status: [web]'),
      containerStatuses: [
        containerStatus('web', web, 7, WAITING),
        containerStatus('metrics', metrics, 0, RUNNING),
      ],
    },
  )
}

const createDb = async (): Promise<void> => {
  const template = { metadata: { labels: DB }, spec: { containers: DB_CONTAINERS } }
  await create(`${APPS}/statefulsets`, {
    metadata: { name: 'db', labels: DB },
    spec: { replicas: 1, serviceName: 'db', selector: { matchLabels: DB }, template },
  })
  const ownerReferences = await owner(`${APPS}/statefulsets/db`, 'apps/v1', 'StatefulSet')
  await createPod(
    { name: 'db-0', labels: DB, ownerReferences },
    { nodeName: 'node-1', containers: DB_CONTAINERS },
    {
      phase: 'Running',
      podIP: '10.244.1.4',
      startTime: STARTED,
      conditions: ready('True'),
      containerStatuses: [containerStatus('db', 'docker.io/library/postgres:17', 0, RUNNING)],
    },
  )
}

const event = (
  name: string,
  about: string,
  type: string,
  reason: string,
  message: string,
  count: number,
): object => ({
  metadata: { name },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE, name: `${REPLICA_SET}-${about}` },
  type,
  reason,
  message,
  count,
  firstTimestamp: STARTED,
  lastTimestamp: `2024-05-06T07:${String(count + 8).padStart(2, '0')}:09Z`,
  source: { component: 'kubelet' },
})

export const createShop = async (): Promise<void> => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createWeb()
  await createDb()
  await create(`${CORE}/services`, {
    metadata: { name: 'web', labels: WEB },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  })
  await create(`${CORE}/configmaps`, {
    metadata: { name: 'web', labels: WEB },
    data: { LOG_LEVEL: 'info', DATABASE_HOST: 'db.shop.svc' },
  })
  await create(`${CORE}/secrets`, {
    metadata: { name: 'db', labels: DB },
    type: 'Opaque',
    stringData: { username: 'shop', password: 'a-password-of-the-docs' },
  })
  await create(
    `${CORE}/events`,
    event('web-x9v4d.1', 'x9v4d', 'Warning', 'BackOff', 'Back-off restarting failed container web', 12),
  )
  await create(
    `${CORE}/events`,
    event('web-8k2lq.1', '8k2lq', 'Normal', 'Started', 'Started container web', 1),
  )
}
