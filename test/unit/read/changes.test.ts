// The pages of a table that shows changes.
import { expect, it } from 'vitest'
import { ITEM_PATHS } from '../../../src/cluster/item.ts'
import { FdwError } from '../../../src/errors.ts'
import { ChangePages } from '../../../src/read/changes.ts'
import { listQuery } from '../cluster/list-query.ts'
import { clusterOf, errorOf, treesOf } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'

const list = (version: string, token?: string) => ({
  body: {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: version, continue: token },
    items: [{ metadata: { name: version + String(token) } }],
  },
})
const pages = (answers: Answers['x'] & object, since: string | null) => {
  const query = listQuery({ form: 'metadata', rowPaths: ITEM_PATHS })
  const reading = { shown: [], rowPaths: ITEM_PATHS, rowLimit: null, masked: false, secret: false }
  const plan = { watch: { since, seconds: 1 }, list: query, namespace: null, reading }
  const { api } = clusterOf({ 'GET /api/v1/pods': answers })
  return new ChangePages(api, plan, () => new FdwError('status', 'not found'))
}
const bookmark = (version: string) => [
  { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: version } },
]

it('are those of the list, and then a BOOKMARK with its version', () => {
  const source = pages([list('7', 'c'), list('7')], null)
  expect([source.next()?.change, source.next()?.change]).toEqual(['ADDED', 'ADDED'])
  const last = source.next()
  expect(last === null ? null : treesOf(last)).toEqual(bookmark('7'))
  expect(source.next()).toBeNull()
})

it('are those since a version, and then a BOOKMARK', () => {
  const event = { type: 'ADDED', object: { metadata: { name: 'a', resourceVersion: '8' } } }
  const source = pages({ body: `${JSON.stringify(event)}\n` }, '5')
  expect(source.next()).toMatchObject({ rowCount: 1, form: 'metadata' })
  const last = source.next()
  expect(last === null ? null : treesOf(last)).toEqual(bookmark('8'))
  expect(source.next()).toBeNull()
})

it('are an error where a list is not of one version', () => {
  const source = pages([list('7', 'c'), list('8')], null)
  source.next()
  expect(errorOf(() => source.next())).toMatchObject({ code: 'expired' })
})
