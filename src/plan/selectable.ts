// The fields by which the API server can select objects of a kind, besides metadata.name and metadata.namespace. If a
// server does not know one of them it answers 400, and the pager goes on without that field.
import { findBuiltIn } from '../cluster/kinds.ts'
import { groupOf } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import type { JsonPath } from '../host.ts'

/** The type of the field's values. A selector compares their texts. */
export type FieldType = 'string' | 'integer' | 'bool'

export interface SelectableField {
  /** The name of the field in a field selector. */
  readonly label: string
  readonly path: readonly string[]
  readonly type: FieldType
}

// Copied from the ToSelectableFields and AddFieldLabelConversionsFor functions in pkg/registry and pkg/apis of
// k8s.io/kubernetes. An entry is `label`, or `label:path` if the two differ; `#` marks an integer and `?` a boolean.
const OBJECT_REFERENCE = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']
const FIELDS: { readonly [kind: string]: string } = {
  'v1 Pod':
    'spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName ?spec.hostNetwork status.phase status.podIP status.nominatedNodeName',
  'v1 Node': '?spec.unschedulable',
  'v1 Service': 'spec.clusterIP spec.type',
  'v1 Event': `${OBJECT_REFERENCE.map((field) => `involvedObject.${field}`).join(' ')} reason reportingComponent source:source.component type`,
  'events.k8s.io/v1 Event': `${OBJECT_REFERENCE.map((field) => `regarding.${field}`).join(' ')} reason reportingController type`,
  'v1 Secret': 'type',
  'v1 Namespace': 'status.phase',
  'v1 ReplicationController': '#status.replicas',
  'batch/v1 Job': '#status.successful:status.succeeded',
  'certificates.k8s.io/v1 CertificateSigningRequest': 'spec.signerName',
}

function selectable(written: string): SelectableField {
  const type = written.startsWith('#') ? 'integer' : written.startsWith('?') ? 'bool' : 'string'
  const [label = '', path = label] = (type === 'string' ? written : written.slice(1)).split(':')
  return { label, path: path.split('.'), type }
}

/** The fields by which objects of a built-in kind are known to be selectable. */
export function selectableFields(resource: Resource): SelectableField[] {
  const key = `${resource.apiVersion} ${resource.kind}`
  const fields = Object.hasOwn(FIELDS, key) ? (FIELDS[key] ?? '') : ''
  return fields === '' ? [] : fields.split(' ').map(selectable)
}

function isBuiltIn({ apiVersion, kind }: Resource): boolean {
  return findBuiltIn({ group: groupOf(apiVersion), version: null, kind, name: null, written: kind }) !== null
}

/**
 * A field of a custom resource that its definition may list in selectableFields, which only the API server knows. Such
 * fields are strings, integers or booleans.
 */
export function guessedField(resource: Resource, path: JsonPath): SelectableField | null {
  if (path.length < 1 || path[0] === 'metadata' || isBuiltIn(resource)) return null
  if (!path.every((step) => typeof step === 'string' && /^[A-Za-z0-9_-]+$/.test(step))) return null
  return { label: path.join('.'), path: path as readonly string[], type: 'string' }
}
