// What belongs to shop's pods: Secrets, services and their endpoints, ingresses, policies, volumes, scaling.
import { createAuthority, type Authority } from '../certificates.ts'
import type { Manifest } from './apply.ts'
import { condition, each, object } from './pods.ts'

const SHOP = 'shop'
const app = (name: string) => ({ 'app.kubernetes.io/name': name })

/** Half a day more, so that whole days stay the same for as long as a test takes. */
export const tls = (authority: Authority, name: string, days: number): object => {
  const { cert, key } = authority.issue([name], -30, days + 0.5)
  // As a server has it: its own first, then the authority's.
  return { type: 'kubernetes.io/tls', stringData: { 'tls.crt': `${cert}${authority.cert}`, 'tls.key': key } }
}

const secrets = (authority: Authority): Manifest[] => [
  ...each('v1', 'Secret', SHOP, {
    db: { stringData: { username: 'shop', password: 'a-password-of-the-cookbook' } },
    'db-tls': tls(authority, 'db.shop.svc', 9),
    'web-tls': tls(authority, 'shop.example.com', 61),
    bucket: { stringData: { key: 'a-key-of-the-cookbook' } },
    registry: {
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': '{"auths":{}}' },
    },
    'payment-provider-2022': { stringData: { token: 'a-token-of-the-cookbook' } },
    'sh.helm.release.v1.web.v7': { type: 'helm.sh/release.v1', stringData: { release: 'SDRzSUFBQUE=' } },
  }),
]

const endpoint = (address: string, pod: string, ready: boolean, node: string): object => ({
  addresses: [address],
  conditions: { ready, serving: ready, terminating: false },
  nodeName: node,
  targetRef: { kind: 'Pod', namespace: SHOP, name: pod },
})

const slice = (service: string, endpoints: readonly object[] | null): Manifest =>
  object('discovery.k8s.io/v1', 'EndpointSlice', `${service}-7xk2p`, SHOP, {
    metadata: { labels: { 'kubernetes.io/service-name': service } },
    more: { addressType: 'IPv4', endpoints, ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
  })

const services = (): Manifest[] => {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }]
  return [
    ...each('v1', 'Service', SHOP, {
      web: { spec: { selector: app('web'), ports } },
      cart: { spec: { selector: app('cart'), ports } },
      search: { spec: { selector: app('search'), ports } },
      db: { spec: { selector: app('db'), clusterIP: 'None', ports: [{ name: 'pg', port: 5432 }] } },
      warehouse: { spec: { ports } },
      mail: { spec: { type: 'ExternalName', externalName: 'smtp.example.com' } },
    }),
    slice('web', [
      endpoint('10.244.1.17', 'web-5f7c9d8b64-8k2lq', true, 'node-1'),
      endpoint('10.244.2.9', 'web-5f7c9d8b64-x9v4d', false, 'node-2'),
    ]),
    slice('cart', [endpoint('10.244.2.11', 'cart-7d9f8c6b5-2xkqj', false, 'node-2')]),
    slice('search', null),
    slice('db', [endpoint('10.244.1.4', 'db-0', true, 'node-1')]),
  ]
}

const http = (host: string, service: string, port: object, path = '/'): object => ({
  host,
  http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: service, port } } }] },
})

const ingresses = (): Manifest[] => [
  object('networking.k8s.io/v1', 'Ingress', 'web', SHOP, {
    spec: {
      tls: [{ hosts: ['shop.example.com'], secretName: 'web-tls' }],
      rules: [
        http('shop.example.com', 'web', { name: 'http' }),
        http('search.example.com', 'search', { number: 8080 }),
      ],
    },
  }),
  object('networking.k8s.io/v1', 'Ingress', 'checkout', 'payments', {
    spec: {
      tls: [{ hosts: ['shop.example.com'], secretName: 'checkout-tls' }],
      rules: [http('shop.example.com', 'checkout', { name: 'http' })],
    },
  }),
]

