// What client-go does differently on purpose of nobody, found where a template meets it in an object (docs/jsonpath.md).
// Judges no answer.
import type { Comparison, Path, Step, Template } from '../../src/jsonpath/ast.ts'
import { findAll } from '../../src/jsonpath/evaluate.ts'
import type { JsonValue } from '../../src/json/values.ts'

export type Quirk = 'bytes' | 'empty list' | 'exists' | 'key first'

type Found = Set<Quirk>

/** Whether client-go finds no element in a slice. */
function isEmptySlice(step: Step, length: number): boolean {
  if (step.type === 'wildcard') return length === 0
  if (step.type !== 'slice') return false
  const from = step.start ?? 0
  const to = step.end ?? length
  return (from < 0 ? from + length : from) === (to < 0 ? to + length : to)
}

function visitFilter(comparison: Comparison, element: JsonValue, found: Found): void {
  // An error in it lets the element pass.
  if (comparison.operator === 'exists' && !comparison.left.every((step) => step.type === 'field'))
    found.add('exists')
  visitPath(comparison.left, [element], found)
  visitPath(comparison.right, [element], found)
}

function visitStep(step: Step, values: readonly JsonValue[], found: Found): void {
  if (step.type === 'wildcard' && values.some((value) => typeof value === 'string' && value !== ''))
    found.add('bytes')
  if (values.length > 1 && values.some((value) => Array.isArray(value) && isEmptySlice(step, value.length)))
    found.add('empty list')
  if (step.type === 'field' && /[^A-Za-z0-9_-]/.test(step.name)) found.add('key first')
  if (step.type === 'union') for (const path of step.paths) visitPath(path, values, found)
  if (step.type !== 'filter') return
  for (const value of values) {
    if (!Array.isArray(value)) continue
    for (const element of value)
      for (const all of step.anyOf) for (const comparison of all) visitFilter(comparison, element, found)
  }
}

function visitPath(path: Path, values: readonly JsonValue[], found: Found): readonly JsonValue[] {
  let at = values
  for (const step of path) {
    visitStep(step, at, found)
    at = findAll([step], at)
  }
  return at
}

/** Which quirks a template meets. A key that is quoted and one that is escaped look alike here. */
export function quirksOf(template: Template, value: JsonValue, found: Found = new Set()): Found {
  for (const part of template) {
    if (part.type === 'text') continue
    const values = visitPath(part.path, [value], found)
    if (part.type === 'range') for (const element of values) quirksOf(part.body, element, found)
  }
  return found
}
