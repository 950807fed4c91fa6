// The mask over a Secret's values.
// Knows no paths: whoever reads a Secret reads the masked tree.
import type { JsonValue } from './host.ts'

export const MASK = '***'

/** kubectl apply keeps the whole object there, values included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

function maskValues(tree: { [key: string]: JsonValue }, field: string): void {
  if (!Object.hasOwn(tree, field)) return
  const values = tree[field]
  if (values === null || values === undefined) return
  if (typeof values !== 'object' || Array.isArray(values)) {
    tree[field] = MASK
    return
  }
  for (const key of Object.keys(values)) {
    // Keys of a Secret are [-._a-zA-Z0-9]+, so an assignment could only fail on `__proto__`.
    if (key === '__proto__') tree[field] = MASK
    else values[key] = MASK
  }
}

/** Masks the values of a Secret's tree in place: data, stringData, and the copy that `kubectl apply` keeps. */
export function maskSecret(tree: { [key: string]: JsonValue }): JsonValue {
  maskValues(tree, 'data')
  maskValues(tree, 'stringData')
  const metadata = Object.hasOwn(tree, 'metadata') ? tree['metadata'] : null
  if (metadata === null || typeof metadata !== 'object' || Array.isArray(metadata)) return tree
  const annotations = Object.hasOwn(metadata, 'annotations') ? metadata['annotations'] : null
  if (annotations === null || typeof annotations !== 'object' || Array.isArray(annotations)) return tree
  if (Object.hasOwn(annotations, LAST_APPLIED)) annotations[LAST_APPLIED] = MASK
  return tree
}
