// Whether what was found here and what client-go found agree, or which rule of docs/jsonpath.md lets them differ.
import type { Comparison, Path, Step, Template } from '../../src/jsonpath/ast.ts'
import { findAll } from '../../src/jsonpath/evaluate.ts'
import { parseTemplate } from '../../src/jsonpath/parse.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { sameResults, sameText } from '../unit/oracle/compare.ts'
import type { Answer, Outcome } from '../unit/oracle/compare.ts'

/** Whether client-go finds no element in a slice. */
function isEmptySlice(step: Step, length: number): boolean {
  if (step.type === 'wildcard') return length === 0
  if (step.type !== 'slice') return false
  const from = step.start ?? 0
  const to = step.end ?? length
  return (from < 0 ? from + length : from) === (to < 0 ? to + length : to)
}

function visitFilter(comparison: Comparison, element: JsonValue, found: Set<string>): void {
  // An error in it lets the element pass.
  if (comparison.operator === 'exists' && !comparison.left.every((step) => step.type === 'field'))
    found.add('exists')
  visitPath(comparison.left, [element], found)
  visitPath(comparison.right, [element], found)
}

function visitStep(step: Step, values: readonly JsonValue[], found: Set<string>): void {
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

function visitPath(path: Path, values: readonly JsonValue[], found: Set<string>): readonly JsonValue[] {
  let at = values
  for (const step of path) {
    visitStep(step, at, found)
    at = findAll([step], at)
  }
  return at
}

/**
 * What client-go does differently on purpose of nobody (docs/jsonpath.md), where the template meets it. A key that is
 * quoted and one that is escaped look alike here.
 */
function quirksOf(template: Template, value: JsonValue, found: Set<string> = new Set()): Set<string> {
  for (const part of template) {
    if (part.type === 'text') continue
    const values = visitPath(part.path, [value], found)
    if (part.type === 'range') for (const element of values) quirksOf(part.body, element, found)
  }
  return found
}

const QUOTED_NAME = /[[,] *(["'])[^]*\1/

/** Client-go refuses and we do not: where quotes are read as quotes, and filters joined. */
function refusal(template: string): string | undefined {
  const filters = template.split('?(').length - 1
  if (/&&|\|\|/.test(template) || filters > 1 || /,\s*[^[\]]*\?\(|\?\([^)]*\)\s*,/.test(template))
    return 'joined filters'
  if (/\.\.[^\x00-\x7f]/.test(template)) return 'symbols'
  if (/[[,] *"/.test(template) || /\\\\["']/.test(template)) return 'quotes'
  if (QUOTED_NAME.test(template) || (filters > 0 && /["'\\]/.test(template))) return 'quotes'
  return undefined
}

/** We refuse and client-go does not: what can only be a mistake. */
function strictness(template: string, error: string): string | undefined {
  if (!template.includes('{') || template !== template.trim()) return 'no braces'
  if (error.includes('has no {end}') || error.includes('is not an array index')) return 'stricter'
  if (error.includes('an unknown escape') && /\\(x[89a-fA-F]|[23])/.test(template)) return 'stricter'
  if (/calls no function|step of a slice|unknown word "(range|end)"/.test(error)) return 'stricter'
  if (!template.includes('?(')) return undefined
  return /a path such as|unknown word|unexpected character/.test(error) ? 'stricter' : undefined
}

function explained(template: string, object: JsonValue): string | undefined {
  if (!template.includes('{') || template !== template.trim()) return 'no braces'
  const quirks = quirksOf(parseTemplate(template), object)
  if (!template.includes("'")) quirks.delete('key first')
  const [first] = quirks
  return first
}

/** What the two have in common, or the rule that lets them differ; undefined if there is none. */
export function judge(
  template: string,
  object: JsonValue,
  ours: Outcome,
  theirs: Answer,
): string | undefined {
  if (theirs.failed === 'panic') return 'client-go fails at the object'
  if ('error' in ours) {
    if (theirs.failed !== null) return 'both refuse'
    return strictness(template, ours.error)
  }
  if (theirs.failed === 'parse') return refusal(template)
  if (theirs.failed === 'execute') {
    if (!/unrecognized (identifier|filter operator)|not in range/.test(theirs.message))
      return 'client-go fails at the object'
    return QUOTED_NAME.test(template) ? 'key first' : undefined
  }
  const same = (answer: Answer): boolean =>
    sameResults(ours.results, answer) && (answer.bytes || sameText(ours.text, answer))
  if (same(theirs)) return theirs.bytes ? 'bytes' : 'same values'
  const overMaps = template.includes('*') || template.includes('..')
  return overMaps && same({ ...theirs, varies: true }) ? 'same in another order' : explained(template, object)
}
