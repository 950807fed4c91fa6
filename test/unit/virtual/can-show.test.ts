// Whether tables can show anything: the question, or what would end a query of them.
import { expect, it } from 'vitest'
import type { VirtualQuestion } from '../../../src/virtual/object.ts'
import type { TableOptions } from '../../../src/session/options.ts'
import { canShow } from '../../../src/virtual/can-show.ts'
import { status } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'
import { ask } from './ask.ts'

const ACCESS = 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const CORE = {
  'GET /api/v1': {
    body: { kind: 'APIResourceList', resources: [{ name: 'pods', kind: 'Pod', verbs: ['list'] }] },
  },
}
const ALLOWED: Answers = { ...CORE, [ACCESS]: { status: 201, body: { status: { allowed: true } } } }

/** Asks about tables with these options; two virtual objects are known, one of which needs a right. */
const rows = (options: readonly object[], answers = ALLOWED) => {
  const virtual = ({ kind }: TableOptions): VirtualQuestion | null => {
    if (kind.object === 'version') return { right: null }
    if (kind.object !== 'pods/log') return null
    return { right: { verb: 'get', plural: 'pods', subresource: 'log' } }
  }
  const given = { table_options: options.map((each) => JSON.stringify(each)) }
  return ask(canShow(virtual), answers, given)
}

it.each([
  { options: { kind: 'Pod' }, want: [{ question: 'list pods', namespace: null, allowed: true }] },
  {
    options: { kind: 'Pod', namespaces: 'a,b' },
    want: [
      { question: 'list pods', namespace: 'a', allowed: true },
      { question: 'list pods', namespace: 'b', allowed: true },
    ],
  },
  { options: { object: 'version' }, want: [] },
  {
    options: { object: 'pods/log', namespace: 'a' },
    want: [{ question: 'get pods/log', resource: 'pods/log', namespace: 'a', allowed: true }],
  },
])('a table with $options', ({ options, want }) => {
  expect(rows([options]).rows).toMatchObject(want)
  expect(rows([options]).rows).toHaveLength(want.length)
})

it.each([
  {
    options: { kind: 'Pod', on_error: 'maybe' },
    want: { question: 'list Pod', problem: 'option on_error is "maybe"', allowed: null },
  },
  {
    options: { kind: 'Node', namespace: 'a' },
    want: { problem: expect.stringContaining('objects of kind Node are in no namespace') as unknown },
  },
  { options: {}, want: { problem: 'the table does not say which kind of object it shows' } },
])('the problem of a table with $options is its row', ({ options, want }) => {
  expect(rows([options]).rows).toMatchObject([want])
})

it('a kind that the cluster does not serve is a problem, whatever the authorizer says', () => {
  const found = rows([{ kind: 'Service' }], {
    ...ALLOWED,
    'GET /api': { body: { kind: 'APIGroupDiscoveryList', items: [] } },
    'GET /apis': { body: { kind: 'APIGroupDiscoveryList', items: [] } },
  })
  expect(found.rows).toMatchObject([{ problem: expect.stringContaining('404 Not Found') as unknown }])
})

it('discovery that may not be read is no problem', () => {
  const forbidden = status(403, 'forbidden: User "jane" cannot get path "/api/v1"')
  expect(rows([{ kind: 'Pod' }], { ...ALLOWED, 'GET /api/v1': forbidden }).rows).toMatchObject([
    { question: 'list pods', allowed: true },
  ])
})

it('discovery is read once for many tables', () => {
  const { requests } = rows([{ kind: 'Pod' }, { kind: 'Pod', namespace: 'a' }])
  expect(requests.filter((request) => request === 'GET /api/v1')).toHaveLength(1)
})

it('no more than 100 namespaces of a table are asked about', () => {
  const namespaces = Array.from({ length: 102 }, (_, i) => `n${i}`).join(',')
  const found = rows([{ kind: 'Pod', namespaces }])
  expect(found.rows).toHaveLength(101)
  expect(found.rows[100]).toMatchObject({
    evaluation_error: '2 more namespaces of the table are not asked about',
    allowed: null,
  })
})
