// The requests of a plan's targets, one after the other, and the ways around what a user may not read.
import { describe, expect, it } from 'vitest'
import { NAME_LEAF } from '../../../src/cluster/item.ts'
import type { Resource } from '../../../src/cluster/resource.ts'
import type { ScanPlan } from '../../../src/plan/plan.ts'
import { TargetPages } from '../../../src/read/targets.ts'
import { listQuery } from '../cluster/list-query.ts'
import { clusterOf, errorOf, status } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'

const pod = (name: string) => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name } })
const list = (...names: string[]) => ({
  body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: names.map(pod) },
})
const missing = (name: string) =>
  status(404, `pods "${name}" not found`, { details: { name, kind: 'pods' }, reason: 'NotFound' })
const forbidden = (verb: string, where = 'in the namespace "a"') =>
  status(403, `pods is forbidden: User "jane" cannot ${verb} resource "pods" in API group "" ${where}`, {
    details: { kind: 'pods' },
  })

const plan = (change: Partial<ScanPlan> = {}): ScanPlan => ({
  ...listQuery(),
  shown: [{ label: null, field: null }],
  masked: false,
  targets: [{ namespace: 'a', name: null }],
  ...change,
})

/** The names that come of a plan, and the paths of the requests. */
function read(answers: Answers, change: Partial<ScanPlan>) {
  const { api, requests, warnings } = clusterOf(answers)
  const pages = new TargetPages(api, plan(change), (failure, purpose) => api.error(failure, purpose))
  const names: string[] = []
  for (let page = pages.next(); page !== null; page = pages.next()) {
    const { document, firstRow, rowCount } = page
    for (let row = firstRow; row < firstRow + rowCount; row++) names.push(document.text(row, NAME_LEAF))
  }
  const paths = requests.map((request) => String(request).replace(/\?limit=[0-9]+/, '?'))
  return { names, paths, warnings }
}

describe('targets', () => {
  it('none is no request', () => {
    expect(read({}, { targets: [] })).toEqual({ names: [], paths: [], warnings: [] })
  })

  it('lists of namespaces come one after the other', () => {
    const answers = {
      'GET /api/v1/namespaces/a/pods': list('x', 'y'),
      'GET /api/v1/namespaces/b/pods': list('z'),
    }
    const targets = ['a', 'b'].map((namespace) => ({ namespace, name: null }))
    expect(read(answers, { targets })).toEqual({
      names: ['x', 'y', 'z'],
      paths: ['GET /api/v1/namespaces/a/pods?', 'GET /api/v1/namespaces/b/pods?'],
      warnings: [],
    })
  })

  it('objects are got by name, and one that is missing is no row', () => {
    const answers = {
      'GET /api/v1/namespaces/a/pods/x': { body: pod('x') },
      'GET /api/v1/namespaces/a/pods/y': missing('y'),
    }
    const targets = ['x', 'y'].map((name) => ({ namespace: 'a', name }))
    expect(read(answers, { targets })).toEqual({
      names: ['x'],
      paths: ['GET /api/v1/namespaces/a/pods/x', 'GET /api/v1/namespaces/a/pods/y'],
      warnings: [],
    })
  })
})

