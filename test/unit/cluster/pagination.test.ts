// Where the reading of a list stands: tokens, ends, loops, and what follows a 410.
import { describe, expect, it } from 'vitest'
import { Pagination } from '../../../src/cluster/pagination.ts'

describe('after a page', () => {
  it('goes on with its token, and ends without one', () => {
    const pagination = new Pagination()
    expect(pagination.advance('a', 2, 'default/x')).toBe(null)
    expect([pagination.continueToken, pagination.ended, pagination.isFresh]).toEqual(['a', false, false])
    expect(pagination.advance(null, 2, 'default/z')).toBe(null)
    expect([pagination.continueToken, pagination.ended]).toEqual([null, true])
  })

  it('notices a token that comes again, however far back it was', () => {
    const pagination = new Pagination()
    for (const token of ['a', 'b', 'c']) expect(pagination.advance(token, 1, token)).toBe(null)
    expect(pagination.advance('a', 1, 'd')).toBe('the answer repeats an earlier continue token')
  })

  it('notices the same first object, and names it in one line', () => {
    const pagination = new Pagination()
    pagination.advance('a', 1, 'default/x\ny')
    expect(pagination.advance('b', 1, 'default/x\ny')).toBe(
      'the answer begins with the same object as the page before, default/x y',
    )
  })

  it('cannot tell objects without a name apart', () => {
    const pagination = new Pagination()
    expect(pagination.advance('a', 1, '')).toBe(null)
    expect(pagination.advance('b', 1, '')).toBe(null)
  })

  it('takes 99 empty pages in a row, and not 100', () => {
    const pagination = new Pagination()
    for (let n = 1; n < 100; n++) expect(pagination.advance(`t${n}`, 0, '')).toBe(null)
    expect(pagination.advance('t100', 0, '')).toBe('100 pages without an object came in a row')
  })

  it('counts them anew after an object, and lets the last page be empty', () => {
    const pagination = new Pagination()
    for (let n = 1; n < 100; n++) pagination.advance(`t${n}`, 0, '')
    expect(pagination.advance('x', 1, 'one')).toBe(null)
    for (let n = 1; n < 100; n++) expect(pagination.advance(`u${n}`, 0, '')).toBe(null)
    expect(pagination.advance(null, 0, '')).toBe(null)
  })
})

describe('after a 410', () => {
  it('goes on at the newest state with the token that the server gives', () => {
    const pagination = new Pagination()
    pagination.advance('old', 5, 'a')
    expect(pagination.recover('new')).toBe('goOn')
    expect(pagination.continueToken).toBe('new')
  })

  it('begins anew once, where no object was given yet', () => {
    const pagination = new Pagination()
    expect(pagination.recover(null)).toBe('restart')
    expect(pagination.recover(null)).toBe('fail')
  })

  it('fails without a token once objects were given: a new beginning would give them twice', () => {
    const pagination = new Pagination()
    pagination.advance('old', 5, 'a')
    expect(pagination.recover(null)).toBe('fail')
  })

  it('does not follow such tokens for ever', () => {
    const pagination = new Pagination()
    pagination.advance('old', 5, 'a')
    for (let n = 1; n < 100; n++) expect(pagination.recover(`t${n}`)).toBe('goOn')
    expect(pagination.recover('t100')).toBe('fail')
  })
})
