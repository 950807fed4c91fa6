// The namespaces shop and shop-staging: a web shop with what commonly goes wrong.
import type { Manifest } from './apply.ts'
import { jobs } from './jobs.ts'
import {
  condition,
  done,
  each,
  image,
  object,
  pod,
  resources,
  running,
  STARTED,
  terminated,
  waiting,
  workload,
} from './pods.ts'

const SHOP = 'shop'
const label = (name: string) => ({
  'app.kubernetes.io/name': name,
  team: name === 'db' ? 'data' : 'storefront',
})
const WEB = label('web')
const CART = label('cart')
const DB = label('db')
const OOM = terminated(137, 'OOMKilled')

const webSpec = (version: string) => ({
  imagePullSecrets: [{ name: 'registry' }],
  initContainers: [
    {
      name: 'migrate',
      image: image(`shop/web:${version}`),
      resources: resources(['1', '64Mi'], ['1', '64Mi']),
      envFrom: [{ configMapRef: { name: 'web-migrations' } }],
    },
    {
      name: 'log-shipper',
      image: image('tools/log-shipper:0.9'),
      restartPolicy: 'Always',
      resources: resources(['50m', '32Mi'], ['', '64Mi']),
    },
  ],
  containers: [
    {
      name: 'web',
      image: image(`shop/web:${version}`),
      ports: [{ name: 'http', containerPort: 8080 }],
      resources: resources(['250m', '128Mi'], ['', '256Mi']),
      readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      livenessProbe: { httpGet: { path: '/live', port: 'http' } },
      envFrom: [{ configMapRef: { name: 'web-env' } }],
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
      volumeMounts: [{ name: 'all', mountPath: '/etc/web' }],
    },
  ],
  volumes: [
    { name: 'nginx', configMap: { name: 'web-nginx' } },
    { name: 'all', projected: { sources: [{ configMap: { name: 'web-features' } }] } },
  ],
})

const cartSpec = {
  containers: [
    {
      name: 'cart',
      image: image('shop/cart'),
      env: [{ name: 'CURRENCY', valueFrom: { configMapKeyRef: { name: 'cart', key: 'currency' } } }],
    },
  ],
}
const dbSpec = {
  containers: [
    {
      name: 'db',
      image: 'docker.io/library/postgres:17',
      resources: resources(['1', '2Gi'], ['2', '2Gi']),
      readinessProbe: { exec: { command: ['pg_isready'] } },
      livenessProbe: { exec: { command: ['pg_isready'] } },
    },
  ],
  volumes: [
    { name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } },
    { name: 'tls', secret: { secretName: 'db-tls' } },
  ],
}
const notReady = (reason: string, containers: string, containerStatuses: readonly object[]): object => ({
  phase: 'Running',
  startTime: STARTED,
  conditions: [
    condition('PodScheduled', 'True'),
    condition('Ready', 'False', reason, `containers with unready status: [${containers}]`),
  ],
  initContainerStatuses: [done('migrate', 0, 'Completed'), running('log-shipper')],
  containerStatuses,
})

const web = (): Manifest[] => {
  const current = 'web-5f7c9d8b64'
  const replica = { ...WEB, 'pod-template-hash': '5f7c9d8b64' }
  const of = (name: string) => ({
    namespace: SHOP,
    name: `${current}-${name}`,
    owner: `ReplicaSet/${current}`,
    labels: replica,
    spec: webSpec('1.4.2'),
  })
  return [
    workload('Deployment', SHOP, 'web', WEB, webSpec('1.4.2'), {
      annotations: { 'example.com/runbook': 'https://wiki.example.com/web' },
      spec: { replicas: 3 },
      status: {
        replicas: 3,
        readyReplicas: 1,
        updatedReplicas: 3,
        conditions: [
          condition(
            'Progressing',
            'False',
            'ProgressDeadlineExceeded',
            `ReplicaSet "${current}" has timed out progressing.`,
          ),
        ],
      },
    }),
    workload('ReplicaSet', SHOP, 'web-6c8d5f7b9', WEB, webSpec('1.4.1'), {
      owner: 'Deployment/web',
      hash: '6c8d5f7b9',
      spec: { replicas: 0 },
    }),
    workload('ReplicaSet', SHOP, current, WEB, webSpec('1.4.2'), {
      owner: 'Deployment/web',
      hash: '5f7c9d8b64',
      spec: { replicas: 3 },
      status: { replicas: 3, readyReplicas: 1 },
    }),
    pod({ ...of('8k2lq'), node: 'node-1', ip: '10.244.1.17' }),
    pod({
      ...of('x9v4d'),
      node: 'node-2',
      ip: '10.244.2.9',
      status: notReady('ContainersNotReady', 'web', [
        waiting('web', 'CrashLoopBackOff', 'back-off 5m0s restarting failed container', 7, OOM),
      ]),
    }),
    pod({
      ...of('m4tzp'),
      status: {
        phase: 'Pending',
        conditions: [
          condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available: 3 Insufficient cpu.'),
        ],
      },
    }),
  ]
}

