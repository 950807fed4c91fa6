// Roles and bindings of the cookbook's cluster, the usual and the odd ones.
import type { Api } from './api.ts'
import type { Manifest } from './apply.ts'
import { object } from './pods.ts'

const RBAC = 'rbac.authorization.k8s.io'
const VERSION = `${RBAC}/v1`

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

const rule = (group: string, resources: string, verbs: string, names?: readonly string[]): Rule => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...(names === undefined ? {} : { resourceNames: names }),
})

const role = (name: string, namespace: string | undefined, rules: readonly Rule[]): Manifest =>
  object(VERSION, namespace === undefined ? 'ClusterRole' : 'Role', name, namespace, { more: { rules } })

const subject = (text: string): object => {
  const [kind = '', name = '', namespace] = text.split(' ')
  return kind === 'ServiceAccount' ? { kind, name, namespace } : { kind, name, apiGroup: RBAC }
}

const binding = (
  name: string,
  namespace: string | undefined,
  of: string,
  subjects: readonly string[],
): Manifest => {
  const [kind, roleName] = of.split(' ')
  return object(VERSION, namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding', name, namespace, {
    more: { roleRef: { apiGroup: RBAC, kind, name: roleName }, subjects: subjects.map(subject) },
  })
}

export const rights = (): Manifest[] => [
  role('deployer', 'shop', [
    rule('apps', 'deployments statefulsets', 'get list patch delete'),
    rule('', 'pods', 'get list'),
  ]),
  role('rotate-token', 'shop', [rule('', 'secrets', 'get delete', ['payment-provider-2022'])]),
  role('pod-cleaner', undefined, [rule('', 'pods', 'list delete deletecollection')]),
  role('forgotten', 'payments', [rule('', 'pods', 'delete')]),
  role('cert-manager', undefined, [rule('', 'secrets', 'get list watch create update delete')]),
  role('everything-in-apps', undefined, [rule('apps', '*', '*')]),
  binding('deployers', 'shop', 'Role deployer', ['Group shop-developers', 'User jane']),
  binding('rotation', 'shop', 'Role rotate-token', ['User jane']),
  binding('cleaner', 'payments', 'ClusterRole pod-cleaner', ['ServiceAccount cleaner payments']),
  binding('operators', undefined, 'ClusterRole cluster-admin', ['Group operators']),
  binding('cert-manager', undefined, 'ClusterRole cert-manager', [
    'ServiceAccount cert-manager cert-manager',
  ]),
  binding('apps', undefined, 'ClusterRole everything-in-apps', ['User release-bot']),
  binding('editors', 'shop', 'ClusterRole edit', ['User joe']),
  binding('former-team', 'payments', 'Role auditors', ['User tim']),
  binding('old-bot', 'shop', 'ClusterRole view', ['ServiceAccount bot shop']),
]

/** As the aggregation controller fills in view, edit and admin. */
export const aggregateRoles = async (api: Api): Promise<void> => {
  const root = `/apis/${VERSION}/clusterroles`
  const { items } = await api.get<{
    items: readonly {
      metadata: { name: string; labels?: Record<string, string> }
      rules: readonly Rule[] | null
    }[]
  }>(root)
  for (const name of ['view', 'edit', 'admin']) {
    const label = `${RBAC}/aggregate-to-${name}`
    const rules = items
      .filter(({ metadata }) => metadata.labels?.[label] === 'true')
      .flatMap((item) => item.rules ?? [])
    await api.patch(`${root}/${name}`, { rules })
  }
}
