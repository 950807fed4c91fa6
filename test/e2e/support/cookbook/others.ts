// The namespaces payments, monitoring and legacy, and the nodes.
import type { Manifest } from './apply.ts'
import { condition, each, image, object, pod, resources, STARTED, workload } from './pods.ts'

const node = (
  name: string,
  cpu: string,
  memory: string,
  version: string,
  more: { spec?: object; conditions: object[] },
): Manifest =>
  object('v1', 'Node', name, undefined, {
    metadata: { labels: { 'kubernetes.io/hostname': name } },
    spec: { podCIDR: '', ...more.spec },
    status: {
      capacity: { cpu, memory, pods: '110' },
      allocatable: { cpu, memory, pods: '110' },
      nodeInfo: {
        machineID: '',
        systemUUID: '',
        bootID: '',
        kernelVersion: '6.1.0-40-amd64',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        containerRuntimeVersion: 'containerd://1.7.28',
        kubeletVersion: version,
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
      conditions: more.conditions,
    },
  })

const healthy = condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
const pressure = (status: 'True' | 'False'): object =>
  status === 'True'
    ? condition(
        'MemoryPressure',
        status,
        'KubeletHasInsufficientMemory',
        'kubelet has insufficient memory available',
      )
    : condition(
        'MemoryPressure',
        status,
        'KubeletHasSufficientMemory',
        'kubelet has sufficient memory available',
      )

const nodes = (): Manifest[] => [
  node('node-1', '4', '16Gi', 'v1.34.4', { conditions: [pressure('False'), healthy] }),
  node('node-2', '3920m', '15890Mi', 'v1.34.4', { conditions: [pressure('True'), healthy] }),
  node('node-3', '2', '8Gi', 'v1.31.9', {
    spec: {
      unschedulable: true,
      taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
    },
    conditions: [condition('Ready', 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.')],
  }),
]

const API = { 'app.kubernetes.io/name': 'api', team: 'payments' }
const apiSpec = {
  serviceAccountName: 'api',
  securityContext: { runAsNonRoot: true, runAsUser: 10001 },
  containers: [
    {
      name: 'api',
      image: image('payments/api:2.0.1'),
      resources: resources(['500m', '512Mi'], ['1', '1Gi']),
      readinessProbe: { httpGet: { path: '/ready', port: 8443 } },
      livenessProbe: { httpGet: { path: '/live', port: 8443 } },
    },
    { name: 'pdf', image: 'quay.io/thirdparty/pdf:3.1', resources: resources(['', '256Mi']) },
  ],
  volumes: [{ name: 'tls', secret: { secretName: 'api-tls' } }],
}

const payments = (): Manifest[] => [
  object('v1', 'Namespace', 'payments', undefined, { metadata: { labels: { 'cost-centre': '0815' } } }),
  object('v1', 'ServiceAccount', 'api', 'payments'),
  object('v1', 'ServiceAccount', 'cleaner', 'payments'),
  workload('Deployment', 'payments', 'api', API, apiSpec, {
    spec: { replicas: 2 },
    status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 },
  }),
  workload('ReplicaSet', 'payments', 'api-6b8c7d9f5', API, apiSpec, {
    owner: 'Deployment/api',
    hash: '6b8c7d9f5',
    spec: { replicas: 2 },
    status: { replicas: 2, readyReplicas: 2, availableReplicas: 2 },
  }),
  ...[
    ['hk4tn', 'node-1'],
    ['zq8vw', 'node-2'],
  ].map(([name = '', on = '']) =>
    pod({
      namespace: 'payments',
      name: `api-6b8c7d9f5-${name}`,
      owner: 'ReplicaSet/api-6b8c7d9f5',
      labels: { ...API, 'pod-template-hash': '6b8c7d9f5' },
      node: on,
      spec: apiSpec,
    }),
  ),
  workload('ReplicaSet', 'payments', 'api-canary', { ...API, track: 'canary' }, apiSpec, {
    spec: { replicas: 0 },
  }),
]

const EXPORTER = { app: 'node-exporter' }
const exporterSpec = {
  hostNetwork: true,
  hostPID: true,
  containers: [
    {
      name: 'node-exporter',
      image: 'quay.io/prometheus/node-exporter:v1.8.1',
      resources: resources(['100m', '64Mi'], ['', '128Mi']),
      securityContext: { privileged: true },
      ports: [{ containerPort: 9100, hostPort: 9100 }],
    },
  ],
  volumes: [{ name: 'root', hostPath: { path: '/' } }],
}

const monitoring = (): Manifest[] => [
  object('v1', 'Namespace', 'monitoring', undefined),
  workload('DaemonSet', 'monitoring', 'node-exporter', EXPORTER, exporterSpec, {
    status: {
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 2,
      numberUnavailable: 1,
    },
  }),
  ...['node-1', 'node-2', 'node-3'].map((on) =>
    pod({
      namespace: 'monitoring',
      name: `node-exporter-${on.slice(5)}`,
      owner: 'DaemonSet/node-exporter',
      labels: EXPORTER,
      node: on,
      spec: exporterSpec,
      status: {
        phase: 'Running',
        startTime: STARTED,
        conditions: [
          condition('PodScheduled', 'True'),
          on === 'node-3' ? condition('Ready', 'Unknown', 'NodeStatusUnknown') : condition('Ready', 'True'),
        ],
        containerStatuses: [
          {
            name: 'node-exporter',
            image: '',
            imageID: '',
            ready: on !== 'node-3',
            restartCount: 0,
            state: { running: { startedAt: STARTED } },
          },
        ],
      },
    }),
  ),
]

/** It has something in it that another controller has to let go of. */
const legacy = (): Manifest[] => [
  object('v1', 'Namespace', 'legacy', undefined),
  object('v1', 'ConfigMap', 'orders', 'legacy', { metadata: { finalizers: ['orders.example.com/archive'] } }),
]

/** What a controller says of a namespace that it can't finish; the namespace has been deleted before. */
export const LEGACY_STATUS = {
  phase: 'Terminating',
  conditions: [
    condition(
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted',
    ),
    condition(
      'NamespaceContentRemaining',
      'True',
      'SomeResourcesRemain',
      'Some resources are remaining: configmaps. has 1 resource instances',
    ),
    condition(
      'NamespaceFinalizersRemaining',
      'True',
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: orders.example.com/archive in 1 resource instances',
    ),
  ],
}

export const others = (): Manifest[] => [
  object('v1', 'Namespace', 'cert-manager', undefined),
  object('v1', 'ServiceAccount', 'cert-manager', 'cert-manager'),
  ...nodes(),
  ...payments(),
  ...monitoring(),
  ...legacy(),
  ...each('v1', 'ConfigMap', 'monitoring', { 'node-exporter': { data: { level: 'info' } } }),
]
