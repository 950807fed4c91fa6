// The mask over a Secret's values.
// Knows no paths: whoever reads a Secret reads the masked tree.
import { isObject, ownField } from '../json/values.ts'
import type { JsonObject } from '../json/values.ts'

export const MASK = '***'

/**
 * Annotations whose values are shown: what they hold is fixed by who writes them, and no secret. All others are masked,
 * for dozens of tools keep the whole Secret in one, in clear or packed, and no list of those could be complete.
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

/** Shorter values (`true`, `admin`) are found in labels by chance. */
const LEAST_COMPARED = 6
/** What is beyond so many labels is masked unseen. */
const MOST_LABELS = 200
/** The API server takes no longer label; more is masked unseen. */
const LONGEST_LABEL = 63
/** Characters of a label of that length in base64. */
const LONGEST_COMPARED = 84
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function maskValues(tree: JsonObject, field: string, shown: readonly string[]): void {
  const values = ownField(tree, field)
  if (values === undefined || values === null) return
  // Keys of a Secret are [-._a-zA-Z0-9]+, so an assignment could only fail on `__proto__`.
  if (!isObject(values) || Object.hasOwn(values, '__proto__')) tree[field] = MASK
  else for (const key of Object.keys(values)) if (!shown.includes(key)) values[key] = MASK
}

/** Base64 of a short ASCII text, without the signs that fill it up. */
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

/** The Secret's values that a label could hold, those in base64 without what fills them up. */
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

/** Masks the labels that hold one of the values, as it is or encoded; whether there was one. */
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
 * Masks the values of a Secret's tree in place: data, stringData, the annotations, and labels that hold one of the
 * values, as far as those came along. Whether there was such a label.
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
