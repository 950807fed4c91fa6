// A list of all pods, to be changed by each test.
import { ITEM_PATHS } from '../../../src/cluster/item.ts'
import type { ListQuery } from '../../../src/cluster/list-request.ts'

export const listQuery = (change: Partial<ListQuery> = {}): ListQuery => ({
  resource: {
    apiVersion: 'v1',
    kind: 'Pod',
    plural: 'pods',
    singular: 'pod',
    shortNames: ['po'],
    namespaced: true,
  },
  labelSelector: null,
  fieldSelector: null,
  ownFieldSelector: null,
  form: 'full',
  needsName: true,
  rowPaths: ITEM_PATHS,
  rowLimit: null,
  pageSize: null,
  secret: false,
  skipForbidden: false,
  ...change,
})
