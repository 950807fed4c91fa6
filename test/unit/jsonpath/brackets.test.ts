// What stands in brackets: indices, slices, names, unions and filters; and texts in quotes as Go unquotes them.
import { describe, expect, it } from 'vitest'
import type { Path, Step } from '../../../src/jsonpath/ast.ts'
import { parseBracket, parseQuoted } from '../../../src/jsonpath/brackets.ts'
import { Cursor } from '../../../src/jsonpath/cursor.ts'
import { errorOf } from '../support/fakes.ts'

/** Stands in for the parser of paths: a text up to one of the ends is a field of that name. */
const parsePath = (cursor: Cursor, ends: readonly string[]): Path => {
  const start = cursor.at
  while (!cursor.isAt(ends)) cursor.at++
  return [{ type: 'field', name: cursor.text.slice(start, cursor.at).trim(), split: null }]
}
const bracket = (text: string): Step => parseBracket(new Cursor(text, 0, text.length), parsePath)
const quoted = (text: string): string => parseQuoted(new Cursor(text, 0, text.length))
const field = (name: string, split: readonly string[] | null = null): Step => ({ type: 'field', name, split })
const slice = (start: number | null, end: number | null, step = 1): Step => ({
  type: 'slice',
  start,
  end,
  step,
})

describe('brackets', () => {
  it.each<{ text: string; want: Step }>([
    { text: '[0]', want: { type: 'index', index: 0 } },
    { text: '[-0]', want: { type: 'index', index: 0 } },
    { text: '[-2]', want: { type: 'index', index: -2 } },
    { text: '[*]', want: { type: 'wildcard' } },
    { text: '[:]', want: slice(null, null) },
    { text: '[1:-1]', want: slice(1, -1) },
    { text: '[::3]', want: slice(null, null, 3) },
    { text: "['a']", want: field('a') },
    { text: '["a.b"]', want: field('a.b', ['a', 'b']) },
    { text: "['a\\.b']", want: field('a.b') },
    { text: "['a..b']", want: field('a..b') },
    {
      text: '[0, 2]',
      want: { type: 'union', paths: [[{ type: 'index', index: 0 }], [{ type: 'index', index: 2 }]] },
    },
    { text: "['a','b']", want: { type: 'union', paths: [[field('a')], [field('b')]] } },
  ])('$text', ({ text, want }) => {
    expect(bracket(text)).toEqual(want)
  })

  it('a filter has groups of comparisons', () => {
    const [x, y, z] = ['x', 'y', 'z'].map((name) => [field(name)])
    expect(bracket('[?(x == y && z || x)]')).toEqual({
      type: 'filter',
      anyOf: [
        [
          { left: x, operator: '==', right: y },
          { left: z, operator: 'exists', right: [] },
        ],
        [{ left: x, operator: 'exists', right: [] }],
      ],
    })
  })

  it.each(['==', '!=', '<', '<=', '>', '>='])('a filter compares with %s', (operator) => {
    expect(bracket(`[?(x${operator}y)]`)).toMatchObject({ type: 'filter', anyOf: [[{ operator }]] })
  })

  it.each([
    { text: '[]', problem: '"" is not an array index at position 1' },
    { text: '[1', problem: 'the bracket is not closed at position 1' },
    { text: '[1::0]', problem: 'the step of a slice must be above 0 at position 5' },
    { text: '[?(x', problem: 'the filter is not closed at position 1' },
    { text: '[?()]', problem: 'a path such as @.name or a value is missing at position 4' },
  ])('$text is refused', ({ text, problem }) => {
    expect(errorOf(() => bracket(text)).message).toBe(`JSONPath ${JSON.stringify(text)}: ${problem}`)
  })
})

describe('quoted texts', () => {
  it.each([
    { text: '"a"', want: 'a' },
    { text: `'say "x"'`, want: 'say "x"' },
    { text: '"\\a\\b\\f\\n\\r\\t\\v"', want: '\x07\b\f\n\r\t\v' },
    { text: '"\\x41\\u00e4\\U0001F600\\101"', want: 'A\u00e4\u{1F600}A' },
    { text: '"\\\\\\""', want: '\\"' },
  ])('$text', ({ text, want }) => {
    expect(quoted(text)).toBe(want)
  })

  it.each(['"\\x8"', '"\\xff"', '"\\U00110000"', '"\\400"', '"\\8"', '"\\ud800"', '"\\\'"'])(
    '%s has an escape that Go does not know, or that is no character',
    (text) => {
      expect(errorOf(() => quoted(text)).message).toContain('an unknown escape')
    },
  )

  it.each(['"a', '"a\nb"'])('%j does not end', (text) => {
    expect(errorOf(() => quoted(text)).message).toContain('the quoted text does not end at position 1')
  })
})
