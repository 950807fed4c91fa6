// One row for each resource, as kubectl api-resources lists them, from aggregated discovery or the older lists.
import { describe, expect, it } from 'vitest'
import { API_RESOURCES_OBJECT } from '../../../src/virtual/api-resources.ts'
import { errorOf, status } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'
import { ask } from './ask.ts'

const POD = {
  resource: 'pods',
  responseKind: { group: '', version: 'v1', kind: 'Pod' },
  scope: 'Namespaced',
  singularResource: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  verbs: ['get', 'list'],
  subresources: [{ subresource: 'log', verbs: ['get'] }],
}
const WIDGET = { ...POD, resource: 'widgets', responseKind: { kind: 'Widget' }, scope: 'Cluster' }
const group = (name: string, ...versions: object[]) => ({ metadata: { name }, versions })
const discovery = (...items: object[]) => ({
  body: { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', items },
})
const names = (answers: Answers): unknown[] =>
  ask(API_RESOURCES_OBJECT, answers).rows.map((row) => {
    const { api_version, name } = row as { api_version: string; name: string }
    return `${api_version} ${name}`
  })

describe('aggregated discovery', () => {
  it('has all columns of a resource', () => {
    const { rows, requests } = ask(API_RESOURCES_OBJECT, {
      'GET /api': discovery(group('', { version: 'v1', resources: [POD] })),
      'GET /apis': discovery(),
    })
    expect(requests).toEqual(['GET /api', 'GET /apis'])
    expect(rows).toEqual([
      {
        api_version: 'v1',
        api_group: '',
        version: 'v1',
        name: 'pods',
        singular: 'pod',
        short_names: ['po'],
        kind: 'Pod',
        namespaced: true,
        verbs: ['get', 'list'],
        categories: ['all'],
        subresources: ['log'],
      },
    ])
    expect(Object.keys(rows[0] as object).sort()).toEqual(Object.keys(API_RESOURCES_OBJECT.columns).sort())
  })

  it('shows a resource in the version that its group prefers', () => {
    const versions = ['v2', 'v1'].map((version) => ({ version, resources: [WIDGET] }))
    expect(
      names({ 'GET /api': discovery(), 'GET /apis': discovery(group('example.com', ...versions)) }),
    ).toEqual(['example.com/v2 widgets'])
  })

  it('leaves out what kubectl leaves out', () => {
    const resources = [
      { ...WIDGET, resource: 'silent', verbs: [] },
      { ...WIDGET, resource: 'nested', responseKind: {} },
      WIDGET,
    ]
    const stale = group('old.example.com', { version: 'v1', freshness: 'Stale', resources: [WIDGET] })
    const { rows, warnings } = ask(API_RESOURCES_OBJECT, {
      'GET /api': discovery(),
      'GET /apis': discovery(group('example.com', { version: 'v1', resources }), stale),
    })
    expect(rows).toMatchObject([{ name: 'widgets', api_group: 'example.com', namespaced: false }])
    expect(warnings).toEqual([
      'k8s_fdw: kinds are missing or out of date: /apis/old.example.com/v1 does not answer',
    ])
  })
})

it('finds subresources beside their resource in an older list', () => {
  const { rows } = ask(API_RESOURCES_OBJECT, {
    'GET /api': { body: { kind: 'APIVersions', versions: ['v1'] } },
    'GET /api/v1': {
      body: {
        kind: 'APIResourceList',
        resources: [
          { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] },
          { name: 'pods/log', kind: 'Pod', verbs: ['get'] },
          { name: 'pods/exec', kind: 'Pod', verbs: ['get'] },
          { name: 'nodes', kind: 'Node', verbs: ['list'] },
        ],
      },
    },
    'GET /apis': { body: { kind: 'APIGroupList', groups: [] } },
  })
  expect(rows).toMatchObject([
    { name: 'pods', subresources: ['log', 'exec'], short_names: [] },
    { name: 'nodes', subresources: [] },
  ])
})

it('is an error where nothing can be read', () => {
  const answer = status(403, 'forbidden: User "jane" cannot get path "/api"')
  expect(errorOf(() => names({ 'GET /api': answer, 'GET /apis': answer }))).toMatchObject({ code: 'status' })
})
