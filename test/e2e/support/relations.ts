// The relations between the objects of a cluster, computed from what kubectl gets: what the views of relations() are to
// show. For each view the columns that are compared, and their values as one JSON text a row.
import { kubectlMeanwhile } from './kubectl.ts'
import type { Json } from './imported.ts'

type Value = Json | undefined

/** What is at a path; undefined where it leads nowhere. */
export const at = (value: Value, path: string): Value =>
  path
    .split('.')
    .reduce<Value>(
      (part, key) =>
        typeof part === 'object' && part !== null && !Array.isArray(part) ? part[key] : undefined,
      value,
    )

export const all = (value: Value, path: string): Json[] => {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

export const text = (value: Value, path: string): string | null => {
  const found = at(value, path)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null
}

export interface Objects {
  readonly of: (kind: string) => readonly Json[]
  readonly every: readonly Json[]
}

/** All objects of these resources, in all namespaces. */
export const getObjects = async (resources: string): Promise<Objects> => {
  const every = all(
    JSON.parse(await kubectlMeanwhile(['get', resources, '-A', '-o', 'json'])) as Json,
    'items',
  )
  return { every, of: (kind) => every.filter((object) => text(object, 'kind') === kind) }
}

const place = (object: Json): string | null => text(object, 'metadata.namespace')
const nameOf = (object: Json): string | null => text(object, 'metadata.name')
const uidOf = (object: Json | undefined): string | null => text(object, 'metadata.uid')

const named = (objects: readonly Json[], namespace: string | null, name: string | null): Json | undefined =>
  objects.find((object) => place(object) === namespace && nameOf(object) === name)

const labelsOf = (object: Json): Readonly<Record<string, Json>> => {
  const labels = at(object, 'metadata.labels')
  return typeof labels === 'object' && labels !== null && !Array.isArray(labels) ? labels : {}
}

const hasAll = (object: Json, wanted: Value): boolean =>
  Object.entries((wanted ?? {}) as Record<string, Json>).every(
    ([key, value]) => labelsOf(object)[key] === value,
  )

/** As the API's reference describes a label selector. */
export const isSelected = (object: Json, selector: Value): boolean => {
  if (selector === undefined || selector === null) return false
  return (
    hasAll(object, at(selector, 'matchLabels')) &&
    all(selector, 'matchExpressions').every((expression) => {
      const value = labelsOf(object)[text(expression, 'key') ?? '']
      const isListed = value !== undefined && all(expression, 'values').includes(value)
      const holds: Readonly<Record<string, boolean>> = {
        In: isListed,
        NotIn: !isListed,
        Exists: value !== undefined,
        DoesNotExist: value === undefined,
      }
      return holds[text(expression, 'operator') ?? ''] ?? false
    })
  )
}

/** [kind, name, container, volume] of what a pod names. */
const referencesOf = (pod: Json): (string | null)[][] => {
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((kind) =>
    all(pod, `spec.${kind}`),
  )
  const inContainers = containers.flatMap((container) =>
    [
      ...all(container, 'envFrom').map((one) => [one, 'configMapRef', 'secretRef'] as const),
      ...all(container, 'env').map(
        (one) => [at(one, 'valueFrom'), 'configMapKeyRef', 'secretKeyRef'] as const,
      ),
    ].flatMap(([from, configMap, secret]) => [
      ['ConfigMap', text(from, `${configMap}.name`), text(container, 'name'), null],
      ['Secret', text(from, `${secret}.name`), text(container, 'name'), null],
    ]),
  )
  const inVolumes = all(pod, 'spec.volumes').flatMap((volume) =>
    [volume, ...all(volume, 'projected.sources')].flatMap((source) => [
      ['ConfigMap', text(source, 'configMap.name'), null, text(volume, 'name')],
      [
        'Secret',
        text(source, 'secret.name') ?? text(source, 'secret.secretName'),
        null,
        text(volume, 'name'),
      ],
    ]),
  )
  const toPull = all(pod, 'spec.imagePullSecrets').map((one) => ['Secret', text(one, 'name'), null, null])
  return [...inContainers, ...inVolumes, ...toPull].filter(([, name]) => name !== null)
}

type Row = readonly (Json | undefined)[]

const referencesTo = ({ of }: Objects, kind: string): Row[] =>
  of('Pod').flatMap((pod) =>
    referencesOf(pod)
      .filter(([of]) => of === kind)
      .map(([, name = null, container, volume]) => {
        const found = named(of(kind), place(pod), name)
        return [place(pod), nameOf(pod), name, found !== undefined, uidOf(found), container, volume]
      }),
  )

const ownersOf = ({ every }: Objects): Row[] => {
  const parents = new Map(every.map((object) => [uidOf(object), all(object, 'metadata.ownerReferences')]))
  const above = (uid: string | null, distance: number): Row[] =>
    (parents.get(uid) ?? []).flatMap((owner) => {
      const ownerUid = text(owner, 'uid')
      const isRoot = (parents.get(ownerUid) ?? []).length === 0
      return [
        [text(owner, 'kind'), text(owner, 'name'), ownerUid, distance, isRoot],
        ...above(ownerUid, distance + 1),
      ]
    })
  return every.flatMap((object) => above(uidOf(object), 1).map((row) => [uidOf(object), ...row]))
}

const endpointsOf = ({ of }: Objects): Row[] =>
  of('Service').flatMap((service): Row[] => {
    const rows = of('EndpointSlice')
      .filter(
        (slice) =>
          place(slice) === place(service) &&
          labelsOf(slice)['kubernetes.io/service-name'] === nameOf(service),
      )
      .flatMap((slice) => all(slice, 'endpoints'))
      .map((endpoint): Row => [
        place(service),
        nameOf(service),
        all(endpoint, 'addresses')[0],
        at(endpoint, 'conditions.ready') ?? true,
        text(endpoint, 'targetRef.name'),
        text(endpoint, 'nodeName'),
      ])
    return rows.length > 0 ? rows : [[place(service), nameOf(service), null, false, null, null]]
  })

const backendsOf = ({ of }: Objects): Row[] =>
  of('Ingress').flatMap((ingress) => {
    const paths = all(ingress, 'spec.rules').flatMap((rule) =>
      all(rule, 'http.paths').map((path) => ({
        host: text(rule, 'host'),
        path,
        backend: at(path, 'backend.service'),
      })),
    )
    const standard = { host: null, path: undefined, backend: at(ingress, 'spec.defaultBackend.service') }
    return [...paths, standard]
      .filter(({ backend }) => backend !== undefined)
      .map(({ host, path, backend }) => {
        const found = named(of('Service'), place(ingress), text(backend, 'name'))
        const port = text(backend, 'port.name') ?? text(backend, 'port.number')
        return [
          place(ingress),
          nameOf(ingress),
          host,
          text(path, 'path'),
          text(backend, 'name'),
          port,
          uidOf(found),
        ]
      })
  })

const routedOf = ({ of }: Objects): Row[] =>
  of('HTTPRoute').flatMap((route) =>
    all(route, 'spec.rules')
      .flatMap((rule) => [
        ...all(rule, 'backendRefs'),
        ...all(rule, 'filters').flatMap((filter) => at(filter, 'requestMirror.backendRef') ?? []),
      ])
      .filter((backend) => (text(backend, 'kind') ?? 'Service') === 'Service')
      .map((backend) => {
        const namespace = text(backend, 'namespace') ?? place(route)
        const found = named(of('Service'), namespace, text(backend, 'name'))
        return [
          place(route),
          nameOf(route),
          namespace,
          text(backend, 'name'),
          text(backend, 'port'),
          uidOf(found),
        ]
      }),
  )

const selectedBy = ({ of }: Objects, kind: string, path: string): Row[] =>
  of(kind).flatMap((one) =>
    of('Pod')
      .filter((pod) => place(pod) === place(one) && isSelected(pod, at(one, path)))
      .map((pod) => [place(one), nameOf(one), nameOf(pod), uidOf(pod)]),
  )

const rulesOf = ({ of }: Objects): Row[] =>
  [...of('RoleBinding'), ...of('ClusterRoleBinding')].flatMap((binding) => {
    const kind = text(binding, 'roleRef.kind') ?? ''
    const role = named(of(kind), kind === 'Role' ? place(binding) : null, text(binding, 'roleRef.name'))
    const rules: Value[] = all(role, 'rules').length > 0 ? all(role, 'rules') : [undefined]
    return all(binding, 'subjects').flatMap((subject) =>
      rules.map((rule) => [
        text(subject, 'kind'),
        text(subject, 'namespace'),
        text(subject, 'name'),
        place(binding),
        uidOf(binding),
        role !== undefined,
        rule === undefined ? null : all(rule, 'verbs'),
      ]),
    )
  })

interface Relation {
  readonly columns: string
  readonly rows: (objects: Objects) => readonly Row[]
}

/** By the name of the view. */
export const RELATIONS: Readonly<Record<string, Relation>> = {
  objects: {
    columns: 'api_version, kind, namespace, name, uid',
    rows: ({ every }) =>
      every.map((object) => [
        text(object, 'apiVersion'),
        text(object, 'kind'),
        place(object),
        nameOf(object),
        uidOf(object),
      ]),
  },
  owner_references: {
    columns: 'uid, owner_kind, owner_name, owner_uid, controller',
    rows: ({ every }) =>
      every.flatMap((object) =>
        all(object, 'metadata.ownerReferences').map((owner) => [
          uidOf(object),
          ...['kind', 'name', 'uid'].map((key) => text(owner, key)),
          at(owner, 'controller') === true,
        ]),
      ),
  },
  owners: { columns: 'uid, owner_kind, owner_name, owner_uid, distance, is_root', rows: ownersOf },
  service_endpoints: {
    columns: 'namespace, service_name, address, ready, pod_name, node_name',
    rows: endpointsOf,
  },
  service_pods: {
    columns: 'namespace, service_name, pod_name, pod_uid',
    rows: (objects) =>
      objects.of('Service').flatMap((service) =>
        objects
          .of('Pod')
          .filter(
            (pod) =>
              place(pod) === place(service) &&
              at(service, 'spec.selector') !== undefined &&
              hasAll(pod, at(service, 'spec.selector')),
          )
          .map((pod) => [place(service), nameOf(service), nameOf(pod), uidOf(pod)]),
      ),
  },
  pod_nodes: {
    columns: 'pod_uid, node_name, node_uid, node_ready, node_unschedulable',
    rows: ({ of }) =>
      of('Pod').map((pod) => {
        const node = named(of('Node'), null, text(pod, 'spec.nodeName'))
        const ready = all(node, 'status.conditions').find((one) => text(one, 'type') === 'Ready')
        const off = node === undefined ? null : (at(node, 'spec.unschedulable') ?? false)
        return [uidOf(pod), text(pod, 'spec.nodeName'), uidOf(node), text(ready, 'status'), off]
      }),
  },
  pod_volumes: {
    columns: 'pod_uid, volume_name, type, claim_name, claim_uid, claim_phase',
    rows: ({ of }) =>
      of('Pod').flatMap((pod) =>
        all(pod, 'spec.volumes').map((volume) => {
          const type = Object.keys(volume as object).find((key) => key !== 'name')
          const ephemeral = type === 'ephemeral' ? `${nameOf(pod) ?? ''}-${text(volume, 'name') ?? ''}` : null
          const claimName = text(volume, 'persistentVolumeClaim.claimName') ?? ephemeral
          const claim = named(of('PersistentVolumeClaim'), place(pod), claimName)
          return [
            uidOf(pod),
            text(volume, 'name'),
            type,
            claimName,
            uidOf(claim),
            text(claim, 'status.phase'),
          ]
        }),
      ),
  },
  pod_config_maps: {
    columns: 'namespace, pod_name, config_map_name, found, config_map_uid, container, volume',
    rows: (objects) => referencesTo(objects, 'ConfigMap'),
  },
  pod_secrets: {
    columns: 'namespace, pod_name, secret_name, found, secret_uid, container, volume',
    rows: (objects) => referencesTo(objects, 'Secret'),
  },
  pod_service_accounts: {
    columns: 'pod_uid, service_account_name, found, service_account_uid',
    rows: ({ of }) =>
      of('Pod').map((pod) => {
        const name = text(pod, 'spec.serviceAccountName') ?? 'default'
        const account = named(of('ServiceAccount'), place(pod), name)
        return [uidOf(pod), name, account !== undefined, uidOf(account)]
      }),
  },
  ingress_services: {
    columns: 'namespace, ingress_name, host, path, service_name, port, service_uid',
    rows: backendsOf,
  },
  http_route_services: {
    columns: 'namespace, http_route_name, service_namespace, service_name, port, service_uid',
    rows: routedOf,
  },
  horizontal_pod_autoscaler_targets: {
    columns: 'horizontal_pod_autoscaler_uid, target_kind, target_name, found, target_uid',
    rows: ({ of }) =>
      of('HorizontalPodAutoscaler').map((scaler) => {
        const kind = text(scaler, 'spec.scaleTargetRef.kind') ?? ''
        const target = named(of(kind), place(scaler), text(scaler, 'spec.scaleTargetRef.name'))
        return [
          uidOf(scaler),
          kind,
          text(scaler, 'spec.scaleTargetRef.name'),
          target !== undefined,
          uidOf(target),
        ]
      }),
  },
  pod_disruption_budget_pods: {
    columns: 'namespace, pod_disruption_budget_name, pod_name, pod_uid',
    rows: (objects) => selectedBy(objects, 'PodDisruptionBudget', 'spec.selector'),
  },
  network_policy_pods: {
    columns: 'namespace, network_policy_name, pod_name, pod_uid',
    rows: (objects) => selectedBy(objects, 'NetworkPolicy', 'spec.podSelector'),
  },
  subject_rules: {
    columns: 'subject_kind, subject_namespace, subject_name, namespace, binding_uid, role_found, verbs',
    rows: rulesOf,
  },
  object_events: {
    columns: 'kind, namespace, name, type, reason, message, event_uid',
    rows: ({ of }) =>
      of('Event').map((event) => [
        ...['kind', 'namespace', 'name'].map((key) => text(event, `involvedObject.${key}`)),
        ...['type', 'reason', 'message'].map((key) => text(event, key)),
        uidOf(event),
      ]),
  },
}

const inOrder = (lines: readonly string[]): string[] => [...lines].sort((a, b) => (a < b ? -1 : 1))

export const expectedRows = (view: string, objects: Objects): string[] =>
  inOrder(
    (RELATIONS[view]?.rows(objects) ?? []).map((row) => JSON.stringify(row.map((cell) => cell ?? null))),
  )

/** A statement whose rows are [view, row]. */
export const selectRelation = (schema: string, view: string): string =>
  `SELECT '${view}', jsonb_build_array(${RELATIONS[view]?.columns ?? ''}) FROM ${schema}.${view};`

export const shownRows = (view: string, found: readonly string[][]): string[] =>
  inOrder(found.filter(([of]) => of === view).map(([, row = '']) => JSON.stringify(JSON.parse(row))))
