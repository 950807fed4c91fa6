// Each control of the groups nsa and hygiene, by an object that fails and one that passes.
import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { clear } from '../support/clearing.ts'
import { apply } from '../support/manifests.ts'
import { create, patchStatus, remove } from '../support/objects.ts'
import { get, suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, rows, run, session } from '../support/sql.ts'

const [BAD, GOOD] = ['controls-bad', 'controls-good']
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices'
const KINDS = [
  'pods', 'deployments', 'daemonsets', 'statefulsets', 'replicasets', 'replicationcontrollers', 'jobs', 'cronjobs',
  'namespaces', 'nodes', 'services', 'secrets', 'serviceaccounts', 'persistentvolumeclaims', 'resourcequotas',
  'limitranges', 'networkpolicies', 'ingresses', 'poddisruptionbudgets', 'horizontalpodautoscalers', 'roles',
  'clusterroles', 'rolebindings', 'clusterrolebindings', 'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations', 'apiservices', 'certificatesigningrequests', 'certificates',
] // prettier-ignore

/** The object that fails and what is said of it, and the object that passes; `Kind/name`, in the namespace of its side. */
const CASES: Readonly<Record<string, readonly [bad: string, reason: string | RegExp, good: string]>> = {
  'nsa-anonymous': [
    'RoleBinding/everybody',
    'system:unauthenticated has the Role gone',
    'RoleBinding/narrow',
  ],
  'nsa-cluster-admin': [
    'RoleBinding/admin',
    'ServiceAccount controls-bad/default has cluster-admin',
    'RoleBinding/narrow',
  ],
  'nsa-default-deny-egress': [
    'Namespace/controls-bad',
    'no NetworkPolicy selects all pods with the type Egress and allows nothing',
    'Namespace/controls-good',
  ],
  'nsa-default-deny-ingress': [
    'Namespace/controls-bad',
    'no NetworkPolicy selects all pods with the type Ingress and allows nothing',
    'Namespace/controls-good',
  ],
  'nsa-default-namespace': ['Pod/controls-default', 'it is in the namespace default', 'Deployment/web'],
  'nsa-default-service-account': [
    'Deployment/web',
    'spec.template.spec.serviceAccountName is default',
    'Deployment/web',
  ],
  'nsa-escalation': [
    'ClusterRole/controls-bad',
    'rules[1] allows escalate, bind or impersonate',
    'Role/narrow',
  ],
  'nsa-exec': ['Role/wild', 'rules[0] allows pods/exec or pods/attach', 'Role/narrow'],
  'nsa-immutable-root': [
    'Deployment/web',
    'spec.template.spec.containers[web].securityContext.readOnlyRootFilesystem is not true',
    'Pod/web-1',
  ],
  'nsa-network-policy': ['Pod/lonely', 'no NetworkPolicy selects it', 'Pod/web-1'],
  'nsa-pod-security': [
    'Namespace/controls-bad',
    'the label pod-security.kubernetes.io/enforce is not set',
    'Namespace/controls-good',
  ],
  'nsa-read-secrets': ['Role/wild', 'rules[0] reads all Secrets', 'Role/narrow'],
  'nsa-resource-policies': [
    'Namespace/controls-bad',
    'it has no ResourceQuota; it has no LimitRange',
    'Namespace/controls-good',
  ],
  'nsa-runtime-socket': [
    'Deployment/web',
    'spec.template.spec.volumes[docker].hostPath is /run/docker.sock; spec.template.spec.volumes[run].hostPath is /var/run/',
    'Deployment/web',
  ],
  'nsa-secrets-in-env': [
    'Deployment/web',
    'spec.template.spec.containers[web].env has the Secret keys; spec.template.spec.containers[web].envFrom has the Secret more',
    'Deployment/web',
  ],
  'nsa-secrets-in-plain-text': [
    'Deployment/web',
    'spec.template.spec.containers[web].env[DB_PASSWORD] has a value',
    'Deployment/web',
  ],
  'nsa-service-account-token': [
    'Deployment/web',
    'spec.template.spec.automountServiceAccountToken is not set, nor is that of ServiceAccount default false',
    'Deployment/web',
  ],
  'nsa-wildcards': ['Role/wild', 'rules[0] has *', 'Role/narrow'],
  'hygiene-api-service': [
    'APIService/v1.controls.example.com',
    /^ServiceNotFound: service\/gone in "controls-bad" is not present/,
    'APIService/v1.apps',
  ],
  'hygiene-autoscaler-target': [
    'HorizontalPodAutoscaler/leftover',
    'spec.scaleTargetRef names Deployment gone, which is not there',
    'HorizontalPodAutoscaler/web',
  ],
  'hygiene-bare-pod': ['Pod/lonely', 'no controller owns it', 'Pod/web-1'],
  'hygiene-binding-role': ['RoleBinding/everybody', 'Role gone is not there', 'RoleBinding/narrow'],
  'hygiene-ca-bundle': [
    'ValidatingWebhookConfiguration/controls-bad',
    /^webhooks\[hook\.example\.com\]\.clientConfig\.caBundle ends at \d{4}-.*Z$/,
    'ValidatingWebhookConfiguration/controls-good',
  ],
  'hygiene-certificate': ['Certificate/shop', /^status\.notAfter is \d{4}-/, 'Certificate/shop'],
  'hygiene-claim-bound': [
    'PersistentVolumeClaim/data',
    'status.phase is Pending',
    'PersistentVolumeClaim/data',
  ],
  'hygiene-cpu-limit': [
    'Deployment/web',
    'spec.template.spec.containers[web].resources.limits.cpu is not set',
    'Deployment/web',
  ],
  'hygiene-cpu-request': [
    'Deployment/web',
    'spec.template.spec.containers[web].resources.requests.cpu is not set',
    'Deployment/web',
  ],
  'hygiene-deprecated-version': [
    'PodDisruptionBudget/stuck',
    'kubectl apply writes policy/v1beta1, which Kubernetes 1.25 no longer serves: use policy/v1',
    'PodDisruptionBudget/web',
  ],
  'hygiene-disruption-budget': [
    'PodDisruptionBudget/all-needed',
    '2 of 2 pods must be there',
    'PodDisruptionBudget/web',
  ],
  'hygiene-disruption-budget-pods': [
    'PodDisruptionBudget/stuck',
    'spec.selector selects no pod',
    'PodDisruptionBudget/web',
  ],
  'hygiene-image-tag': [
    'Deployment/web',
    'spec.template.spec.containers[web].image is registry.example.com:5000/shop/web',
    'Deployment/web',
  ],
  'hygiene-ingress-service': ['Ingress/plain', 'Service gone is not there', 'Ingress/web'],
  'hygiene-ingress-tls': ['Ingress/half', 'spec.tls has no entry for the host b.example.com', 'Ingress/web'],
  'hygiene-job-failed': ['Job/failing', 'BackoffLimitExceeded: it has reached the limit', 'Job/working'],
  'hygiene-liveness-probe': [
    'Deployment/web',
    'spec.template.spec.containers[web].livenessProbe is not set',
    'Deployment/web',
  ],
  'hygiene-memory-limit': [
    'Deployment/web',
    'spec.template.spec.containers[web].resources.limits.memory is not set',
    'Deployment/web',
  ],
  'hygiene-memory-request': [
    'Deployment/web',
    'spec.template.spec.containers[web].resources.requests.memory is not set',
    'Deployment/web',
  ],
  'hygiene-no-disruption-budget': [
    'Deployment/many',
    'no PodDisruptionBudget selects its pods',
    'Deployment/web',
  ],
  'hygiene-node-healthy': [
    'Node/controls-bad',
    'Ready is Unknown: Kubelet stopped posting node status.; DiskPressure is True',
    'Node/controls-good',
  ],
  'hygiene-node-port': ['Service/nobody', /^spec\.ports has nodePort \d+$/, 'Service/web'],
  'hygiene-pod-scheduled': ['Pod/unplaced', 'Unschedulable: 0/3 nodes are available', 'Pod/web-1'],
  'hygiene-pod-waiting': ['Pod/lonely', 'container app waits: CrashLoopBackOff: back-off 5m0s', 'Pod/web-1'],
  'hygiene-readiness-probe': [
    'Deployment/web',
    'spec.template.spec.containers[web].readinessProbe is not set',
    'Deployment/web',
  ],
  'hygiene-replicas': ['Deployment/web', 'spec.replicas is 1', 'Deployment/web'],
  'hygiene-restarts': [
    'Pod/lonely',
    'container app was restarted 12 times, the last time because of OOMKilled',
    'Pod/web-1',
  ],
  'hygiene-service-pods': ['Service/nobody', 'spec.selector selects no pod', 'Service/web'],
  'hygiene-signed-request': [
    'CertificateSigningRequest/controls-bad',
    /^the certificate in status\.certificate ends at /,
    'CertificateSigningRequest/controls-good',
  ],
  'hygiene-tls-secret': ['Secret/tls', /^the certificate in tls\.crt ends at \d{4}-.*Z$/, 'Secret/tls'],
  'hygiene-workload-ready': ['Deployment/web', '0 of 1 pods are ready', 'Deployment/web'],
}
/** In no namespace, or in another one. */
const PLACES: Readonly<Record<string, string>> = {
  'Pod/controls-default': 'default',
  'Node/controls-bad': '∅',
  'Node/controls-good': '∅',
  'Node/controls-mute': '∅',
  'ClusterRole/controls-bad': '∅',
}
const placeOf = (object: string, side: string): string =>
  PLACES[object] ??
  (/^(?:APIService|ValidatingWebhookConfiguration|CertificateSigningRequest)\//.test(object) ? '∅' : side)

/** Made once by `openssl req -new`; nobody has the key. */
const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITk1IVUNBUUF3RXpFUk1BOEdBMVVFQXd3SVkyOXVkSEp2YkhNd1dUQVRCZ2NxaGtqT1BRSUJCZ2dxaGtqTwpQUU1CQndOQ0FBUlRGWE9WbzVmalpJY3ZReGl1QXJPbllpLzNNRlkxNlhPdDZmbDd2QUVvZWRSR0ZIdHZ4b3lWCklzREQzS2hhOHQ1b01SRDVkYXRqSzJvVmt3TEx3QlBib0FBd0NnWUlLb1pJemowRUF3SURTQUF3UlFJaEFMUkUKSGV1QmJnYUtkRFN5cmlITDVKcWpYQWhxR0xObm9CcDZ4VmIva2xzRkFpQlJtZzFCTDdrcU00bndYWlFuZm9LRwppV2VINnpBdWZJY3ZOWTUzZ2prMnZnPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg=='

const authority = createAuthority('Example CA')
const certificate = (days: number): string => authority.issue(['hook.example.com'], -30, days).cert
const inBase64 = (text: string): string => Buffer.from(text).toString('base64')

/** What the API server says of itself some moments after. */
const untilUnavailable = async (): Promise<void> => {
  for (let tries = 300; ; tries--) {
    const { status } = await get(`${SERVICES}/v1.controls.example.com`)
    if (JSON.stringify(status ?? {}).includes('ServiceNotFound')) return
    if (tries === 0) throw new Error(JSON.stringify(status))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** By control and object. */
let found: Map<string, readonly string[]>
let lists: string[]
const ofObject = (control: string, object: string, side: string): readonly string[] =>
  found.get([control, placeOf(object, side), object].join(' ')) ?? []

beforeAll(async () => {
  await apply(suiteApi(), 'controls.yaml')
  await create('/api/v1/namespaces/default/pods', {
    metadata: { name: 'controls-default' },
    spec: { containers: [{ name: 'app', image: 'example.com/app:1' }] },
  })
  for (const [name, days] of [
    [BAD, 5],
    [GOOD, 60],
  ] as const) {
    const cert = inBase64(certificate(days))
    await create(WEBHOOKS, {
      metadata: { name },
      webhooks: [
        {
          name: 'hook.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Ignore',
          clientConfig: { url: 'https://hook.example.com', caBundle: cert },
        },
      ],
    })
    await create(REQUESTS, {
      metadata: { name },
      spec: { request: REQUEST, signerName: 'example.com/signer', usages: ['client auth'] },
    })
    await patchStatus(`${REQUESTS}/${name}`, { certificate: cert })
  }
  await createServer('controls_all', { session_settings: 'on' })
  await run(`SET client_min_messages = error; CREATE SCHEMA controls_all;
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (${KINDS.join(', ')}) FROM SERVER controls_all INTO controls_all;
    ALTER FOREIGN TABLE controls_all.secrets OPTIONS (ADD reveal_secrets 'true');`)
  // While it is there, discovery has a part that fails.
  await create(SERVICES, {
    metadata: { name: 'v1.controls.example.com' },
    spec: {
      group: 'controls.example.com',
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 15,
      service: { namespace: BAD, name: 'gone' },
    },
  })
  try {
    await untilUnavailable()
    const { rows: all, messages } = await session(
      `SET k8s_fdw.trace = on;
       SELECT concat_ws(' ', control, coalesce(namespace, '∅'), kind || '/' || name), status, reason, remedy
        FROM k8s_fdw.controls('controls_all', '{nsa-%,hygiene-%}')`,
    )
    expect(messages).not.toContain('ERROR')
    lists = [...messages.matchAll(/^INFO: {2}k8s_fdw: GET (\/api[^?: ]+)/gm)].map(([, path = '']) => path)
    found = new Map(all.map(([key = '', ...row]) => [key, row]))
  } finally {
    await remove(`${SERVICES}/v1.controls.example.com`)
  }
})

afterAll(async () => {
  await clear(
    [BAD, GOOD],
    [
      'pods', 'services', 'secrets', 'serviceaccounts', 'apps/replicasets', 'persistentvolumeclaims', 'resourcequotas', 'limitranges',
      'apps/deployments', 'batch/jobs', 'networking.k8s.io/networkpolicies', 'networking.k8s.io/ingresses',
      'policy/poddisruptionbudgets', 'autoscaling/horizontalpodautoscalers', 'rbac.authorization.k8s.io/roles',
      'rbac.authorization.k8s.io/rolebindings',
    ], // prettier-ignore
  )
  await remove('/api/v1/namespaces/default/pods/controls-default?gracePeriodSeconds=0')
  await remove('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/certificates.cert-manager.io')
  await remove(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${BAD}`)
  await remove('/api/v1/nodes/controls-mute')
  for (const name of [BAD, GOOD])
    for (const path of [WEBHOOKS, REQUESTS, '/api/v1/nodes']) await remove(`${path}/${name}`)
})

describe('each control', () => {
  it('has a case', async () => {
    const ids = await rows(
      `SELECT id FROM k8s_fdw.control_list() WHERE id !~ '^pss-' ORDER BY id COLLATE "C"`,
    )
    expect(ids.map(([id]) => id)).toEqual(Object.keys(CASES).sort())
  })

  it('costs no request of its own: each kind is listed once', () => {
    // Of a kind that k8s_fdw does not know by itself, it asks the cluster for the group's version first.
    const ofKinds = lists.filter((path) => !path.endsWith('/v1'))
    expect(ofKinds.map((path) => path.replace(/^.*\//, '')).sort()).toEqual([...KINDS].sort())
  })

  it.each(Object.entries(CASES))('%s', (control, [bad, reason, good]) => {
    const [status, said = '', remedy] = ofObject(control, bad, BAD)
    expect([status, said]).toEqual([
      'alarm',
      reason instanceof RegExp ? expect.stringMatching(reason) : reason,
    ])
    expect(remedy).toMatch(/\.$/)
    expect(ofObject(control, good, GOOD)).toEqual(['ok', '∅', '∅'])
  })

  it.each([
    ['hygiene-disruption-budget', 'PodDisruptionBudget/stuck', 'alarm', 'spec.maxUnavailable is 0'],
    ['hygiene-ingress-tls', 'Ingress/plain', 'alarm', 'spec.tls is not set'],
    [
      'hygiene-image-tag',
      'Deployment/many',
      'alarm',
      'spec.template.spec.containers[many].image is example.com/many:latest',
    ],
    [
      'hygiene-autoscaler-target',
      'HorizontalPodAutoscaler/other',
      'skip',
      'spec.scaleTargetRef names a Widget, and no table of workloads shows that kind',
    ],
    ['hygiene-bare-pod', 'Pod/ignored', 'alarm', 'no controller owns it'],
    [
      'hygiene-image-tag',
      'ReplicaSet/of-other',
      'alarm',
      'spec.template.spec.containers[app].image is example.com/app',
    ],
    ['hygiene-job-failed', 'Job/silent', 'alarm', 'the condition Failed is True'],
    ['hygiene-node-healthy', 'Node/controls-mute', 'alarm', 'it has no condition Ready'],
    [
      'hygiene-pod-scheduled',
      'Pod/ignored',
      'alarm',
      'it has no node, and no condition PodScheduled: does the scheduler nobody run?',
    ],
    ['hygiene-restarts', 'Pod/ignored', 'alarm', 'container side was restarted 50 times'],
    ['nsa-escalation', 'Role/copied', 'alarm', 'rules[0] allows escalate, bind or impersonate'],
    ['nsa-exec', 'Role/copied', 'alarm', 'rules[0] allows pods/exec or pods/attach'],
    ['nsa-read-secrets', 'Role/copied', 'alarm', 'rules[0] reads all Secrets'],
    ['nsa-wildcards', 'Role/copied', 'alarm', 'rules[0] has *'],
  ])('%s says of %s: %s, %s', (control, object, status, reason) => {
    expect(ofObject(control, object, BAD).slice(0, 2)).toEqual([status, reason])
  })

  it("leaves out Kubernetes' own roles", () => {
    expect(found.has('nsa-wildcards ∅ ClusterRole/cluster-admin')).toBe(false)
    expect(found.has('nsa-wildcards ∅ ClusterRole/system:controller:generic-garbage-collector')).toBe(false)
  })

  it('asks for no probe of what ends', () => {
    expect(ofObject('hygiene-readiness-probe', 'Job/working', GOOD)).toEqual([])
    expect(ofObject('hygiene-cpu-request', 'Job/working', GOOD)[0]).toBe('alarm')
  })

  it('does not show what a variable holds', () => {
    expect(JSON.stringify([...found])).not.toContain('hunter2')
  })

  it('says that it cannot see a certificate that is masked', async () => {
    await run("ALTER FOREIGN TABLE controls_all.secrets OPTIONS (SET reveal_secrets 'false')")
    expect(
      await rows(
        `SELECT status, reason FROM k8s_fdw.controls('controls_all', '{hygiene-tls-secret}', '${BAD}')`,
      ),
    ).toEqual([
      [
        'skip',
        'the values of Secrets are masked: a table with reveal_secrets shows them, to whoever may read it',
      ],
    ])
  })
})

describe('the end of a certificate', () => {
  const endsOf = async (texts: readonly string[]): Promise<string[]> => {
    const ends = await rows(
      `SELECT (SELECT string_agg(to_char(c.not_after AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'), ' ' ORDER BY c.nth) FROM k8s_fdw.certificates(t) AS c)
        FROM unnest(ARRAY[${texts.map(quoted).join(', ')}]::text[]) WITH ORDINALITY AS u (t, n) ORDER BY n`,
    )
    return ends.map(([end = '']) => end)
  }
  const theirs = (pem: string): string => new Date(new X509Certificate(pem).validTo).toISOString()

  it('is what Node.js reads, of the authorities that it trusts and of own ones', async () => {
    const texts = [...rootCertificates, ...[1, 400, 20_000].map(certificate)]
    expect(await endsOf(texts)).toEqual(texts.map(theirs))
    expect(await endsOf(texts.slice(0, 3).map(inBase64))).toEqual(texts.slice(0, 3).map(theirs))
  })

  it('is that of each in a bundle, and NULL of what is none', async () => {
    const [one = '', two = ''] = rootCertificates
    expect(await endsOf([`${one}\n${two}`])).toEqual([`${theirs(one)} ${theirs(two)}`])
    const broken = one.replace(/\n[^\n]+\n/, '\n')
    const none = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
    expect(await endsOf([none, 'none', '***', ''])).toEqual(['∅', '∅', '∅', '∅'])
    expect(await endsOf([broken])).not.toEqual([theirs(one)])
  })
})
