// The fields that the API server can select a kind's objects by, beside metadata.name and metadata.namespace.
// Asks no cluster: a server that does not know one answers 400, and pages.ts goes on without it.
import { findBuiltIn } from '../cluster/kinds.ts'
import { groupOf } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import type { JsonPath } from '../host.ts'

/** Which JSON values the field has: a selector compares their texts. */
export type FieldType = 'string' | 'integer' | 'bool'

export interface SelectableField {
  /** As a field selector names it. */
  readonly label: string
  readonly path: readonly string[]
  readonly type: FieldType
}

// From pkg/registry and pkg/apis of k8s.io/kubernetes (…ToSelectableFields, AddFieldLabelConversionsFor…).
// `label`, or `label:path` where they differ; `#` marks an integer, `?` a bool.
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

/** The fields that a built-in kind is known to be selectable by. */
export function selectableFields(resource: Resource): SelectableField[] {
  const key = `${resource.apiVersion} ${resource.kind}`
  const fields = Object.hasOwn(FIELDS, key) ? (FIELDS[key] ?? '') : ''
  return fields === '' ? [] : fields.split(' ').map(selectable)
}

function isBuiltIn({ apiVersion, kind }: Resource): boolean {
  return findBuiltIn({ group: groupOf(apiVersion), version: null, kind, name: null, written: kind }) !== null
}

/**
 * A field of a custom resource that its definition may name among its selectableFields: only the API server knows.
 * Their values are strings, integers and booleans.
 */
export function guessedField(resource: Resource, path: JsonPath): SelectableField | null {
  if (path.length < 1 || path[0] === 'metadata' || isBuiltIn(resource)) return null
  if (!path.every((step) => typeof step === 'string' && /^[A-Za-z0-9_-]+$/.test(step))) return null
  return { label: path.join('.'), path: path as readonly string[], type: 'string' }
}
