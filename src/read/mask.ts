// Masks the values of a Secret. It works on the tree, so whoever reads a Secret must read everything from the masked
// tree.
import { isObject, ownField } from '../json/values.ts'
import type { JsonObject } from '../json/values.ts'

export const MASK = '***'

/**
 * The annotations whose values are shown: it is fixed who writes them and what, and that is no secret. All others are
 * masked, because dozens of tools keep the whole Secret in an annotation, as text or encoded, and no list of those
 * could be complete.
 */
const HARMLESS = [
  'kubernetes.io/service-account.name',
  'kubernetes.io/service-account.uid',
  'meta.helm.sh/release-name',
  'meta.helm.sh/release-namespace',
  'cert-manager.io/alt-names',
  'cert-manager.io/certificate-name',
  'cert-manager.io/common-name',
  'cert-manager.io/ip-sans',
  'cert-manager.io/issuer-group',
  'cert-manager.io/issuer-kind',
  'cert-manager.io/issuer-name',
  'cert-manager.io/uri-sans',
]

/**
 * The least length of a value that is looked for in labels. Shorter ones (`true`, `admin`) are found there by chance.
 */
const LEAST_COMPARED = 6
/** The most labels that are compared; the rest is masked without a look. */
const MOST_LABELS = 200
/** The API server accepts no longer label; a longer one is masked without a look. */
const LONGEST_LABEL = 63
/** The number of characters that a label of that length has in base64. */
const LONGEST_COMPARED = 84
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function maskValues(tree: JsonObject, field: string, shown: readonly string[]): void {
  const values = ownField(tree, field)
  if (values === undefined || values === null) return
  // Keys of a Secret are [-._a-zA-Z0-9]+, so `__proto__` is the only one that cannot be assigned.
  if (!isObject(values) || Object.hasOwn(values, '__proto__')) tree[field] = MASK
  else for (const key of Object.keys(values)) if (!shown.includes(key)) values[key] = MASK
}

/** The base64 of a short ASCII text, without padding. */
function base64(text: string): string {
  const code = (at: number): number => (at < text.length ? text.charCodeAt(at) : 0)
  let made = ''
  for (let i = 0; i < text.length; i += 3) {
    const bits = code(i) * 65536 + code(i + 1) * 256 + code(i + 2)
    const digits = [262144, 4096, 64, 1].map((power) => BASE64.charAt(Math.floor(bits / power) % 64))
    made += digits.join('').slice(0, text.length - i + 1)
  }
  return made
}

/** The values of the Secret that a label could hold; those in base64 without padding. */
function shortValues(tree: JsonObject): Set<string> {
  const values = new Set<string>()
  for (const field of ['data', 'stringData']) {
    const found = ownField(tree, field)
    for (const value of isObject(found) ? Object.values(found) : [])
      if (typeof value === 'string' && value.length <= LONGEST_COMPARED)
        values.add(value.replace(/={1,2}$/, ''))
  }
  return values
}

/** Masks the labels that hold one of the values, as it is or encoded. Returns whether there was one. */
function maskLabels(labels: JsonObject, values: Set<string>): boolean {
  let found = false
  Object.keys(labels).forEach((key, i) => {
    const label = labels[key]
    const text = typeof label === 'string' ? label : ''
    if (text.length < LEAST_COMPARED && i < MOST_LABELS) return
    if (i < MOST_LABELS && text.length <= LONGEST_LABEL && !values.has(text) && !values.has(base64(text)))
      return
    labels[key] = MASK
    found = true
  })
  return found
}

/**
 * Masks the values in a Secret's tree in place: data, stringData, the annotations, and labels that hold one of the
 * values, as far as the answer had them. Returns whether there was such a label.
 */
export function maskSecret(tree: JsonObject): boolean {
  const values = shortValues(tree)
  maskValues(tree, 'data', [])
  maskValues(tree, 'stringData', [])
  const metadata = ownField(tree, 'metadata')
  if (!isObject(metadata)) {
    if (metadata !== undefined) tree['metadata'] = MASK
    return false
  }
  maskValues(metadata, 'annotations', HARMLESS)
  const labels = ownField(metadata, 'labels')
  return isObject(labels) && maskLabels(labels, values)
}
