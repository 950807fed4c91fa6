// The built-in table of kinds, by every name that kubectl takes.
import { describe, expect, it } from 'vitest'
import { builtInResources, findBuiltIn, parseKind } from '../../../src/cluster/kinds.ts'

describe('kinds', () => {
  it('finds each built-in kind by every name it has', () => {
    const seen = new Map<string, string>()
    for (const resource of builtInResources()) {
      for (const name of [resource.plural, resource.singular, ...resource.shortNames]) {
        const found = findBuiltIn(parseKind({ apiVersion: null, kind: null, object: name }))
        const first = seen.get(name) ?? resource.apiVersion
        seen.set(name, first)
        expect(found?.apiVersion, name).toBe(first)
      }
      const { apiVersion, kind } = resource
      expect(findBuiltIn(parseKind({ apiVersion, kind, object: null }))).toEqual(resource)
    }
    expect(builtInResources().length).toBeGreaterThan(30)
  })

  it('leaves other versions of a built-in kind to discovery', () => {
    expect(findBuiltIn(parseKind({ apiVersion: 'apps/v1beta1', kind: 'Deployment', object: null }))).toBe(
      null,
    )
    expect(findBuiltIn(parseKind({ apiVersion: null, kind: null, object: 'deployments.v1beta1.apps' }))).toBe(
      null,
    )
  })
})