describe('one object', () => {
  const targets = [{ namespace: 'a', name: 'x' }]

  it.each([
    { name: 'may not be got', answer: forbidden('get') },
    {
      name: 'is not known at that path',
      answer: status(404, 'the server could not find the requested resource'),
    },
  ])('that $name is listed', ({ answer }) => {
    const answers = { 'GET /api/v1/namespaces/a/pods/x': answer, 'GET /api/v1/namespaces/a/pods': list('x') }
    expect(read(answers, { targets })).toMatchObject({
      names: ['x'],
      paths: [
        'GET /api/v1/namespaces/a/pods/x',
        'GET /api/v1/namespaces/a/pods?&fieldSelector=metadata.name%3Dx',
      ],
    })
  })

  it('of another name is an error', () => {
    const answers = { 'GET /api/v1/namespaces/a/pods/x': { body: pod('y') } }
    expect(errorOf(() => read(answers, { targets }))).toMatchObject({
      code: 'decode',
      message: 'GET /api/v1/namespaces/a/pods/x: 200 OK, but the answer is not the object of that name',
    })
  })

  it('ends with the error of another code', () => {
    const answers = { 'GET /api/v1/namespaces/a/pods/x': status(500, 'oops') }
    expect(errorOf(() => read(answers, { targets })).code).toBe('status')
  })

  it('of an aggregated API is listed, because there may be several of its name', () => {
    const resource: Resource = { ...listQuery().resource, apiVersion: 'custom.example.com/v1' }
    const root = '/apis/custom.example.com/v1/namespaces/a/pods'
    expect(read({ [`GET ${root}`]: list('x', 'x') }, { targets, resource })).toMatchObject({
      names: ['x', 'x'],
      paths: [`GET ${root}?&fieldSelector=metadata.name%3Dx`],
    })
  })

  it('of an aggregated API that may neither be listed nor got is left out if the plan says so', () => {
    const resource: Resource = { ...listQuery().resource, apiVersion: 'custom.example.com/v1' }
    const root = '/apis/custom.example.com/v1/namespaces/a/pods'
    const answers = { [`GET ${root}`]: forbidden('list'), [`GET ${root}/x`]: forbidden('get') }
    expect(errorOf(() => read(answers, { targets, resource })).code).toBe('status')
    const { names, warnings } = read(answers, { targets, resource, skipForbidden: true })
    expect(names).toEqual([])
    expect(warnings).toEqual([
      'k8s_fdw: pods.custom.example.com of a namespace are left out, for this user may not list them: a',
    ])
  })

  it('of an aggregated API that may not be listed is got, with a warning', () => {
    const resource: Resource = { ...listQuery().resource, apiVersion: 'custom.example.com/v1' }
    const root = '/apis/custom.example.com/v1/namespaces/a/pods'
    const answers = { [`GET ${root}`]: forbidden('list'), [`GET ${root}/x`]: { body: pod('x') } }
    const { names, warnings } = read(answers, { targets, resource })
    expect(names).toEqual(['x'])
    expect(warnings).toEqual([
      'k8s_fdw: pods.custom.example.com may be got by name, but not listed: should there be several of one name, one of them is shown',
    ])
  })
})

it('a server that does not select by name is asked once for all names of a namespace', () => {
  const answers = {
    'GET /api/v1/namespaces/a/pods/x': forbidden('get'),
    'GET /api/v1/namespaces/a/pods': list('w', 'x', 'y'),
    'GET /api/v1/namespaces/b/pods/z': { body: pod('z') },
  }
  const targets = ['a x', 'a y', 'b z'].map((each) => {
    const [namespace = '', name = ''] = each.split(' ')
    return { namespace, name }
  })
  const { api, requests } = clusterOf(answers)
  const pages = new TargetPages(api, plan({ targets }), (failure, purpose) => api.error(failure, purpose))
  expect([pages.next()?.names, pages.next()?.namespace, pages.next()]).toEqual([['x', 'y'], 'b', null])
  expect(requests).toHaveLength(3)
})

describe('namespaces that may not be listed', () => {
  const answers = {
    'GET /api/v1/namespaces/a/pods': forbidden('list'),
    'GET /api/v1/namespaces/b/pods': list('z'),
  }
  const targets = ['a', 'b'].map((namespace) => ({ namespace, name: null }))

  it('are an error', () => {
    expect(errorOf(() => read(answers, { targets })).code).toBe('status')
  })

  it('are left out with a warning where the server says so', () => {
    const { names, warnings } = read(answers, { targets, skipForbidden: true })
    expect(names).toEqual(['z'])
    expect(warnings).toEqual([
      'k8s_fdw: pods of a namespace are left out, for this user may not list them: a',
    ])
  })

  it('are found one by one where all at once may not be listed', () => {
    const { names, paths } = read(
      {
        ...answers,
        'GET /api/v1/pods': forbidden('list', 'at the cluster scope'),
        'GET /api/v1/namespaces': { body: { kind: 'NamespaceList', items: ['a', 'b'].map(pod) } },
      },
      { targets: [{ namespace: null, name: null }], skipForbidden: true },
    )
    expect(names).toEqual(['z'])
    expect(paths).toEqual([
      'GET /api/v1/pods?',
      'GET /api/v1/namespaces?&includeObject=None',
      'GET /api/v1/namespaces/a/pods?',
      'GET /api/v1/namespaces/b/pods?',
    ])
  })

  it('must be named where the namespaces may not be listed either', () => {
    const nothing = {
      'GET /api/v1/pods': forbidden('list', 'at the cluster scope'),
      'GET /api/v1/namespaces': status(
        403,
        'namespaces is forbidden: User "jane" cannot list resource "namespaces" in API group "" at the cluster scope',
        { details: { kind: 'namespaces' } },
      ),
    }
    const change = { targets: [{ namespace: null, name: null }], skipForbidden: true }
    expect(errorOf(() => read(nothing, change))).toMatchObject({
      code: 'status',
      hint: "name the namespaces that may be read: ALTER FOREIGN TABLE … OPTIONS (ADD namespaces 'one,two')",
    })
  })
})
