// Pages whose rows are trees.
import { expect, it } from 'vitest'
import { pageOf, treePage } from '../../../src/cluster/trees.ts'

it('gives each row, again and in any order', () => {
  const { document, rowCount, form, kind, bytes } = treePage('row', [{ a: 1 }, { a: 2 }], 9)
  expect({ rowCount, form, kind, bytes }).toEqual({ rowCount: 2, form: 'tree', kind: 'row', bytes: 9 })
  expect([1, 0, 1].map((row) => document.tree(row, 0))).toEqual([{ a: 2 }, { a: 1 }, { a: 2 }])
})

it('has nothing behind its last row', () => {
  expect(treePage('row', [], 0).document.tree(0, 0)).toBeNull()
})

it('can only be read as trees', () => {
  const { document } = treePage('row', [{ a: 1 }], 0)
  expect([document.kind(0, 0), document.text(0, 0), document.json(0, 0), document.members(null)]).toEqual([
    'missing',
    '',
    '',
    null,
  ])
})

it('lets go of what its rows are made of', () => {
  let released = 0
  const trees = {
    rowCount: 1,
    tree: () => null,
    release: () => {
      released++
    },
  }
  pageOf('row', trees, 0).document.release()
  expect(released).toBe(1)
})
