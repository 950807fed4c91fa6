// JSONPath and quantities against what client-go and apimachinery answered (oracle/main.go).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FdwError } from '../../src/errors.ts'
import { jsonTree } from '../../engine/portable/json-tree.ts'
import { printed } from '../../src/exact.ts'
import { render } from '../../src/jsonpath/evaluate.ts'
import { parseTemplate } from '../../src/jsonpath/parse.ts'
import { decimalText, parseQuantity } from '../../src/quantity.ts'

type Answers = { readonly [input: string]: string | null }

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'oracle', name), 'utf8')
const { paths, quantities } = JSON.parse(read('answers.json')) as { paths: Answers; quantities: Answers }
const cases = read('cases.json')
// The object's own text, for JSON.parse would lose digits.
const OBJECT = jsonTree(/"object": (\{[\s\S]*?\n {2}\})/.exec(cases)?.[1] ?? '')

/** Where this differs on purpose, and why. */
const PATH_DEVIATIONS: Answers = {
  // An index or a type that does not fit is NULL here: one object must not end a query over many.
  '{.list..tags[0]}': 'p',
  '{.list[?(@.tags[0]=="p")].name}': 'x',
  // Numbers compare as numbers, whether they have a point or not.
  '{.list[?(@.n==2.0)].name}': 'y',
  // A range without an end is more likely a mistake.
  '{range .list[*]}{.name}': null,
  // A text without braces is a path: the shortest way to write a column.
  'plain text': null,
}

const QUANTITY_DEVIATIONS: Answers = { m: null, Mi: null, e3: null, '.': null }

function kubectlText(path: string): string | null {
  try {
    return render(parseTemplate(path), OBJECT, printed)
  } catch (error) {
    if (error instanceof FdwError) return null
    throw error
  }
}

describe('client-go', () => {
  it.each(Object.keys(paths))('%s', (path) => {
    const want = Object.hasOwn(PATH_DEVIATIONS, path) ? PATH_DEVIATIONS[path] : paths[path]
    // White space around a column's path does not count.
    expect(kubectlText(path)).toBe(path === path.trim() ? want : want?.trim())
  })
})

describe('apimachinery', () => {
  it.each(Object.keys(quantities))('%s', (text) => {
    const value = parseQuantity(text)
    const want = Object.hasOwn(QUANTITY_DEVIATIONS, text) ? QUANTITY_DEVIATIONS[text] : quantities[text]
    expect(value === null ? null : decimalText(value)).toBe(want)
  })
})
