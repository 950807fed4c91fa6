// Values of JSON by their keys and indices, where only own properties are keys.
import { describe, expect, it } from 'vitest'
import {
  ExactNumber,
  isNumber,
  isObject,
  listAt,
  ownField,
  textAt,
  valueAt,
} from '../../../src/json/values.ts'
import type { JsonValue } from '../../../src/json/values.ts'
import { jsonTree } from '../../support/portable-host/json-tree.ts'

const TREE = jsonTree('{"a":{"b":[1,{"c":null}]},"t":"x","__proto__":{"p":1},"l":[0]}')

describe('kinds of values', () => {
  it.each<{ value: JsonValue; object: boolean; number: boolean }>([
    { value: {}, object: true, number: false },
    { value: [], object: false, number: false },
    { value: null, object: false, number: false },
    { value: 'x', object: false, number: false },
    { value: 7, object: false, number: true },
    { value: new ExactNumber('1.0'), object: false, number: true },
  ])('$value', ({ value, object, number }) => {
    expect([isObject(value), isNumber(value)]).toEqual([object, number])
  })
})

describe('a path', () => {
  it.each<{ path: (string | number)[]; want: JsonValue | undefined }>([
    { path: [], want: TREE },
    { path: ['a', 'b', 0], want: 1 },
    { path: ['a', 'b', 1, 'c'], want: null },
    { path: ['a', 'b', 1, 'c', 'd'], want: undefined },
    { path: ['a', 'b', 5], want: undefined },
    { path: ['a', 'b', -1], want: undefined },
    { path: ['a', 'b', '0'], want: undefined },
    { path: ['a', 0], want: undefined },
    { path: ['t', 0], want: undefined },
    { path: ['t', 'length'], want: undefined },
    { path: ['__proto__', 'p'], want: 1 },
    { path: ['constructor'], want: undefined },
  ])('$path', ({ path, want }) => {
    expect(valueAt(TREE, path)).toEqual(want)
  })
})

it('a key of what is no object is none', () => {
  for (const value of [undefined, null, 'x', [1], 7, new ExactNumber('1.0')])
    expect(ownField(value, 'digits')).toBeUndefined()
})

it.each([
  { name: 't', text: 'x', list: [] },
  { name: 'l', text: '', list: [0] },
  { name: 'a', text: '', list: [] },
  { name: 'none', text: '', list: [] },
])('$name as text and as list', ({ name, text, list }) => {
  expect([textAt(TREE, name), listAt(TREE, name)]).toEqual([text, list])
})
