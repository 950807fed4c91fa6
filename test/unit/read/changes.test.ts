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
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const pages = (
  answers: Answers['x'] & object,
  since: string | null,
  marked?: { readonly mark: string; readonly leases: Answers['x'] },
) => {
  const query = listQuery({ form: 'metadata', rowPaths: ITEM_PATHS })
  const reading = { shown: [], rowPaths: ITEM_PATHS, rowLimit: null, masked: false, secret: false }
  const plan = {
    watch: { since, mark: marked?.mark ?? null, seconds: 1 },
    list: query,
    namespace: null,
    reading,
    showsMark: marked !== undefined,
  }
  const asked = marked === undefined ? {} : { [`GET ${LEASES}`]: marked.leases }
  const { api, requests } = clusterOf({ 'GET /api/v1/pods': answers, ...asked })
  return { source: new ChangePages(api, plan, () => new FdwError('status', 'not found')), requests }
}
const bookmark = (version: string) => [
  { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: version } },
]

it('are those of the list, and then a BOOKMARK with its version', () => {
  const { source } = pages([list('7', 'c'), list('7')], null)
  expect([source.next()?.change, source.next()?.change]).toEqual(['ADDED', 'ADDED'])
  const last = source.next()
  expect(last === null ? null : treesOf(last)).toEqual(bookmark('7'))
  expect(source.next()).toBeNull()
})

it('are those since a version, and then a BOOKMARK', () => {
  const event = { type: 'ADDED', object: { metadata: { name: 'a', resourceVersion: '8' } } }
  const { source } = pages({ body: `${JSON.stringify(event)}\n` }, '5')
  expect(source.next()).toMatchObject({ rowCount: 1, form: 'metadata' })
  const last = source.next()
  expect(last === null ? null : treesOf(last)).toEqual(bookmark('8'))
  expect(source.next()).toBeNull()
})

it('are an error where a list is not of one version', () => {
  const { source } = pages([list('7', 'c'), list('8')], null)
  source.next()
  expect(errorOf(() => source.next())).toMatchObject({ code: 'expired' })
})

it('are those of a cluster whose mark is checked before, and read at the end', () => {
  const leases = {
    body: { metadata: { resourceVersion: '6' }, items: [{ metadata: { resourceVersion: '5' } }] },
  }
  const { source, requests } = pages({ body: '' }, '5', { mark: '6/5/', leases })
  expect(source.next()).toMatchObject({ change: 'BOOKMARK', mark: '6/5/' })
  expect(requests.map((one) => String(one).replace(/\?.*/, ''))).toEqual([
    `GET ${LEASES}`,
    'GET /api/v1/pods',
    `GET ${LEASES}`,
  ])
  const { source: other } = pages({ body: '' }, '5', { mark: '6/4/', leases })
  expect(errorOf(() => other.next())).toMatchObject({ code: 'expired' })
  expect(pages({ body: '' }, '5').source.next()).toMatchObject({ change: 'BOOKMARK', mark: null })
})
