// The mask over a Secret's values.
// Knows no paths: whoever reads a Secret reads the masked tree.
import { isObject, ownField } from './values.ts'
import type { JsonObject } from './values.ts'

export const MASK = '***'

/** kubectl apply keeps the whole object there, values included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

function maskValues(tree: JsonObject, field: string): void {
  const values = ownField(tree, field)
  if (values === undefined || values === null) return
  // Keys of a Secret are [-._a-zA-Z0-9]+, so an assignment could only fail on `__proto__`.
  if (!isObject(values) || Object.hasOwn(values, '__proto__')) tree[field] = MASK
  else for (const key of Object.keys(values)) values[key] = MASK
}

/** Masks the values of a Secret's tree in place: data, stringData, and the copy that `kubectl apply` keeps. */
export function maskSecret(tree: JsonObject): JsonObject {
  maskValues(tree, 'data')
  maskValues(tree, 'stringData')
  const annotations = ownField(ownField(tree, 'metadata'), 'annotations')
  if (isObject(annotations) && Object.hasOwn(annotations, LAST_APPLIED)) annotations[LAST_APPLIED] = MASK
  return tree
}
