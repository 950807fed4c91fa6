// Finds the values that a JSONPath leads to, as k8s.io/client-go/util/jsonpath does. Only own properties are looked at,
// so that no property of JavaScript itself is found. What is an error in kubectl finds nothing here.
import { compareNumbers } from '../json/number.ts'
import { isNumber, isObject, ownField } from '../json/values.ts'
import type { JsonValue } from '../json/values.ts'
import type { Comparison, Operator, Part, Path, Step, Template } from './ast.ts'

/** What kubectl prints for `{@}` if the element of a range is null. */
const NO_VALUE = '<no value>'

/** The elements of a list or the values of a map; empty for any other value. */
function children(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

function fields(value: JsonValue, name: string, split: readonly string[] | null): JsonValue[] {
  const found = ownField(value, name)
  if (found !== undefined) return [found]
  if (split === null) return []
  let at: JsonValue | undefined = value
  for (const part of split) at = at === undefined ? undefined : ownField(at, part)
  return at === undefined ? [] : [at]
}

function slice(value: JsonValue, start: number | null, end: number | null, step: number): JsonValue[] {
  if (!Array.isArray(value)) return []
  const length = value.length
  const from = start === null ? 0 : start < 0 ? Math.max(start + length, 0) : start
  const to = end === null ? length : end < 0 ? end + length : Math.min(end, length)
  const made: JsonValue[] = []
  for (let i = from; i < to; i += step) made.push(value[i] ?? null)
  return made
}

function index(value: JsonValue, position: number): JsonValue[] {
  if (!Array.isArray(value)) return []
  const found = value[position < 0 ? position + value.length : position]
  return found === undefined ? [] : [found]
}

/**
 * Collects the value and everything below it that is not empty, parents first. To client-go a string is a list of
 * bytes.
 */
function descend(value: JsonValue, found: JsonValue[]): void {
  const below = children(value)
  if (below.length === 0 && (typeof value !== 'string' || value === '')) return
  found.push(value)
  for (const child of below) descend(child, found)
}

function ordered(operator: Operator, order: number): boolean {
  switch (operator) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    default:
      return order >= 0
  }
}

/** The rank of a UTF-16 unit among code points; -1 at the end of the text. */
function rankAt(text: string, at: number): number {
  const unit = at < text.length ? text.charCodeAt(at) : -1
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Compares by code points, as Go orders strings. */
function compareTexts(left: string, right: string): number {
  let at = 0
  while (at < left.length && left.charAt(at) === right.charAt(at)) at++
  return rankAt(left, at) - rankAt(right, at)
}

/** Scalars of the same type can be compared; any other two values are only unequal. */
function compare(operator: Operator, left: JsonValue, right: JsonValue): boolean {
  if (isNumber(left) && isNumber(right)) return ordered(operator, compareNumbers(left, right))
  const same = left === right && typeof left !== 'object'
  if (operator === '==') return same
  if (operator === '!=') return !same
  if (typeof left !== 'string' || typeof right !== 'string') return false
  return ordered(operator, compareTexts(left, right))
}

function holds(comparison: Comparison, element: JsonValue): boolean {
  const left = findAll(comparison.left, [element])
  if (comparison.operator === 'exists') return left.length > 0
  const right = findAll(comparison.right, [element])
  const a = left[0]
  const b = right[0]
  // client-go compares one value with one. If a side is missing, nothing matches, whatever the operator.
  if (a === undefined || b === undefined || left.length > 1 || right.length > 1) return false
  return compare(comparison.operator, a, b)
}

function filter(value: JsonValue, anyOf: readonly (readonly Comparison[])[]): JsonValue[] {
  if (!Array.isArray(value)) return []
  return value.filter((element) => anyOf.some((all) => all.every((comparison) => holds(comparison, element))))
}

function stepFrom(step: Exclude<Step, { type: 'union' }>, value: JsonValue): JsonValue[] {
  switch (step.type) {
    case 'field':
      return fields(value, step.name, step.split)
    case 'index':
      return index(value, step.index)
    case 'slice':
      return slice(value, step.start, step.end, step.step)
    case 'wildcard':
      return children(value)
    case 'recursive': {
      const found: JsonValue[] = []
      descend(value, found)
      return found
    }
    case 'filter':
      return filter(value, step.anyOf)
    case 'literal':
      return [step.value]
  }
}

/** Everything that one step leads to. A union gives the results of each path in turn, as client-go does. */
function stepAll(step: Step, values: readonly JsonValue[]): JsonValue[] {
  if (step.type === 'union') return step.paths.flatMap((path) => findAll(path, values))
  const found: JsonValue[] = []
  for (const value of values) for (const result of stepFrom(step, value)) found.push(result)
  return found
}

/** Everything that a path leads to from any of `values`, in order. */
export function findAll(path: Path, values: readonly JsonValue[]): JsonValue[] {
  let found = values.slice()
  for (const step of path) found = stepAll(step, found)
  return found
}

type Print = (value: JsonValue) => string

/** The text of a template as `kubectl -o jsonpath` prints it. `print` gives the text of one value. */
export function render(template: Template, value: JsonValue, print: Print): string {
  return template.map((part) => renderPart(part, value, print)).join('')
}

function renderPart(part: Part, value: JsonValue, print: Print): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'path':
      return findAll(part.path, [value]).map(print).join(' ')
    case 'range': {
      const printInRange: Print = (found) => (found === null ? NO_VALUE : print(found))
      return findAll(part.path, [value])
        .map((element) => render(part.body, element, element === null ? printInRange : print))
        .join('')
    }
  }
}
