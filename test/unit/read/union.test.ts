// The rows of several lists, each object once.
import { describe, expect, it } from 'vitest'
import { ITEM_PATHS } from '../../../src/cluster/item.ts'
import type { Page } from '../../../src/cluster/page.ts'
import { FdwError } from '../../../src/errors.ts'
import { Owners, Union } from '../../../src/read/union.ts'
import { treePage } from '../../../src/cluster/trees.ts'
import { documentOf, errorOf } from '../support/fakes.ts'

describe('lists', () => {
  const source = (...names: string[]) => {
    const pages = names.map((name) => treePage(name, [], 0))
    return { next: () => pages.shift() ?? null }
  }
  const kinds = (union: Union): string[] => {
    const found: string[] = []
    for (let page = union.next(); page !== null; page = union.next())
      found.push(`${page.kind} of ${String(page.selection)}`)
    return found
  }

  it('come one after the other, each begun when it is wanted', () => {
    const begun: string[] = []
    const make =
      (...names: string[]) =>
      () => {
        begun.push(names.join())
        return source(...names)
      }
    const union = new Union(null, [make('a', 'b'), make(), make('c')])
    expect(begun).toEqual([])
    union.next()
    expect(begun).toEqual(['a,b'])
    expect(kinds(union)).toEqual(['b of 0', 'c of 2'])
    expect(begun).toEqual(['a,b', '', 'c'])
  })

  it('of no selection are none', () => {
    expect(new Union(null, []).next()).toBeNull()
  })

  it('are refused when a row is wanted', () => {
    const union = new Union(new FdwError('plan', 'why'), [() => source('a')])
    expect(errorOf(() => union.next())).toMatchObject({ code: 'plan', message: 'why' })
  })
})

describe('objects', () => {
  const rowPaths = ITEM_PATHS.concat([['metadata', 'uid']])
  const owners = () => new Owners({ rowPaths, shown: [], rowLimit: null, masked: false, secret: false })
  const page = (selection: number, metadata: object, namespace: string | null = null): Page => ({
    ...treePage('Pod', [], 0),
    document: documentOf(JSON.stringify({ items: [{ metadata }] }), {
      head: [],
      rowsKey: 'items',
      row: rowPaths,
    }),
    rowCount: 1,
    namespace,
    selection,
  })

  it.each([
    { name: 'the same uid', first: { uid: '1', name: 'a' }, second: { uid: '1', name: 'a' }, other: true },
    { name: 'another uid', first: { uid: '1', name: 'a' }, second: { uid: '2', name: 'a' }, other: false },
    { name: 'the same name', first: { name: 'a' }, second: { name: 'a' }, other: true },
    {
      name: 'the same name elsewhere',
      first: { name: 'a', namespace: 'x' },
      second: { name: 'a', namespace: 'y' },
      other: false,
    },
    // Nobody can tell whether they are the same: rather twice than not at all.
    { name: 'neither', first: {}, second: {}, other: false },
  ])('of $name: $other', ({ first, second, other }) => {
    const known = owners()
    expect(known.hasOther(page(0, first), 0)).toBe(false)
    expect(known.hasOther(page(1, second), 0)).toBe(other)
    // Those of the first list stay rows of it.
    expect(known.hasOther(page(0, first), 0)).toBe(false)
  })

  it("are in the namespace of the request's path", () => {
    const known = owners()
    known.hasOther(page(0, { name: 'a' }, 'x'), 0)
    expect(known.hasOther(page(1, { name: 'a' }, 'y'), 0)).toBe(false)
    expect(known.hasOther(page(1, { name: 'a', namespace: 'x' }), 0)).toBe(true)
  })

  it('are forgotten for a rescan', () => {
    const known = owners()
    known.hasOther(page(0, { uid: '1' }), 0)
    known.forget()
    expect(known.hasOther(page(1, { uid: '1' }), 0)).toBe(false)
  })
})
