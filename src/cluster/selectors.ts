// Label and field selectors as Kubernetes writes them, checked so that the API server accepts them.
import { NAMESPACE_NAME } from '../declared.ts'

/** The longest selector in characters. A longer one might not fit into a URL on every way to the API server. */
const MAX_SELECTOR = 2000
// The rules of k8s.io/apimachinery/pkg/util/validation for a qualified name and for the value of a label.
const LABEL_KEY =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/**
 * Whether a text can be the name of a namespace. It must be an RFC 1123 label, so it cannot be `.` or `..`, which would
 * change the path of a URL.
 */
export function isNamespaceName(text: string): boolean {
  return NAMESPACE_NAME.test(text)
}

/** Whether a text can be an object's name in the path of a URL. */
export function isObjectName(text: string): boolean {
  return /^[A-Za-z0-9]([^/%\s]{0,251}[A-Za-z0-9])?$/.test(text)
}

/** Whether a text can be the key of a label. */
export function isLabelKey(text: string): boolean {
  return LABEL_KEY.test(text) && text.length <= 317
}

/**
 * `key=value`, `key in (…)`, `key!=value` or `key notin (…)`. Null if one of the values cannot be a label's value,
 * because the API server would refuse the request.
 */
export function labelRequirement(key: string, isEqual: boolean, values: readonly string[]): string | null {
  if (values.length === 0 || !isLabelKey(key) || !values.every((value) => LABEL_VALUE.test(value)))
    return null
  const [first = ''] = values
  if (values.length === 1) return `${key}${isEqual ? '=' : '!='}${first}`
  const text = `${key} ${isEqual ? 'in' : 'notin'} (${values.join(',')})`
  return text.length > MAX_SELECTOR ? null : text
}

/**
 * `label=value` or `label!=value`. Null for an empty value, because to a field selector that also means a missing one.
 */
export function fieldRequirement(label: string, isEqual: boolean, value: string): string | null {
  if (value === '' || value.length > MAX_SELECTOR) return null
  return `${label}${isEqual ? '=' : '!='}${value.replace(/[\\,=]/g, (character) => `\\${character}`)}`
}

/** Joins selectors so that all of them apply; null if there are none. */
export function allOf(selectors: readonly (string | null)[]): string | null {
  const given = selectors.filter((selector) => selector !== null)
  return given.length === 0 ? null : given.join(',')
}
