// A small shop over a morning: what the dashboards of deploy/grafana show in tests and in the pictures of
// docs/dashboards.md. Each hour or so something happens in it, and then its kept tables are refreshed. The clock is fixed:
// a history's times are set to those of the story.
import { kubectl } from './kubectl.ts'
import { create, patchStatus, remove } from './objects.ts'

export const SPACES = ['billing', 'boutique'] as const
type Space = (typeof SPACES)[number]
export const NODES = ['pool-1', 'pool-2', 'pool-3']

const at = (time: string): string => `2024-05-06T${time}:00Z`

export const RANGE = { from: new Date(at('06:00')), to: new Date(at('12:00')), intervalSeconds: 300 }

const REGISTRY = 'registry.example.com'

interface Pod {
  readonly space: Space
  readonly name: string
  readonly owner: `${string}/${string}`
  readonly node?: string
  readonly image: string
  readonly cpu: string
  readonly memory: string
  readonly limit?: string
  readonly init?: string
}

const containerOf = ({ owner, image, cpu, memory, limit }: Pod): object => ({
  name: owner.split('/')[1]?.replace(/-[0-9a-f]{9,}$/, ''),
  image,
  resources: { requests: { cpu, memory }, ...(limit === undefined ? {} : { limits: { memory: limit } }) },
})

const makePod = (pod: Pod): Promise<void> => {
  const [kind, name] = pod.owner.split('/')
  const owner = {
    apiVersion: 'apps/v1',
    kind,
    name,
    uid: '9d3f2d3c-0000-4000-8000-000000000000',
    controller: true,
  }
  return create(`/api/v1/namespaces/${pod.space}/pods`, {
    metadata: { name: pod.name, labels: { app: name }, ownerReferences: [owner] },
    spec: {
      ...(pod.node === undefined ? {} : { nodeName: pod.node }),
      ...(pod.init === undefined ? {} : { initContainers: [{ name: 'init', image: pod.init }] }),
      containers: [containerOf(pod)],
    },
  })
}

interface State {
  readonly phase: string
  readonly ready?: boolean
  readonly state?: object
  readonly restarts?: number
  readonly last?: object
  readonly scheduled?: object
  readonly why?: string
  readonly init?: object
}

const setState = (pod: Pod, now: State): Promise<void> => {
  const { phase, ready = false, restarts = 0, state, last, scheduled, why, init } = now
  const status = (image: string, name: string, is: object): object => ({
    ...{ name, image, imageID: '', ready, restartCount: restarts, state: is },
    ...(last === undefined ? {} : { lastState: { terminated: last } }),
  })
  const [, name = ''] = pod.owner.split('/')
  return patchStatus(`/api/v1/namespaces/${pod.space}/pods/${pod.name}`, {
    phase,
    conditions: [
      { type: 'PodScheduled', status: 'True', ...scheduled },
      { type: 'Initialized', status: init === undefined ? 'True' : 'False' },
      { type: 'Ready', status: ready ? 'True' : 'False', ...(why === undefined ? {} : { reason: why }) },
    ],
    ...(init === undefined ? {} : { initContainerStatuses: [status(pod.init ?? '', 'init', init)] }),
    ...(state === undefined
      ? {}
      : { containerStatuses: [status(pod.image, name.replace(/-[0-9a-f]{9,}$/, ''), state)] }),
  })
}

const running = (restarts = 0, last?: object): State => ({
  phase: 'Running',
  ready: true,
  state: { running: { startedAt: at('05:00') } },
  restarts,
  ...(last === undefined ? {} : { last }),
})

const outOfMemory = (time: string): object => ({ exitCode: 137, reason: 'OOMKilled', finishedAt: at(time) })

const WEB = { space: 'boutique', owner: 'ReplicaSet/web-5f7c9d8b64', cpu: '500m', memory: '512Mi' } as const
const web = (name: string, node?: string): Pod => ({
  ...WEB,
  ...(node === undefined ? {} : { node }),
  ...{ name: `web-5f7c9d8b64-${name}`, image: `${REGISTRY}/web:1.4.2`, limit: '768Mi' },
})
const CART = { space: 'boutique', cpu: '250m', memory: '256Mi' } as const
const API = { space: 'billing', owner: 'ReplicaSet/api-6b8c7d9f58', cpu: '800m', memory: '2Gi' } as const

