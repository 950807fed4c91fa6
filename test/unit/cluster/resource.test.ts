// The names of a resource, in kubectl's spellings.
import { describe, expect, it } from 'vitest'
import { groupOf, isSecret, qualifiedName, resourceName, versionOf } from '../../../src/cluster/resource.ts'
import { listQuery } from './list-query.ts'

const { resource: pods } = listQuery()
const deployments = { ...pods, apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' }

describe('a resource', () => {
  it.each([
    { resource: pods, names: ['', 'v1', 'pods', 'pods.v1.'] },
    { resource: deployments, names: ['apps', 'v1', 'deployments.apps', 'deployments.v1.apps'] },
  ])('$resource.plural', ({ resource, names }) => {
    const { apiVersion } = resource
    expect([
      groupOf(apiVersion),
      versionOf(apiVersion),
      resourceName(resource),
      qualifiedName(resource),
    ]).toEqual(names)
  })

  it('is a Secret in the core group alone', () => {
    expect(isSecret({ ...pods, kind: 'Secret' })).toBe(true)
    expect(isSecret({ ...pods, kind: 'Secret', apiVersion: 'example.com/v1' })).toBe(false)
  })
})
