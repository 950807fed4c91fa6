// Random paths over random objects: jsonpath-plus, which is others' work, finds the same values where both languages have the
// construct. No path here has what kubectl's language has differently on purpose (docs/jsonpath.md):
// - an index: jsonpath-plus takes it for a key of a map and for a character of a text too, so it is told a slice of one;
// - a wildcard over a map with a key `*`, of which it finds that key alone;
// - `length`, which it finds in lists and texts;
// - names with signs, quotes and escapes, for which each language has rules of its own;
// - a wildcard right after `..`, a slice's step below 1, filters, literals, templates.
// The order is compared where no union is: kubectl's takes all values for its first entry, then all for its second.
import * as fc from 'fast-check'
import { JSONPath } from 'jsonpath-plus'
import { describe, expect, it } from 'vitest'
import { jsonTree } from '../../support/portable-host/json-tree.ts'
import { jsonText } from '../../../src/json/number.ts'
import type { JsonValue } from '../../../src/json/values.ts'
import { findAll, render } from '../../../src/jsonpath/evaluate.ts'
import { parseTemplate } from '../../../src/jsonpath/parse.ts'
import { randomObject } from '../../fuzz/objects.ts'
import { evaluate } from '../oracle/compare.ts'

/** A step or a path as each of the two writes it. */
interface Written {
  readonly ours: string
  readonly theirs: string
}

const same = (text: string): Written => ({ ours: text, theirs: text })
const joined = (parts: readonly Written[], between = ''): Written => ({
  ours: parts.map(({ ours }) => ours).join(between),
  theirs: parts.map(({ theirs }) => theirs).join(between),
})

const number = fc.integer({ min: -4, max: 4 })
const index = number.map((at) => ({ ours: String(at), theirs: `${at}:${at === -1 ? '' : at + 1}` }))
const end = fc.oneof(fc.constant(''), number.map(String))
const stride = fc.constantFrom('', ':', ':1', ':2', ':3')
const slice = fc.tuple(end, end, stride).map(([from, to, by]) => same(`${from}:${to}${by}`))
const brackets = (entry: fc.Arbitrary<Written>): fc.Arbitrary<Written> =>
  fc
    .array(entry, { minLength: 1, maxLength: 3 })
    .map((entries) => joined([same('['), joined(entries, ','), same(']')]))

const namesIn = (object: string): string[] => {
  const names = ['constructor', 'toString', 'none']
  JSON.parse(object, (key) => {
    if (/^[A-Za-z_]\w*$/.test(key) && key !== 'length') names.push(key)
  })
  return names
}

const pathOver = (object: string): fc.Arbitrary<Written> => {
  const name = fc.constantFrom(...namesIn(object))
  const step = fc.oneof(
    name.map((key) => same(`.${key}`)),
    name.map((key) => same(`..${key}`)),
    fc.constantFrom(same('.*'), same('[*]')),
    brackets(name.map((key) => same(`'${key}'`))),
    brackets(fc.oneof(index, slice)),
  )
  return fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => joined(steps))
}

const found = (object: string, path: string): unknown[] => {
  const outcome = evaluate(path, jsonTree(object))
  if ('error' in outcome) throw new Error(outcome.error)
  return JSON.parse(jsonText(outcome.results.flat())) as unknown[]
}

const orderless = (values: readonly unknown[]): unknown[] =>
  values.map((value) => JSON.stringify(value)).sort()

it('finds what jsonpath-plus finds', () => {
  let leadSomewhere = 0
  const question = randomObject
    .filter((object) => !object.includes('"*":'))
    .chain((object) => fc.tuple(fc.constant(object), pathOver(object)))
  const finds = fc.property(question, ([object, { ours, theirs }]) => {
    const json = JSON.parse(object) as object
    const expected = JSONPath({ path: `$${theirs}`, json, eval: false, wrap: true }) as unknown[]
    if (expected.length > 0) leadSomewhere++
    const mine = found(object, `{${ours}}`)
    if (theirs.includes(',')) expect(orderless(mine)).toEqual(orderless(expected))
    else expect(mine).toEqual(expected)
  })
  fc.assert(finds, { seed: 1, numRuns: 6000 })
  // Two that find nothing agree about nothing.
  expect(leadSomewhere).toBeGreaterThan(600)
})

function values(path: string, object: JsonValue): JsonValue[] {
  const part = parseTemplate(path)[0]
  if (part?.type !== 'path') throw new Error('no path')
  return findAll(part.path, [object])
}

describe('evaluation', () => {
  const object = JSON.parse(
    '{"a":[{"n":1,"t":"x"},{"n":2,"t":"y"},{"n":3}],"__proto__":{"p":1},"o":{"length":7,"toString":"own"},"deep":{"a":{"b":{"c":4}}},"empty":{"none":"","no":[]}}',
  ) as JsonValue

  it.each<{ input: string; want: JsonValue[] }>([
    { input: 'constructor', want: [] },
    { input: 'o.constructor', want: [] },
    { input: 'o.toString', want: ['own'] },
    { input: 'a.length', want: [] },
    { input: '{..length}', want: [7] },
    // To client-go a text is a list of bytes, and an empty one is none.
    { input: '{.a[0]..}', want: [{ n: 1, t: 'x' }, 'x'] },
    { input: '{.empty..}', want: [{ none: '', no: [] }] },
    { input: '__proto__.p', want: [1] },
    { input: "{['constructor','__proto__'].p}", want: [1] },
    { input: '{.a[?(@.constructor)]}', want: [] },
    { input: '{.a[?(@.__proto__)]}', want: [] },
    { input: '{.a[?(@.n>1 && @.t=="y")].n}', want: [2] },
    { input: '{.a[?(@.n==1 || @.n==3)].n}', want: [1, 3] },
    { input: '{.a[?(@.n==1 || @.n==2 && @.t=="y")].n}', want: [1, 2] },
    { input: '{.a[?(@.t=="(x)")].n}', want: [] },
    { input: '{.a[?(1==1)].n}', want: [1, 2, 3] },
    { input: '{.a[?(@.n=="1")].n}', want: [] },
    { input: '{.a[?(@.n>"0")].n}', want: [] },
    { input: '{.a[?(@.n!="1")].n}', want: [1, 2, 3] },
    { input: "{['o.length']}", want: [7] },
    { input: "{['o.none']}", want: [] },
    { input: '{.o[?(@.x)]}', want: [] },
    { input: '{.a[5:9].n}', want: [] },
    { input: '{.a[-9:2].n}', want: [1, 2] },
    { input: '{.a[2:1].n}', want: [] },
    { input: '{.a[0][0]}', want: [] },
  ])('$input', ({ input, want }) => {
    expect(values(input, object)).toEqual(want)
  })
})

describe('text, as kubectl prints it', () => {
  const object: JsonValue = { a: [{ n: 1 }, { n: null }, {}], s: 'x', none: null }
  it.each([
    { input: '{.s}-{.s}', want: 'x-x' },
    { input: '{.a[*].n}', want: '1 null' },
    { input: '{range .a[*]}<{.n}>{end}', want: '<1><null><>' },
    { input: '{range .a[*].n}{@},{end}', want: '1,<no value>,' },
    { input: '{.missing}', want: '' },
  ])('$input', ({ input, want }) => {
    const print = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value))
    expect(render(parseTemplate(input), object, print)).toBe(want)
  })
})
