// The rows of pages: in order, again for a rescan, and let go where they are too many.
import { describe, expect, it } from 'vitest'
import { ITEM_PATHS } from '../../../src/cluster/item.ts'
import type { Page } from '../../../src/cluster/page.ts'
import { Replay } from '../../../src/read/replay.ts'
import { treePage } from '../../../src/cluster/trees.ts'
import { documentOf } from '../support/fakes.ts'

/** Pages with these names, of so many bytes each; what was released is noted. */
const source = (pages: readonly (readonly string[])[], bytes: number, released: string[]) => {
  let asked = 0
  const make = () => {
    let next = 0
    return {
      next: (): Page | null => {
        const names = pages[next++]
        if (names === undefined) return null
        asked++
        const page = treePage(
          'row',
          names.map((name) => ({ name })),
          bytes,
        )
        const release = () => released.push(names.join())
        return { ...page, document: Object.assign(page.document, { release }) }
      },
    }
  }
  return { make, asked: () => asked }
}

const never = (): never => {
  throw new Error('the rows are too few to be told of')
}

const read = (rows: Replay, most = Infinity): unknown[] => {
  const found: unknown[] = []
  for (let row = rows.next(); row !== null; row = rows.next()) {
    found.push(row.page.document.tree(row.row, 0))
    if (found.length === most) break
  }
  return found
}

describe('rows', () => {
  const pages = [['a', 'b'], [], ['c']]
  const all = ['a', 'b', 'c'].map((name) => ({ name }))

  it('come in the order of their pages, and again without a request', () => {
    const { make, asked } = source(pages, 10, [])
    const notes: string[] = []
    const rows = new Replay(make, (what) => notes.push(what), never)
    expect(read(rows)).toEqual(all)
    rows.rewind()
    expect(read(rows)).toEqual(all)
    rows.rewind()
    expect(asked()).toBe(3)
    expect(notes).toEqual(['rescans read from memory'])
  })

  it('say which of them were given before', () => {
    const rows = new Replay(source(pages, 10, []).make, () => undefined, never)
    read(rows, 1)
    expect(rows.replaying).toBe(false)
    rows.rewind()
    const replayed = all.map(() => (rows.next(), rows.replaying))
    expect(replayed).toEqual([true, false, false])
  })

  it('are asked for again where more than 50 MB would have been kept', () => {
    const released: string[] = []
    const { make, asked } = source([['a'], ['b']], 30_000_000, released)
    const notes: string[] = []
    const rows = new Replay(make, (what) => notes.push(what), never)
    expect(read(rows)).toHaveLength(2)
    expect(released).toEqual(['a'])
    rows.rewind()
    expect(read(rows)).toHaveLength(2)
    expect(asked()).toBe(4)
    expect(notes).toEqual(['a rescan asks again: not all objects were kept in memory'])
  })
})

describe('many replays', () => {
  const passes = (rowCount: number, count: number, most = Infinity): [number, number][] => {
    const told: [number, number][] = []
    const names = Array.from({ length: rowCount }, (_, i) => `n${i}`)
    const rows = new Replay(
      source([names], 10, []).make,
      () => undefined,
      (replays, replayed) => told.push([replays, replayed]),
    )
    for (let pass = 0; pass < count; pass++) {
      // A nested loop rescans before its first pass too.
      rows.rewind()
      let left = Math.min(rowCount, most)
      while (left-- > 0) rows.next()
    }
    rows.rewind()
    return told
  }

  it('are told of once, when they are both often and of many rows', () => {
    expect(passes(2000, 200)).toEqual([[50, 100_000]])
    expect(passes(50_000, 40)).toEqual([[20, 1_000_000]])
  })

  it.each([
    ['a small inner table', 7, 2000],
    ['few replays of many rows', 50_000, 20],
    ['few rows of many', 2000, 2000, 10],
    ['no rows at all', 0, 5000],
  ] as const)('are not told of: %s', (_, rowCount, count, most?: number) => {
    expect(passes(rowCount, count, most)).toEqual([])
  })
})

it('objects of other names than those that were asked for are no rows', () => {
  const document = documentOf(
    JSON.stringify({ items: ['a', 'b', 'c'].map((name) => ({ metadata: { name } })) }),
    { head: [], rowsKey: 'items', row: ITEM_PATHS },
  )
  const pages: Page[] = [{ ...treePage('Pod', [], 0), form: 'full', document, rowCount: 3, names: ['b'] }]
  const rows = new Replay(
    () => ({ next: () => pages.shift() ?? null }),
    () => undefined,
    never,
  )
  expect(rows.next()?.row).toBe(1)
  expect(rows.next()).toBeNull()
})
