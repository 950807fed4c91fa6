// What an answer is: a list or not, a Table or not, at its end or cut off.
import { describe, expect, it } from 'vitest'
import { ITEM_PATHS } from '../../../src/cluster/item.ts'
import {
  firstObjectOf,
  isNameFirst,
  isWanted,
  listShape,
  typeOfItems,
  whyNoList,
  whyNotEnded,
} from '../../../src/cluster/page.ts'
import type { Resource } from '../../../src/cluster/resource.ts'
import type { JsonDocument } from '../../../src/host.ts'
import { treePage } from '../../../src/cluster/trees.ts'
import { documentOf } from '../support/fakes.ts'
import { listQuery } from './list-query.ts'

const read = (answer: object, isTable = false): JsonDocument =>
  documentOf(JSON.stringify(answer), listShape(ITEM_PATHS, isTable))
const pod = (name: string, namespace = 'shop') => ({ metadata: { name, namespace } })
const table = (format: string, ...names: string[]) => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  columnDefinitions: [{ name: 'Name', format }],
  rows: names.map((name) => ({ cells: [name, 1] })),
})

describe('a list', () => {
  it.each([
    { answer: { items: [] }, why: null },
    // Go writes an empty list so.
    { answer: { items: null }, why: null },
    { answer: { items: [pod('a')] }, why: null },
    { answer: { items: [pod('a'), 7] }, why: 'item 2 of the list is of type number, not object' },
    { answer: {}, why: 'the JSON has no list of items' },
    { answer: { items: {} }, why: 'the JSON has no list of items' },
    { answer: { kind: 'Pod' }, why: 'the answer is of kind Pod and has no list of items' },
  ])('$answer', ({ answer, why }) => {
    expect(whyNoList(read(answer))).toBe(why)
  })
})

describe('the end', () => {
  it.each([
    { metadata: {}, why: null },
    { metadata: { continue: '' }, why: null },
    { metadata: { continue: null, remainingItemCount: 0 }, why: null },
    { metadata: { continue: 7 }, why: 'the continue token of the list is of type number, not string' },
    {
      metadata: { remainingItemCount: 3 },
      why: 'the list leaves 3 objects out and does not say how to go on',
    },
  ])('of $metadata', ({ metadata, why }) => {
    expect(whyNotEnded(read({ metadata, items: [] }))).toBe(why)
  })
})

describe('a Table', () => {
  it('has the name in its first cell, as the format of the column says', () => {
    const document = read(table('name', 'a', 'b'), true)
    expect([isNameFirst(document), whyNoList(document), document.text(1, 2)]).toEqual([true, null, 'b'])
  })

  it.each([table('', 'a'), { ...table('name', 'a'), columnDefinitions: null }, { rows: [] }])(
    '%j has it not',
    (answer) => {
      expect(isNameFirst(read(answer, true))).toBe(false)
    },
  )
})

describe('the first object', () => {
  it.each([
    { answer: { items: [] }, namespace: null, isTable: false, want: '' },
    { answer: { items: [pod('a'), pod('b')] }, namespace: null, isTable: false, want: 'shop/a' },
    { answer: { items: [{ metadata: { name: 'n' } }] }, namespace: null, isTable: false, want: 'n' },
    { answer: table('name', 'a'), namespace: 'shop', isTable: true, want: 'a' },
    // In another namespace the same name is another object.
    { answer: table('name', 'a'), namespace: null, isTable: true, want: '' },
    { answer: table('', 'a'), namespace: 'shop', isTable: true, want: '' },
  ])('is $want', ({ answer, namespace, isTable, want }) => {
    const request = { ...listQuery(), namespace, names: null }
    expect(firstObjectOf(read(answer, isTable), request, isTable)).toBe(want)
  })
})

describe('the items are', () => {
  const resource: Resource = listQuery().resource
  it.each([
    { answer: { kind: 'PodList', apiVersion: 'v1' }, want: 'v1 Pod' },
    { answer: { kind: 'EventList', apiVersion: 'events.k8s.io/v1' }, want: 'events.k8s.io/v1 Event' },
    { answer: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' }, want: 'v1 Pod' },
    { answer: { kind: 'List', apiVersion: 'v1' }, want: 'v1 Pod' },
    { answer: {}, want: 'v1 Pod' },
  ])('$want in $answer', ({ answer, want }) => {
    const { apiVersion, kind } = typeOfItems(read({ ...answer, items: [] }), resource)
    expect(`${apiVersion} ${kind}`).toBe(want)
  })
})

it('only objects of the wanted names are rows', () => {
  const document = read({ items: [pod('a'), pod('b')] })
  const page = { ...treePage('Pod', [], 0), document }
  expect([0, 1].map((row) => isWanted(page, row))).toEqual([true, true])
  expect([0, 1].map((row) => isWanted({ ...page, names: ['b'] }, row))).toEqual([false, true])
})