const POD = {
  webA: web('8k2lq', 'pool-1'),
  webB: web('m4tzp', 'pool-2'),
  webC: web('x9v4d', 'pool-1'),
  webD: web('c7hwn', 'pool-2'),
  webE: web('zz5rb'),
  cartA: {
    ...CART,
    name: 'cart-7d9f8c6b5a-2xkqj',
    owner: 'ReplicaSet/cart-7d9f8c6b5a',
    node: 'pool-1',
    image: `${REGISTRY}/cart:2.0`,
  },
  cartB: {
    ...CART,
    name: 'cart-84c5d7b9f6-jw8pt',
    owner: 'ReplicaSet/cart-84c5d7b9f6',
    node: 'pool-2',
    image: `${REGISTRY}/cart:2.1-rc`,
  },
  db: {
    space: 'boutique',
    name: 'db-0',
    owner: 'StatefulSet/db',
    node: 'pool-2',
    image: 'docker.io/library/postgres:17',
    cpu: '1',
    memory: '4Gi',
  },
  report: {
    space: 'boutique',
    name: 'report-28583100-w7hzn',
    owner: 'Job/report-28583100',
    node: 'pool-1',
    image: `${REGISTRY}/report:3`,
    cpu: '100m',
    memory: '128Mi',
  },
  apiA: { ...API, name: 'api-6b8c7d9f58-hk4tn', node: 'pool-1', image: `${REGISTRY}/api:2.0.1` },
  apiB: { ...API, name: 'api-6b8c7d9f58-zq8vw', node: 'pool-2', image: `${REGISTRY}/api:2.0.1` },
  export: {
    space: 'billing',
    name: 'export-28583280-5tqcz',
    owner: 'Job/export-28583280',
    node: 'pool-1',
    image: `${REGISTRY}/export:1.1`,
    cpu: '200m',
    memory: '256Mi',
  },
  migrate: {
    space: 'billing',
    name: 'migrate-9bxkd',
    owner: 'Job/migrate',
    node: 'pool-2',
    image: `${REGISTRY}/api:2.1.0`,
    cpu: '100m',
    memory: '64Mi',
    init: `${REGISTRY}/wait:1`,
  },
} as const satisfies Readonly<Record<string, Pod>>

const agentOn = (n: number): Pod => ({
  ...{ space: 'billing', name: `agent-${n}`, owner: 'DaemonSet/agent', node: `pool-${n}` },
  ...{ image: `${REGISTRY}/agent:0.9`, cpu: '100m', memory: '64Mi' },
})

const workload = async (
  space: Space,
  plural: string,
  name: string,
  image: string,
  spec: object,
  status: object,
): Promise<void> => {
  const labels = { app: name }
  const path = `/apis/apps/v1/namespaces/${space}/${plural}`
  const template = { metadata: { labels }, spec: { containers: [{ name, image }] } }
  await create(path, { metadata: { name }, spec: { ...spec, selector: { matchLabels: labels }, template } })
  await patchStatus(`${path}/${name}`, status)
}

const setWorkload = (space: Space, plural: string, name: string, status: object): Promise<void> =>
  patchStatus(`/apis/apps/v1/namespaces/${space}/${plural}/${name}`, status)

const makeNode = async (name: string, cpu: string, memory: string): Promise<void> => {
  await create('/api/v1/nodes', { metadata: { name } })
  await patchStatus(`/api/v1/nodes/${name}`, {
    capacity: { cpu, memory, pods: '110' },
    allocatable: { cpu, memory, pods: '110' },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
  })
}

const warn = (pod: Pod, reason: string, count: number, last: string, message: string): Promise<void> =>
  create(`/api/v1/namespaces/${pod.space}/events`, {
    metadata: { name: `${pod.name}.${reason.toLowerCase()}` },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: pod.space, name: pod.name },
    ...{ type: 'Warning', reason, message, count, firstTimestamp: at('06:30'), lastTimestamp: at(last) },
    source: { component: 'kubelet' },
  })

/** As it is when its tables begin to be kept, at six. */
export const begin = async (): Promise<void> => {
  for (const name of SPACES) await create('/api/v1/namespaces', { metadata: { name } })
  for (const name of NODES)
    await makeNode(name, name === 'pool-3' ? '2' : '4', name === 'pool-3' ? '4Gi' : '8Gi')
  await workload(
    'boutique',
    'deployments',
    'web',
    POD.webA.image,
    { replicas: 3 },
    { replicas: 3, readyReplicas: 3 },
  )
  await workload(
    'boutique',
    'deployments',
    'cart',
    POD.cartA.image,
    { replicas: 1 },
    { replicas: 1, readyReplicas: 1 },
  )
  await workload(
    'billing',
    'deployments',
    'api',
    POD.apiA.image,
    { replicas: 2 },
    { replicas: 2, readyReplicas: 2 },
  )
  await workload(
    'boutique',
    'statefulsets',
    'db',
    POD.db.image,
    { replicas: 1, serviceName: 'db' },
    { replicas: 1, readyReplicas: 1 },
  )
  const agents = { currentNumberScheduled: 3, desiredNumberScheduled: 3, numberMisscheduled: 0 }
  await workload('billing', 'daemonsets', 'agent', `${REGISTRY}/agent:0.9`, {}, { ...agents, numberReady: 3 })
  const pods = [
    POD.webA,
    POD.webB,
    POD.webC,
    POD.cartA,
    POD.db,
    POD.report,
    POD.apiA,
    POD.apiB,
    ...[1, 2, 3].map(agentOn),
  ]
  for (const pod of pods) {
    await makePod(pod)
    await setState(pod, running())
  }
}

