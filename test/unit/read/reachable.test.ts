// What is left of a scan whose API server cannot be reached.
import { describe, expect, it } from 'vitest'
import { treePage } from '../../../src/cluster/trees.ts'
import { FdwError } from '../../../src/errors.ts'
import { ReachablePages } from '../../../src/read/reachable.ts'
import { errorOf } from '../support/fakes.ts'

const away = new FdwError('connect', 'no answer')
const page = treePage('Pod', [], 0)

/** Pages in order; an error is thrown in its place. */
const pagesOf = (...steps: readonly (typeof page | FdwError)[]) => {
  const rest = [...steps]
  return {
    next: () => {
      const step = rest.shift() ?? null
      if (step instanceof FdwError) throw step
      return step
    },
  }
}

describe('the pages of a cluster that may be away', () => {
  it('are none, and it is said once', () => {
    const said: string[] = []
    const pages = new ReachablePages(pagesOf(away, page), ({ message }) => said.push(message))
    expect([pages.next(), pages.next()]).toEqual([null, null])
    expect(said).toEqual(['no answer'])
  })

  it('are all of them if it is there', () => {
    const pages = new ReachablePages(pagesOf(page, page), () => undefined)
    expect([pages.next(), pages.next(), pages.next()]).toEqual([page, page, null])
  })

  it.each([
    ['that breaks off', pagesOf(page, away), 'connect'],
    ['that refuses', pagesOf(page, new FdwError('status', '500')), 'status'],
  ])('of an answer %s are an error', (_, source, code) => {
    const pages = new ReachablePages(source, () => undefined)
    pages.next()
    expect(errorOf(() => pages.next())).toMatchObject({ code })
  })
})
