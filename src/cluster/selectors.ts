// Label and field selectors as Kubernetes writes them, checked so that the API server takes them.
// Knows no column and no kind.

/** Longer ones would not fit a URL on every way to the API server. */
const MAX_SELECTOR = 2000
// k8s.io/apimachinery/pkg/util/validation: a qualified name, and a label's value.
const LABEL_KEY =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/** Whether a text can be a namespace's name: an RFC 1123 label, so neither `.` nor `..`, which would change a URL's path. */
export function isNamespaceName(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)
}

/** Whether a text can stand in a URL's path as an object's name. */
export function isObjectName(text: string): boolean {
  return /^[A-Za-z0-9]([^/%\s]{0,251}[A-Za-z0-9])?$/.test(text)
}

/** Whether a text can be the key of a label. */
export function isLabelKey(text: string): boolean {
  return LABEL_KEY.test(text) && text.length <= 317
}

/**
 * `key=value`, `key in (…)`, `key!=value` or `key notin (…)`; null where a value can be no label's: the API server
 * would refuse the request.
 */
export function labelRequirement(key: string, isEqual: boolean, values: readonly string[]): string | null {
  if (values.length === 0 || !isLabelKey(key) || !values.every((value) => LABEL_VALUE.test(value)))
    return null
  const [first = ''] = values
  if (values.length === 1) return `${key}${isEqual ? '=' : '!='}${first}`
  const text = `${key} ${isEqual ? 'in' : 'notin'} (${values.join(',')})`
  return text.length > MAX_SELECTOR ? null : text
}

/** `label=value` or `label!=value`; null for an empty value, which stands for a missing one there. */
export function fieldRequirement(label: string, isEqual: boolean, value: string): string | null {
  if (value === '' || value.length > MAX_SELECTOR) return null
  return `${label}${isEqual ? '=' : '!='}${value.replace(/[\\,=]/g, (character) => `\\${character}`)}`
}

/** All of them at once; null for none. */
export function allOf(selectors: readonly (string | null)[]): string | null {
  const given = selectors.filter((selector) => selector !== null)
  return given.length === 0 ? null : given.join(',')
}