/** What happens then, by the time at which the kept tables are refreshed. */
export const STORY: readonly (readonly [time: string, happens: () => Promise<void>])[] = [
  [at('06:40'), () => setState(POD.webC, running(1, outOfMemory('06:35')))],
  [
    at('07:20'),
    async () => {
      kubectl(['scale', 'deployment/web', '-n', 'boutique', '--replicas=5'])
      await makePod(POD.webD)
      await setState(POD.webD, running())
      await makePod(POD.webE)
      const message = '0/3 nodes are available: 3 Insufficient cpu.'
      await setState(POD.webE, {
        phase: 'Pending',
        scheduled: { status: 'False', reason: 'Unschedulable', message },
      })
      await warn(POD.webE, 'FailedScheduling', 9, '11:40', message)
    },
  ],
  [
    at('08:10'),
    async () => {
      await setState(POD.webC, running(3, outOfMemory('07:58')))
      kubectl(['set', 'image', 'deployment/cart', `cart=${POD.cartB.image}`, '-n', 'boutique'])
      await makePod(POD.cartB)
      const message = `Back-off pulling image "${POD.cartB.image}"`
      const waiting = { reason: 'ImagePullBackOff', message }
      await setState(POD.cartB, { phase: 'Pending', state: { waiting }, why: 'ContainersNotReady' })
      await warn(POD.cartB, 'Failed', 23, '11:50', 'Error: ImagePullBackOff')
    },
  ],
  [
    at('09:00'),
    async () => {
      await setState(POD.report, {
        phase: 'Succeeded',
        state: { terminated: { exitCode: 0, reason: 'Completed' } },
      })
      await setState(POD.db, running(1, { exitCode: 0, reason: 'Completed', finishedAt: at('08:41') }))
      await makePod(POD.export)
      await setState(POD.export, { phase: 'Failed', state: { terminated: { exitCode: 2 } } })
    },
  ],
  [
    at('10:00'),
    async () => {
      const waiting = {
        reason: 'CrashLoopBackOff',
        message: `back-off 5m0s restarting failed container=web pod=${POD.webC.name}`,
      }
      await setState(POD.webC, {
        phase: 'Running',
        state: { waiting },
        restarts: 6,
        last: outOfMemory('09:52'),
        why: 'ContainersNotReady',
      })
      await warn(POD.webC, 'BackOff', 41, '11:57', 'Back-off restarting failed container web')
      await setWorkload('boutique', 'deployments', 'web', { replicas: 5, readyReplicas: 3 })
      await makePod(POD.migrate)
      await setState(POD.migrate, {
        phase: 'Pending',
        state: { waiting: { reason: 'PodInitializing' } },
        restarts: 2,
        init: { terminated: { exitCode: 1, reason: 'Error' } },
      })
    },
  ],
  [
    at('11:00'),
    async () => {
      kubectl(['delete', 'pod', POD.apiB.name, '-n', 'billing', '--wait=false'])
      await patchStatus('/api/v1/nodes/pool-3', {
        conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }],
      })
      kubectl(['cordon', 'pool-3'])
      await setState(agentOn(3), { ...running(), ready: false, why: 'NodeStatusUnknown' })
      await setWorkload('billing', 'daemonsets', 'agent', { numberReady: 2 })
    },
  ],
]

/** What was noted as of the last refresh is as of a time of the story. */
export const setClock = (time: string): string => `DO $$ DECLARE h regclass; BEGIN
    UPDATE k8s_fdw.kept_tables SET history_from = '${time}' WHERE history_from > '2025-01-01';
    FOR h IN SELECT history FROM k8s_fdw.kept WHERE history IS NOT NULL LOOP
      EXECUTE format($u$UPDATE %s SET valid = tstzrange(
        CASE WHEN lower(valid) > '2025-01-01' THEN '${time}' ELSE lower(valid) END,
        CASE WHEN upper(valid) > '2025-01-01' THEN '${time}' ELSE upper(valid) END)
        WHERE greatest(lower(valid), upper(valid)) > '2025-01-01'$u$, h);
    END LOOP; END $$;`

export const BEGINS = at('06:00')

export const end = async (): Promise<void> => {
  for (const name of NODES) await remove(`/api/v1/nodes/${name}`)
  for (const name of SPACES) await remove(`/api/v1/namespaces/${name}`)
}
