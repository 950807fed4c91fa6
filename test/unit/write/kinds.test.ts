// Of which resource a manifest is; test/contract/manifests.test.ts has whole statements.
import { describe, expect, it } from 'vitest'
import { Kinds } from '../../../src/write/kinds.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'

const WIDGETS = {
  'GET /apis/example.com/v1': {
    body: {
      kind: 'APIResourceList',
      resources: [{ name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['create', 'patch'] }],
    },
  },
}
const NOTHING = {
  'GET /apis/example.com/v1': status(404, 'not found'),
  'GET /apis': { body: { kind: 'APIGroupList', groups: [] } },
}
const widget = { apiVersion: 'example.com/v1', kind: 'Widget' }
const never = (): boolean => false

describe('the resource of a manifest', () => {
  it('is known of the common kinds', () => {
    const { api, requests } = clusterOf({})
    expect(new Kinds(api).of({ apiVersion: 'apps/v1', kind: 'Deployment' }, never).plural).toBe('deployments')
    expect(requests).toEqual([])
  })

  it('is asked for once, of whatever verbs it has', () => {
    const { api, requests } = clusterOf(WIDGETS)
    const kinds = new Kinds(api)
    expect([kinds.of(widget, never), kinds.of({ ...widget }, never)].map(({ plural }) => plural)).toEqual([
      'widgets',
      'widgets',
    ])
    expect(requests).toEqual(['GET /apis/example.com/v1'])
  })

  it.each([
    [{}, 'the manifest has the apiVersion "" and the kind ""'],
    [{ kind: 'Pod' }, 'the manifest has the apiVersion "" and the kind "Pod"'],
    [
      { apiVersion: 'v1', metadata: { name: 'a' } },
      'the manifest of "a" has the apiVersion "v1" and the kind ""',
    ],
    [{ apiVersion: '../v1', kind: 'Pod' }, 'the manifest has the apiVersion "../v1" and the kind "Pod"'],
    [{ apiVersion: 1, kind: 'Pod' }, 'the manifest has the apiVersion "" and the kind "Pod"'],
  ])('is not known of %j', (object, want) => {
    const { code, message, hint } = errorOf(() => new Kinds(clusterOf({}).api).of(object, never))
    expect([code, message]).toEqual(['write', want])
    expect(hint).toContain('write both as kubectl explain has them')
  })

  it('is missing where the cluster does not serve it', () => {
    expect(errorOf(() => new Kinds(clusterOf(NOTHING).api).of(widget, never))).toMatchObject({
      code: 'option',
      message: 'the cluster serves no example.com/v1 Widget',
    })
  })

  it('is not there yet where the statement makes its definition', () => {
    expect(errorOf(() => new Kinds(clusterOf(NOTHING).api).of(widget, (kind) => kind === 'Widget'))).toEqual({
      code: 'write',
      message:
        'the cluster serves no example.com/v1 Widget yet: a row of the same statement makes its definition',
      hint: 'INSERT the CustomResourceDefinition in a statement of its own first',
    })
  })
})
