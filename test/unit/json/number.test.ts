// Numbers that keep every digit of their text.
import { describe, expect, it } from 'vitest'
import { compareNumbers, jsonText, kindOf, numberOf, printed } from '../../../src/json/number.ts'
import type { JsonValue } from '../../../src/json/values.ts'
import { jsonTree } from '../../support/portable-host/json-tree.ts'

describe('exact values', () => {
  const TEXT = '{"a":[9007199254740993,-9007199254740993,1e400,12,1.5,1.0,-0],"b":"9007199254740993"}'

  it('keeps the digits of every number', () => {
    const tree = jsonTree(TEXT)
    expect(jsonText(tree)).toBe(TEXT)
    const { a, b } = tree as { a: JsonValue[]; b: JsonValue }
    expect(printed(a[0] ?? '')).toBe('9007199254740993')
    expect(a.map(kindOf)).toEqual(a.map(() => 'number'))
    expect(kindOf(b)).toBe('string')
  })

  it.each([
    { left: '9007199254740993', right: '9007199254740992', want: 1 },
    { left: '-9007199254740993', right: '-9007199254740992', want: -1 },
    { left: '9007199254740993', right: '9007199254740993', want: 0 },
    { left: '9223372036854775807', right: '-9223372036854775808', want: 1 },
    { left: '1.0', right: '1', want: 0 },
    { left: '-0', right: '0', want: 0 },
    { left: '1e3', right: '999.5', want: 1 },
    { left: '1e400', right: '1e400', want: 0 },
    { left: '-1e400', right: '1e400', want: -1 },
  ])('compares $left with $right', ({ left, right, want }) => {
    expect(Math.sign(compareNumbers(numberOf(left), numberOf(right)))).toBe(want)
  })

  it('takes no string of an object for a number', () => {
    const strings = ['\u0000007', '\u0000x', '\u00001"', '\u0000', '12']
    expect(JSON.parse(jsonText(strings))).toEqual(strings)
    expect(strings.map(kindOf)).toEqual(strings.map(() => 'string'))
  })
})
