import { describe, expect, it } from 'vitest'
import { ExactNumber } from '../../../src/json/values.ts'
import type { JsonObject } from '../../../src/json/values.ts'
import { hasText, holds, pathText, setAt, withoutNulls } from '../../../src/write/trees.ts'

describe('a value at a place', () => {
  it('is set, with the objects and lists on the way', () => {
    const root: JsonObject = { a: { b: 1 } }
    expect(setAt(root, ['a', 'c', 0, 'd'], 2)).toBe(true)
    expect(setAt(root, ['a', 'c', 1], 3)).toBe(true)
    expect(setAt(root, ['a', 'c', 0, 'e'], 4)).toBe(true)
    expect(setAt(root, ['__proto__'], 5)).toBe(true)
    expect(JSON.stringify(root)).toBe('{"a":{"b":1,"c":[{"d":2,"e":4},3]},"__proto__":5}')
  })

  it.each([[['a', 'b', 'c']], [['a', 'l', 2]], [['a', 'l', 'x']], [['a', 0]]])(
    'is not set at %j, where something stands in the way',
    (place) => {
      expect(setAt({ a: { b: 1, l: [1] } }, place, 0)).toBe(false)
    },
  )

  it('is named as people write a path', () => {
    expect(pathText(['spec', 'a', 0, 'b.c'])).toBe(`spec.a[0]['b.c']`)
  })
})

describe('a value without its nulls', () => {
  it.each([
    [{ a: null, b: { c: null, d: 1 } }, { b: { d: 1 } }],
    [{ a: [null, { b: null }] }, { a: [null, { b: null }] }],
    [null, null],
    ['x', 'x'],
  ])('%j is %j', (value, rest) => {
    expect(withoutNulls(value)).toEqual(rest)
  })
})

describe('an object', () => {
  const found = { a: '500m', b: [{ x: 1, y: 2 }], c: { d: null }, e: new ExactNumber('9007199254740993') }

  it.each([
    [{ a: '0.5' }],
    [{ b: [{ x: 1 }] }],
    [{ c: { d: null } }],
    [{ f: null }],
    [{ e: new ExactNumber('9007199254740993') }],
    [{}],
  ])('holds %j', (sent) => {
    expect(holds(found, sent)).toBe(true)
  })

  it.each([
    [{ a: '501m' }],
    [{ a: {} }],
    [{ b: [] }],
    [{ b: [{ x: 2 }] }],
    [{ b: 'x' }],
    [{ f: 1 }],
    [{ a: null }],
    [{ e: new ExactNumber('9007199254740992') }],
  ])('does not hold %j', (sent) => {
    expect(holds(found, sent)).toBe(false)
  })

  it('has a text, or has not', () => {
    expect(hasText(found, '500m')).toBe(true)
    expect(hasText([{ a: ['x'] }], 'x')).toBe(true)
    expect(hasText(found, '500')).toBe(false)
    expect(hasText(null, 'x')).toBe(false)
  })
})