const cart = (): Manifest[] => [
  workload('Deployment', SHOP, 'cart', CART, cartSpec, {
    spec: { replicas: 1 },
    status: {
      replicas: 1,
      updatedReplicas: 1,
      conditions: [condition('Progressing', 'True', 'ReplicaSetUpdated')],
    },
  }),
  workload('ReplicaSet', SHOP, 'cart-7d9f8c6b5', CART, cartSpec, {
    owner: 'Deployment/cart',
    hash: '7d9f8c6b5',
    spec: { replicas: 1 },
    status: { replicas: 1 },
  }),
  pod({
    namespace: SHOP,
    name: 'cart-7d9f8c6b5-2xkqj',
    owner: 'ReplicaSet/cart-7d9f8c6b5',
    labels: { ...CART, 'pod-template-hash': '7d9f8c6b5' },
    node: 'node-2',
    ip: '10.244.2.11',
    spec: cartSpec,
    status: {
      phase: 'Pending',
      startTime: STARTED,
      conditions: [
        condition('PodScheduled', 'True'),
        condition('Ready', 'False', 'ContainersNotReady', 'containers with unready status: [cart]'),
      ],
      containerStatuses: [
        waiting('cart', 'ImagePullBackOff', `Back-off pulling image "${image('shop/cart')}"`),
      ],
    },
  }),
]

const db = (): Manifest[] => [
  workload('StatefulSet', SHOP, 'db', DB, dbSpec, {
    spec: { replicas: 1, serviceName: 'db' },
    status: { replicas: 1, readyReplicas: 1, currentReplicas: 1, updatedReplicas: 1 },
  }),
  pod({
    namespace: SHOP,
    name: 'db-0',
    owner: 'StatefulSet/db',
    labels: DB,
    node: 'node-1',
    ip: '10.244.1.4',
    spec: dbSpec,
    status: {
      phase: 'Running',
      startTime: STARTED,
      conditions: [condition('PodScheduled', 'True'), condition('Ready', 'True')],
      containerStatuses: [running('db', 2, terminated(0, 'Completed'))],
    },
  }),
]

/** Behind the first: a Deployment whose image and setting differ. */
const staging = (): Manifest[] => [
  workload('Deployment', 'shop-staging', 'web', WEB, webSpec('1.5.0'), { spec: { replicas: 1 } }),
  workload('Deployment', 'shop-staging', 'cart', CART, cartSpec, { spec: { replicas: 1 } }),
  ...each('v1', 'ConfigMap', 'shop-staging', {
    'web-env': { data: { LOG_LEVEL: 'debug', DATABASE_HOST: 'db', TRACING: 'on' } },
    cart: { data: { currency: 'EUR' } },
  }),
]

export const shop = (): Manifest[] => [
  object('v1', 'Namespace', SHOP, undefined, { metadata: { labels: { 'cost-centre': '4711' } } }),
  object('v1', 'Namespace', 'shop-staging', undefined, { metadata: { labels: { 'cost-centre': '4711' } } }),
  ...web(),
  ...cart(),
  ...db(),
  ...jobs(),
  ...each('v1', 'ConfigMap', SHOP, {
    'web-env': { data: { LOG_LEVEL: 'info', DATABASE_HOST: 'db' } },
    'web-migrations': { data: { STEPS: '12' } },
    'web-nginx': { data: { 'nginx.conf': 'worker_processes auto;' } },
    'web-features': { data: { search: 'off' } },
    cart: { data: { currency: 'EUR' } },
    backup: { data: { BUCKET: 'shop-backup' } },
    'debug-tools': { data: { PS1: 'debug> ' } },
    'web-env-2023': { data: { LOG_LEVEL: 'info' } },
    'sale-banner': { data: { text: 'Everything must go' } },
  }),
  ...staging(),
]
