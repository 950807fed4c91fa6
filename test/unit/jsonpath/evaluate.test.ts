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
import { expect, it } from 'vitest'
import { jsonTree } from '../../support/portable-host/json-tree.ts'
import { jsonText } from '../../../src/json/number.ts'
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
