// Two kinds of custom resources with conditions: certificates as cert-manager has them, and databases of an operator.
import type { Api } from './api.ts'
import { pathOf, type Manifest } from './apply.ts'
import { condition, object } from './pods.ts'

const definition = (group: string, kind: string): Manifest => {
  const singular = kind.toLowerCase()
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  return object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `${singular}s.${group}`, undefined, {
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: kind === 'Certificate' ? CERTIFICATE : anything,
                status: kind === 'Certificate' ? CERTIFICATE_STATUS : STATUS,
              },
            },
          },
        },
      ],
    },
  })
}

const TEXT = { type: 'string' }
const TIME = { type: 'string', format: 'date-time' }
const CONDITIONS = {
  type: 'array',
  items: {
    type: 'object',
    properties: { type: TEXT, status: TEXT, reason: TEXT, message: TEXT, lastTransitionTime: TIME },
  },
}
const CERTIFICATE = {
  type: 'object',
  properties: {
    secretName: TEXT,
    dnsNames: { type: 'array', items: TEXT },
    issuerRef: { type: 'object', properties: { kind: TEXT, name: TEXT } },
  },
}
const CERTIFICATE_STATUS = {
  type: 'object',
  properties: { conditions: CONDITIONS, notAfter: TIME, renewalTime: TIME },
}
const STATUS = { type: 'object', properties: { conditions: CONDITIONS, phase: TEXT } }

export const definitions = (): Manifest[] => [
  definition('cert-manager.io', 'Certificate'),
  definition('databases.example.com', 'Database'),
]

/** A definition is served a moment after it is made. */
export const served = async (api: Api, manifests: readonly Manifest[]): Promise<void> => {
  for (const manifest of manifests)
    for (let tries = 100; ; tries--) {
      const answer = await api.get(pathOf(manifest)).catch((error: unknown) => error)
      if (!(answer instanceof Error)) break
      if (tries === 0) throw answer
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
}

const days = (count: number): string =>
  new Date(Date.now() + (count + 0.5) * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z')

const certificate = (namespace: string, name: string, dnsName: string, status: object): Manifest =>
  object('cert-manager.io/v1', 'Certificate', name, namespace, {
    spec: {
      secretName: `${name}-tls`,
      dnsNames: [dnsName],
      issuerRef: { kind: 'ClusterIssuer', name: 'internal' },
    },
    status,
  })

export const resourcesOfThem = (): Manifest[] => [
  certificate('payments', 'api', 'api.payments.svc', {
    notAfter: days(21),
    renewalTime: days(-9),
    conditions: [
      condition('Ready', 'True', 'Ready', 'Certificate is up to date and has not expired'),
      condition('Issuing', 'True', 'Renewing', 'Renewing certificate as renewal was scheduled'),
    ],
  }),
  certificate('shop', 'web', 'shop.example.com', {
    notAfter: days(61),
    renewalTime: days(31),
    conditions: [condition('Ready', 'True', 'Ready', 'Certificate is up to date and has not expired')],
  }),
  certificate('payments', 'checkout', 'shop.example.com', {
    conditions: [condition('Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist')],
  }),
  object('databases.example.com/v1', 'Database', 'orders', 'shop', {
    spec: { engine: 'postgres' },
    status: { phase: 'Running', conditions: [condition('Ready', 'True', 'Running', 'accepts connections')] },
  }),
  object('databases.example.com/v1', 'Database', 'reports', 'shop', {
    spec: { engine: 'postgres' },
    status: {
      phase: 'Creating',
      conditions: [condition('Ready', 'False', 'VolumePending', 'waits for its volume')],
    },
  }),
  object('databases.example.com/v1', 'Database', 'ledger', 'payments', { spec: { engine: 'postgres' } }),
]
