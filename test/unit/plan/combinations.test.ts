// Every combination of what conditions give: each is a request.
import { describe, expect, it } from 'vitest'
import { FdwError } from '../../../src/errors.ts'
import { combinations } from '../../../src/plan/combinations.ts'

const inputs = (given: { readonly [input: string]: readonly string[] }) => new Map(Object.entries(given))

describe('combinations', () => {
  it('has each pair once, and null for what has no condition', () => {
    expect(combinations(inputs({ a: ['1', '2'], b: ['x', 'y'] }), ['a', 'b', 'c'], '')).toEqual([
      { a: '1', b: 'x', c: null },
      { a: '1', b: 'y', c: null },
      { a: '2', b: 'x', c: null },
      { a: '2', b: 'y', c: null },
    ])
  })

  it('has none where conditions contradict each other', () => {
    expect(combinations(inputs({ a: [], b: ['x'] }), ['a', 'b'], '')).toEqual([])
  })

  it('makes 100 requests at most, and says what to write instead', () => {
    const ten = Array.from({ length: 10 }, (_, n) => String(n))
    expect(combinations(inputs({ a: ten, b: ten }), ['a', 'b'], '')).toHaveLength(100)
    const tooMany = () => combinations(inputs({ a: ten, b: ten.concat('11') }), ['a', 'b'], 'or a join')
    expect(tooMany).toThrow(FdwError)
    expect(tooMany).toThrow(expect.objectContaining({ code: 'plan', hint: 'give fewer values, or a join' }))
  })
})
