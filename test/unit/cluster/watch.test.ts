// The changes of a list: the request, the events, and the version as of which they are all.
import { describe, expect, it } from 'vitest'
import { ITEM_PATHS, NAME_LEAF } from '../../../src/cluster/item.ts'
import type { ListRequest } from '../../../src/cluster/list-request.ts'
import { isWanted } from '../../../src/cluster/page.ts'
import { bookmarkPage, changesSince, watchPurpose } from '../../../src/cluster/watch.ts'
import { FdwError } from '../../../src/errors.ts'
import { listQuery } from './list-query.ts'
import { clusterOf, errorOf, status, treesOf } from '../support/fakes.ts'
import type { Answer } from '../support/fakes.ts'

const request = (change: Partial<ListRequest> = {}): ListRequest => ({
  ...listQuery({ form: 'metadata', rowPaths: ITEM_PATHS }),
  namespace: null,
  names: null,
  ...change,
})
const events = (...given: readonly (readonly [type: string, name: string, version: string])[]): Answer => ({
  body: given
    .map(([type, name, resourceVersion]) =>
      JSON.stringify({ type, object: { metadata: { name, resourceVersion } } }),
    )
    .join('\n'),
})
const notFound = () => new FdwError('status', 'not found')
const read = (answer: Answer, change: Partial<ListRequest> = {}) => {
  const cluster = clusterOf({ 'GET /api/v1/pods': answer, 'GET /api/v1/namespaces/n/pods': answer })
  return { ...cluster, read: () => changesSince(cluster.api, request(change), '5', 1, notFound) }
}

describe('changes', () => {
  it('are the events, of which bookmarks are no rows', () => {
    const { read: changes, requests } = read(
      events(['ADDED', 'a', '6'], ['BOOKMARK', '', '8'], ['DELETED', 'a', '9']),
    )
    const { page, version } = changes()
    expect(version).toBe('9')
    const rows = Array.from({ length: page?.rowCount ?? 0 }, (_, row) => row)
    expect(
      rows.flatMap((row) =>
        page !== null && isWanted(page, row)
          ? [[page.document.text(row, Number(page.change)), page.document.text(row, NAME_LEAF)]]
          : [],
      ),
    ).toEqual([
      ['ADDED', 'a'],
      ['DELETED', 'a'],
    ])
    expect(requests).toEqual([
      'GET /api/v1/pods?watch=1&resourceVersion=5&timeoutSeconds=1&allowWatchBookmarks=true',
    ])
  })

  it('are none of an empty answer, as of the version that was asked for', () => {
    expect(read({ body: '' }).read()).toEqual({ page: null, version: '5' })
  })

  it('are asked for with the selectors of a list', () => {
    const { read: changes, requests } = read(
      { body: '' },
      { namespace: 'n', labelSelector: 'a=b', fieldSelector: 'c=d', ownFieldSelector: 'c=d' },
    )
    changes()
    expect(requests).toEqual([
      'GET /api/v1/namespaces/n/pods?watch=1&resourceVersion=5&timeoutSeconds=1&allowWatchBookmarks=true&labelSelector=a%3Db&fieldSelector=c%3Dd',
    ])
  })

  it('are expired where the API server says so, before or in between', () => {
    expect(errorOf(read(status(410, 'too old')).read)).toMatchObject({ code: 'expired' })
    const ended: Answer = { body: '{"type":"ERROR","object":{"code":410,"message":"too old"}}' }
    expect(errorOf(read(ended).read)).toMatchObject({
      code: 'expired',
      message: 'GET /api/v1/pods?watch=1: too old',
    })
  })

  it('are expired where one answer cannot hold them', () => {
    const large: Answer = { body: ' '.repeat(134_217_729) }
    expect(errorOf(read(large).read)).toMatchObject({
      code: 'expired',
      message:
        'GET /api/v1/pods?watch=1: the changes have 134217729 bytes, more than the 134217728 that one answer may have',
    })
  })

  it.each([
    [404, 'status'],
    [405, 'option'],
    [500, 'status'],
  ])('are an error after %d', (code, errorCode) => {
    expect(errorOf(read(status(code, 'no')).read)).toMatchObject({ code: errorCode })
  })

  it('need the verb watch', () => {
    expect(watchPurpose(request())).toMatchObject({ request: 'GET /api/v1/pods?watch=1', verb: 'watch' })
  })
})

describe('the BOOKMARK', () => {
  it('has the version, and the namespace that was asked for', () => {
    const page = bookmarkPage(request({ namespace: 'n' }), '7')
    expect(page.change).toBe('BOOKMARK')
    expect(treesOf(page)).toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: '7', namespace: 'n' } },
    ])
  })
})