const policies = (): Manifest[] => [
  object('networking.k8s.io/v1', 'NetworkPolicy', 'db-from-web', SHOP, {
    spec: {
      podSelector: { matchLabels: app('db') },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            { podSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['storefront'] }] } },
          ],
        },
      ],
    },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'deny-all', 'payments', {
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }),
]

const claim = (name: string, size: string, volume?: string): Manifest =>
  object('v1', 'PersistentVolumeClaim', name, SHOP, {
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'standard',
      resources: { requests: { storage: size } },
      ...(volume === undefined ? {} : { volumeName: volume }),
    },
    status:
      volume === undefined
        ? { phase: 'Pending' }
        : { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: size } },
  })

const volume = (name: string, size: string, phase: string, claimed?: string): Manifest =>
  object('v1', 'PersistentVolume', name, undefined, {
    spec: {
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'standard',
      persistentVolumeReclaimPolicy: 'Retain',
      csi: { driver: 'disk.example.com', volumeHandle: name },
      ...(claimed === undefined
        ? {}
        : { claimRef: { kind: 'PersistentVolumeClaim', namespace: SHOP, name: claimed } }),
    },
    status: { phase },
  })

const volumes = (): Manifest[] => [
  volume('pv-1', '50Gi', 'Bound', 'data-db-0'),
  volume('pv-2', '20Gi', 'Bound', 'data-db-1'),
  volume('pv-3', '100Gi', 'Released', 'uploads-old'),
  claim('data-db-0', '50Gi', 'pv-1'),
  claim('data-db-1', '20Gi', 'pv-2'),
  claim('uploads', '10Gi'),
]

const hpa = (name: string, max: number, current: number): Manifest =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', name, SHOP, {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 1,
      maxReplicas: max,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    },
    status: {
      currentReplicas: current,
      desiredReplicas: current,
      conditions: [
        current === max
          ? condition(
              'ScalingLimited',
              'True',
              'TooManyReplicas',
              'the desired replica count is more than the maximum replica count',
            )
          : condition(
              'ScalingLimited',
              'False',
              'DesiredWithinRange',
              'the desired count is within the acceptable range',
            ),
      ],
    },
  })

/** As clients of older releases left them: one writes an older version that is still served, one wrote one that is gone. */
const olderVersions = (): Manifest[] => [
  object('autoscaling/v1', 'HorizontalPodAutoscaler', 'search', SHOP, {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'search' }, maxReplicas: 2 },
    status: { currentReplicas: 0, desiredReplicas: 0 },
  }),
  object('policy/v1', 'PodDisruptionBudget', 'web', SHOP, {
    metadata: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration':
          '{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","metadata":{"name":"web","namespace":"shop"}}\n',
      },
    },
    spec: { maxUnavailable: 1, selector: { matchLabels: app('web') } },
    status: {
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 2,
      expectedPods: 3,
    },
  }),
]

const limits = (): Manifest[] => [
  hpa('web', 3, 3),
  hpa('cart', 10, 1),
  object('policy/v1', 'PodDisruptionBudget', 'db', SHOP, {
    spec: { minAvailable: 1, selector: { matchLabels: app('db') } },
    status: {
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
    },
  }),
  object('policy/v1', 'PodDisruptionBudget', 'cart', SHOP, {
    spec: { maxUnavailable: '50%', selector: { matchLabels: app('cart') } },
    status: {
      observedGeneration: 1,
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
    },
  }),
  ...olderVersions(),
  object('v1', 'ResourceQuota', 'team', SHOP, {
    spec: { hard: { 'requests.cpu': '5', 'requests.memory': '8Gi', pods: '10' } },
    status: {
      hard: { 'requests.cpu': '5', 'requests.memory': '8Gi', pods: '10' },
      used: { 'requests.cpu': '4', 'requests.memory': '2528Mi', pods: '5' },
    },
  }),
]

export const aroundShop = (): Manifest[] => {
  const authority = createAuthority('Example CA')
  return [
    ...secrets(authority),
    ...each('v1', 'Secret', 'payments', { 'api-tls': tls(authority, 'api.payments.svc', 21) }),
    ...services(),
    ...ingresses(),
    ...policies(),
    ...volumes(),
    ...limits(),
  ]
}
