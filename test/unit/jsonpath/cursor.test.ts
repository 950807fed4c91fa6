// A position in a path's text, and the error that names it.
import { describe, expect, it } from 'vitest'
import { Cursor } from '../../../src/jsonpath/cursor.ts'
import { errorOf } from '../support/fakes.ts'

const cursor = (at = 0, end = 5): Cursor => new Cursor('ab]cd', at, end)

describe('the cursor', () => {
  it('takes what stands there, and nothing else', () => {
    const here = cursor()
    expect([here.take('b'), here.take('ab'), here.at]).toEqual([false, true, 2])
  })

  it('reads up to a character that stops it, or to the end', () => {
    const here = cursor()
    expect([here.until(']'), here.peek(), here.until('x'), here.peek()]).toEqual(['ab', ']', ']cd', ''])
  })

  it('ends where it is told to, though the text goes on', () => {
    const here = cursor(0, 1)
    expect([here.take('ab'), here.until(']'), here.peek(), here.isAt([])]).toEqual([false, 'a', '', true])
  })

  it('is at one of several texts', () => {
    expect([cursor(2).isAt(['x', ']c']), cursor(2).isAt(['c']), cursor(5).isAt([])]).toEqual([
      true,
      false,
      true,
    ])
  })

  it('names a position counted from 1, with the usual hint or another', () => {
    expect(errorOf(() => cursor(2).fail('no such thing'))).toMatchObject({
      code: 'option',
      message: 'JSONPath "ab]cd": no such thing at position 3',
      hint: expect.stringContaining('write a path as kubectl does') as unknown,
    })
    expect(errorOf(() => cursor(2).fail('no', 0, 'do it'))).toMatchObject({
      message: 'JSONPath "ab]cd": no at position 1',
      hint: 'do it',
    })
  })
})
