// What a list is for, as errors say it.
import { describe, expect, it } from 'vitest'
import { listPurpose } from '../../../src/cluster/list-request.ts'
import { listQuery } from './list-query.ts'

describe('the purpose of a list', () => {
  it.each([
    {
      query: listQuery(),
      namespace: null,
      want: { request: 'GET /api/v1/pods', resource: 'pods', hasSelectors: false, secret: false },
    },
    {
      query: listQuery({ labelSelector: 'a=b' }),
      namespace: 'shop',
      want: { request: 'GET /api/v1/namespaces/shop/pods', namespace: 'shop', hasSelectors: true },
    },
    {
      query: listQuery({
        fieldSelector: 'a=b',
        secret: true,
        resource: { ...listQuery().resource, apiVersion: 'apps/v1', plural: 'deployments' },
      }),
      namespace: null,
      want: {
        request: 'GET /apis/apps/v1/deployments',
        resource: 'deployments.apps',
        hasSelectors: true,
        secret: true,
      },
    },
  ])('$want.request', ({ query, namespace, want }) => {
    expect(listPurpose(query, namespace)).toMatchObject(want)
  })
})
