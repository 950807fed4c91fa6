// The built-in table of kinds, by every name that kubectl takes.
import { describe, expect, it } from 'vitest'
import {
  builtInResources,
  findBuiltIn,
  hasUniqueNames,
  isApiVersion,
  mayBeIn,
  nearOther,
  parseKind,
  rank,
  serverOf,
} from '../../../src/cluster/kinds.ts'
import type { Resource } from '../../../src/cluster/resource.ts'
import { errorOf } from '../support/fakes.ts'

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

describe('what a user writes', () => {
  it.each([
    { object: 'pods', group: null, version: null, name: 'pods' },
    { object: 'deployments.apps', group: 'apps', version: null, name: 'deployments' },
    { object: 'deployments.v1.apps', group: 'apps', version: 'v1', name: 'deployments' },
    { object: 'pods.v1.', group: '', version: 'v1', name: 'pods' },
    // A version that does not look like one may be part of the group.
    { object: 'widgets.stable.example.com', group: 'stable.example.com', version: null, name: 'widgets' },
  ])('$object', ({ object, group, version, name }) => {
    expect(parseKind({ apiVersion: null, kind: null, object })).toEqual({
      group,
      version,
      kind: null,
      name,
      written: object,
    })
  })

  it.each([
    { options: { object: 'a/b' }, hint: "of subresources only 'pods/log' is a table" },
    { options: { object: 'pods/logs' }, hint: "did you mean object 'pods/log'?" },
    { options: { object: '../secrets' }, hint: 'it takes a resource' },
    { options: { object: 'pods.Apps' }, hint: 'it takes a resource' },
    { options: { kind: 'Pod/x' }, hint: "object 'pods/log'" },
    { options: { kind: '' }, hint: "it takes a kind, such as 'Pod'" },
    { options: { kind: 'Pod', apiVersion: 'apps/v1/x' }, hint: "such as 'v1' or 'apps/v1'" },
  ])('$options is refused', ({ options, hint }) => {
    const error = errorOf(() => parseKind({ apiVersion: null, kind: null, object: null, ...options }))
    expect(error.code).toBe('option')
    expect(error.hint).toContain(hint)
  })

  it.each([
    { text: 'v1', is: true },
    { text: 'apps/v1', is: true },
    { text: 'apps', is: false },
    { text: '*', is: false },
  ])('$text is a group and version: $is', ({ text, is }) => {
    expect(isApiVersion(text)).toBe(is)
  })
})

describe('names', () => {
  const resource = (apiVersion: string): Resource => ({
    apiVersion,
    kind: 'Widget',
    plural: 'widgets',
    singular: 'widget',
    shortNames: ['wd'],
    namespaced: true,
  })
  const ranked = (object: string, apiVersion = 'b.c/v1'): number | null =>
    rank(parseKind({ apiVersion: null, kind: null, object }), resource(apiVersion))

  it('a plural comes before a short name, a singular and a kind', () => {
    const ranks = ['widgets', 'WD', 'widget'].map((name) => ranked(name))
    expect(ranks).toEqual([0, 1, 2])
    expect(ranked('wid')).toBeNull()
  })

  it('x.a.b is version a of group b before it is group a.b, and that before a longer group', () => {
    const of = ['b/a', 'a.b/v1', 'a.b.c/v1'].map((apiVersion) => ranked('widgets.a.b', apiVersion) ?? NaN)
    expect(of[0]).toBeLessThan(of[1] ?? NaN)
    expect(of[1]).toBeLessThan(of[2] ?? NaN)
    expect(ranked('widgets.a.b', 'x.a.b/v1')).toBeNull()
  })

  it.each([
    { word: 'logs', other: 'pods/log' },
    { word: 'can-i', other: 'can_i' },
    { word: 'whoami', other: 'whoami' },
    { word: 'pods', other: null },
  ])('$word is near $other', ({ word, other }) => {
    expect(nearOther(word)).toBe(other)
  })
})

describe('groups', () => {
  it.each([
    { object: 'widgets', apiVersion: 'any/v1', may: true },
    { object: 'widgets.a', apiVersion: 'a/v1', may: true },
    { object: 'widgets.v1.a', apiVersion: 'a/v2', may: true },
    { object: 'widgets.a', apiVersion: 'b/v1', may: false },
    // The group may be v1.a.
    { object: 'widgets.v1.a', apiVersion: 'v1.a/v7', may: true },
    { object: 'widgets.v1.a', apiVersion: 'b/v1', may: false },
  ])('$object may be in $apiVersion: $may', ({ object, apiVersion, may }) => {
    expect(mayBeIn(parseKind({ apiVersion: null, kind: null, object }), apiVersion)).toBe(may)
  })

  it.each([
    { group: 'metrics.k8s.io', server: 'metrics-server' },
    { group: 'custom.metrics.k8s.io', server: 'prometheus-adapter' },
    { group: 'external.metrics.k8s.io', server: 'prometheus-adapter' },
    { group: 'apps', server: null },
    { group: '', server: null },
  ])('$group must be served by $server', ({ group, server }) => {
    if (server === null) expect(serverOf(group)).toBeNull()
    else expect(serverOf(group)).toContain(server)
  })

  it('of the API server itself have one object of a name; others may have more', () => {
    const unique = (apiVersion: string): boolean =>
      hasUniqueNames({ apiVersion, kind: '', plural: '', singular: '', shortNames: [], namespaced: true })
    expect(['v1', 'apps/v1', 'apps/v9', 'metrics.k8s.io/v1', 'example.com/v1'].map(unique)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})
