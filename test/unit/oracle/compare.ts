// Whether what was found here is what client-go found, and which cases there are.
// Knows the differences that JSON texts may have and values not: the order of keys, how a number is written.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { jsonTree } from '../../support/portable-host/json-tree.ts'
import { FdwError } from '../../../src/errors.ts'
import { printed } from '../../../src/json/number.ts'
import type { Template } from '../../../src/jsonpath/ast.ts'
import { findAll, render } from '../../../src/jsonpath/evaluate.ts'
import { parseTemplate } from '../../../src/jsonpath/parse.ts'
import { isNumber, isObject } from '../../../src/json/values.ts'
import type { JsonValue } from '../../../src/json/values.ts'

/** For each action of a template, in the order that they are met, all that it leads to. */
export type Results = JsonValue[][]

export interface Answer {
  readonly text: string
  readonly results: Results
  readonly failed: string | null
  readonly message: string
  readonly varies: boolean
  readonly bytes: boolean
}

export interface Case {
  readonly object: string
  readonly path: string
  readonly answer: Answer
}

/** An answer of main.go. Its numbers keep their digits. */
export function answerOf(value: JsonValue): Answer {
  const fields = isObject(value) ? value : {}
  const text = (name: string): string => {
    const field = fields[name]
    return typeof field === 'string' ? field : ''
  }
  return {
    text: text('text'),
    results: (fields['results'] ?? []) as Results,
    failed: text('failed') || null,
    message: text('message'),
    varies: fields['varies'] === true,
    bytes: fields['bytes'] === true,
  }
}

const folder = (...names: string[]): string => join(import.meta.dirname, ...names)

export function readObject(name: string): string {
  return readFileSync(folder('objects', `${name}.json`), 'utf8')
}

/** The recorded cases of a file of jsonpath/, or of all. */
export function readCases(): Case[] {
  return readdirSync(folder('jsonpath')).flatMap((name) => {
    const tree = jsonTree(readFileSync(folder('jsonpath', name), 'utf8'))
    return Object.entries(tree as { [object: string]: { [path: string]: JsonValue } }).flatMap(
      ([object, answers]) =>
        Object.entries(answers).map(([path, answer]) => ({ object, path, answer: answerOf(answer) })),
    )
  })
}

function listsOf(template: Template, value: JsonValue): Results {
  return template.flatMap((part) => {
    if (part.type === 'text') return [[part.text]]
    const found = findAll(part.path, [value])
    return part.type === 'path' ? [found] : found.flatMap((element) => listsOf(part.body, element))
  })
}

export type Outcome = { readonly text: string; readonly results: Results } | { readonly error: string }

/** What src/ makes of a path. */
export function evaluate(path: string, object: JsonValue): Outcome {
  try {
    const template = parseTemplate(path)
    return { text: render(template, object, printed), results: listsOf(template, object) }
  } catch (error) {
    if (error instanceof FdwError) return { error: error.message }
    throw error
  }
}

const INT64 = /^-?[0-9]{1,18}$/

export function sameValue(left: JsonValue, right: JsonValue): boolean {
  if (isNumber(left) && isNumber(right)) {
    const [a, b] = [printed(left), printed(right)]
    return a === b || (Number(a) === Number(b) && !(INT64.test(a) && INT64.test(b)))
  }
  if (Array.isArray(left) && Array.isArray(right)) return sameList(left, right)
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left)
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key] ?? null, right[key] ?? null))
    )
  }
  return left === right
}

export function sameList(left: readonly JsonValue[], right: readonly JsonValue[]): boolean {
  return left.length === right.length && left.every((value, i) => sameValue(value, right[i] ?? null))
}

export function sameInAnyOrder(left: readonly JsonValue[], right: readonly JsonValue[]): boolean {
  const rest = right.slice()
  return (
    left.length === right.length &&
    left.every((value) => {
      const at = rest.findIndex((other) => sameValue(value, other))
      if (at >= 0) rest.splice(at, 1)
      return at >= 0
    })
  )
}

export function sameResults(ours: Results, answer: Answer): boolean {
  return answer.varies ? sameInAnyOrder(ours.flat(), answer.results.flat()) : sameList(ours, answer.results)
}

/** The end of the JSON value that a text begins with. */
function endOfJson(text: string): number {
  const token = /"(\\.|[^"\\])*"|[{}[\]]|[^"{}[\]]+/gy
  let depth = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if ('{['.includes(match[0])) depth++
    if ('}]'.includes(match[0])) depth--
    if (depth === 0) return token.lastIndex
  }
  return text.length
}

/** The length of a value's text at the beginning of `text`; -1 where another stands there. */
function lengthOf(value: JsonValue, text: string): number {
  if (value === null) return /^(null|<no value>)/.exec(text)?.[0].length ?? -1
  if (typeof value !== 'object' || isNumber(value)) {
    const whole = printed(value)
    if (text.startsWith(whole)) return whole.length
  }
  if (typeof value === 'string' || typeof value === 'boolean') return -1
  const end = isNumber(value)
    ? (/^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?/i.exec(text)?.[0].length ?? 0)
    : endOfJson(text)
  try {
    return sameValue(jsonTree(text.slice(0, end)), value) ? end : -1
  } catch {
    return -1
  }
}

const orderless = (text: string): string =>
  Array.from(text.replace(/<no value>/g, 'null').replace(/[-+.0-9eE]/g, ''))
    .sort()
    .join('')

const NO_VALUE = '<no value>'

/** Whether a text is an answer's, but for the order of keys and how numbers are written. */
export function sameText(text: string, answer: Answer): boolean {
  if (answer.varies) {
    const whole = answer.results.map((list) => list.map(printed).join(' ')).join('')
    return orderless(text) === orderless(whole)
  }
  if (text === answer.text) return true
  if (text.split(NO_VALUE).length !== answer.text.split(NO_VALUE).length) return false
  let rest = text
  for (const list of answer.results) {
    for (const [i, value] of list.entries()) {
      if (i > 0) {
        if (!rest.startsWith(' ')) return false
        rest = rest.slice(1)
      }
      const length = lengthOf(value, rest)
      if (length < 0) return false
      rest = rest.slice(length)
    }
  }
  return rest === ''
}

type Deviations = {
  readonly [rule: string]: { readonly [object: string]: { readonly [path: string]: Results | null } }
}

/** Where this differs on purpose: by rule, object and path, what it leads to here; null for an error. */
export const DEVIATIONS = jsonTree(readFileSync(folder('deviations.json'), 'utf8')) as Deviations

/** What has to be found here: client-go's answer, or ours where a rule says so; null for an error. */
export function wanted({ object, path, answer }: Case): {
  readonly rule: string | null
  readonly answer: Answer | null
} {
  for (const [rule, objects] of Object.entries(DEVIATIONS)) {
    const paths = objects[object]
    if (paths === undefined || !Object.hasOwn(paths, path)) continue
    const results = paths[path] ?? null
    if (results === null) return { rule, answer: null }
    const text = results.map((list) => list.map(printed).join(' ')).join('')
    return { rule, answer: { ...answer, text, results, failed: null, bytes: false, varies: false } }
  }
  return { rule: null, answer: answer.failed === null ? answer : null }
}
