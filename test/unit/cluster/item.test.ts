// Texts of a document, where only a string is one.
import { describe, expect, it } from 'vitest'
import { HEAD } from '../../../src/host.ts'
import { headText, itemText } from '../../../src/cluster/item.ts'
import { documentOf } from '../support/fakes.ts'

describe('a text', () => {
  it.each([
    { json: '"a"', item: 'a', head: 'a' },
    { json: '""', item: '', head: null },
    { json: '7', item: '', head: null },
    { json: 'null', item: '', head: null },
    { json: '{}', item: '', head: null },
  ])('of $json', ({ json, item, head }) => {
    const shape = { head: [['x'], ['y']], rowsKey: 'items', row: [['x'], ['y']] }
    const document = documentOf(`{"x":${json},"items":[{"x":${json}}]}`, shape)
    expect([itemText(document, 0, 0), itemText(document, HEAD, 0), headText(document, 0)]).toEqual([
      item,
      item,
      head,
    ])
    expect([itemText(document, 0, 1), headText(document, 1)]).toEqual(['', null])
  })
})
