// An object of most built-in kinds, in the namespace `each`, with fields of every type that a schema can have.
import { create, patchStatus } from './objects.ts'

const NAMESPACE = 'each'
const metadata = { name: 'one', labels: { of: 'each' }, annotations: { note: "it's" } }
const template = {
  metadata: { labels: { app: 'one' } },
  spec: { containers: [{ name: 'main', image: 'image:1' }] },
}
const selector = { matchLabels: { app: 'one' } }
const job = { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
const webhooks = [
  {
    name: 'one.example.com',
    clientConfig: { url: 'https://127.0.0.1:1/none' },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Ignore',
    rules: [
      { apiGroups: ['none.example.com'], apiVersions: ['v1'], resources: ['nones'], operations: ['CREATE'] },
    ],
  },
]
const regarding = { kind: 'Pod', namespace: NAMESPACE, name: 'one', apiVersion: 'v1' }

const NAMESPACED: Readonly<Record<string, object>> = {
  '/api/v1 configmaps': { data: { key: 'value' }, immutable: true },
  '/api/v1 endpoints': { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] },
  '/api/v1 events': {
    involvedObject: regarding,
    reason: 'Tested',
    message: 'one',
    type: 'Normal',
    count: 3,
    firstTimestamp: '2024-02-29T12:34:56Z',
  },
  '/api/v1 limitranges': { spec: { limits: [{ type: 'Container', default: { cpu: '2' } }] } },
  '/api/v1 persistentvolumeclaims': {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  '/api/v1 pods': { spec: { ...template.spec } },
  '/api/v1 podtemplates': { template },
  '/api/v1 replicationcontrollers': { spec: { replicas: 2, selector: { app: 'one' }, template } },
  '/api/v1 resourcequotas': { spec: { hard: { pods: '10' } } },
  '/api/v1 secrets': { type: 'Opaque', data: { key: 'dmFsdWU=' } },
  '/api/v1 serviceaccounts': { automountServiceAccountToken: false },
  '/api/v1 services': {
    spec: {
      ports: [{ port: 80, targetPort: 'http' }],
      selector: { app: 'one' },
      publishNotReadyAddresses: true,
    },
  },
  '/apis/apps/v1 controllerrevisions': { revision: 9007199254740991, data: { a: [1, 'two'] } },
  '/apis/apps/v1 daemonsets': { spec: { selector, template } },
  '/apis/apps/v1 deployments': { spec: { replicas: 3, paused: true, selector, template } },
  '/apis/apps/v1 replicasets': { spec: { replicas: 1, selector, template } },
  '/apis/apps/v1 statefulsets': { spec: { serviceName: 'one', selector, template } },
  '/apis/autoscaling/v2 horizontalpodautoscalers': {
    spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'one' } },
  },
  '/apis/batch/v1 cronjobs': { spec: { schedule: '@daily', suspend: true, jobTemplate: { spec: job } } },
  '/apis/batch/v1 jobs': { spec: job },
  '/apis/coordination.k8s.io/v1 leases': {
    spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2024-02-29T12:34:56.789012Z' },
  },
  '/apis/discovery.k8s.io/v1 endpointslices': {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
  },
  '/apis/events.k8s.io/v1 events': {
    metadata: { name: 'two' },
    regarding,
    reason: 'Tested',
    action: 'Test',
    type: 'Normal',
    note: 'two',
    eventTime: '2024-02-29T12:34:56.789012Z',
    reportingController: 'example.com/one',
    reportingInstance: 'one',
  },
  '/apis/networking.k8s.io/v1 ingresses': {
    spec: { defaultBackend: { service: { name: 'one', port: { number: 80 } } } },
  },
  '/apis/networking.k8s.io/v1 networkpolicies': { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
  '/apis/policy/v1 poddisruptionbudgets': { spec: { selector, maxUnavailable: '25%' } },
  '/apis/rbac.authorization.k8s.io/v1 roles': { rules },
  '/apis/rbac.authorization.k8s.io/v1 rolebindings': {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'one' },
    subjects: [{ kind: 'ServiceAccount', name: 'one', namespace: NAMESPACE }],
  },
  '/apis/storage.k8s.io/v1 csistoragecapacities': { storageClassName: 'one', capacity: '1536Mi' },
}

const CLUSTER: Readonly<Record<string, object>> = {
  '/api/v1 persistentvolumes': {
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/tmp' } },
  },
  '/apis/admissionregistration.k8s.io/v1 mutatingwebhookconfigurations': { webhooks },
  '/apis/admissionregistration.k8s.io/v1 validatingwebhookconfigurations': { webhooks },
  '/apis/networking.k8s.io/v1 ingressclasses': { spec: { controller: 'example.com/one' } },
  '/apis/node.k8s.io/v1 runtimeclasses': { handler: 'one', overhead: { podFixed: { cpu: '100m' } } },
  '/apis/rbac.authorization.k8s.io/v1 clusterroles': { rules },
  '/apis/rbac.authorization.k8s.io/v1 clusterrolebindings': {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'one' },
    subjects: [{ kind: 'Group', name: 'none', apiGroup: 'rbac.authorization.k8s.io' }],
  },
  '/apis/scheduling.k8s.io/v1 priorityclasses': { value: -7, description: 'low' },
  '/apis/storage.k8s.io/v1 csidrivers': {
    metadata: { name: 'one.example.com' },
    spec: { attachRequired: false },
  },
  '/apis/storage.k8s.io/v1 csinodes': { spec: { drivers: [] } },
  '/apis/storage.k8s.io/v1 storageclasses': { provisioner: 'example.com/one', allowVolumeExpansion: true },
}

const createAll = async (objects: Readonly<Record<string, object>>, within: string): Promise<void> => {
  for (const [place, object] of Object.entries(objects)) {
    const [version = '', plural = ''] = place.split(' ')
    await create(`${version}${within}/${plural}`, { metadata, ...object })
  }
}

export const createOneOfEach = async (): Promise<void> => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createAll(NAMESPACED, `/namespaces/${NAMESPACE}`)
  await createAll(CLUSTER, '')
  await patchStatus(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/one`, {
    replicas: 2,
    readyReplicas: 1,
    observedGeneration: 1,
  })
}
