// The lines of a pod's log: the request, as kubectl logs makes it, and the rows.
import { describe, expect, it } from 'vitest'
import { LOGS_OBJECT } from '../../../src/virtual/logs.ts'
import { clusterOf, errorOf, status, tableOptions } from '../support/fakes.ts'
import { ask, inputsOf } from './ask.ts'

const PATH = '/api/v1/namespaces/shop/pods/web/log'
const REQUEST = `GET ${PATH}`
const POD = { namespace: ['shop'], name: ['web'] }
const lines = (body: string) =>
  ask(LOGS_OBJECT, { [REQUEST]: { body } }, POD).rows.map((row) => {
    const { line_number, timestamp, line } = row as { [column: string]: unknown }
    return [line_number, timestamp, line]
  })

describe('lines', () => {
  it.each([
    { body: '', want: [] },
    { body: '2026-01-02T03:04:05.6Z one two\n', want: [[1, '2026-01-02T03:04:05.6Z', 'one two']] },
    {
      body: '2026-01-02T03:04:05Z a\n2026-01-02T03:04:06Z \n2026-01-02T03:04:07Z',
      want: [
        [1, '2026-01-02T03:04:05Z', 'a'],
        [2, '2026-01-02T03:04:06Z', ''],
        [3, '2026-01-02T03:04:07Z', ''],
      ],
    },
    // What the kubelet itself says has no timestamp; a date alone is part of the text.
    { body: 'unable to retrieve container logs', want: [[1, null, 'unable to retrieve container logs']] },
    { body: '2026-01-02 done\n', want: [[1, null, '2026-01-02 done']] },
  ])('$body', ({ body, want }) => {
    expect(lines(body)).toEqual(want)
  })

  it('are read again from any place', () => {
    const { api } = clusterOf({ [REQUEST]: { body: 'a\nb\nc\n' } })
    const nothing = { setting: () => null, settle: () => undefined }
    const asked = { api, table: tableOptions(), inputs: inputsOf(POD), ...nothing }
    const [step] = LOGS_OBJECT.steps(asked)
    const { document } = step?.() ?? {}
    expect([2, 0, 1, 1, 0, 2].map((row) => (document?.tree(row, 0) as { line: string }).line)).toEqual(
      'cabbac'.split(''),
    )
  })
})

describe('the request', () => {
  it.each([
    { given: {}, want: '' },
    { given: { container: ['app'] }, want: '&container=app' },
    { given: { previous: ['true'] }, want: '&previous=true' },
    { given: { previous: ['false'] }, want: '' },
    {
      given: { tail_lines: ['5'], since_time: ['2026-01-02T00:00:00+01:00'] },
      want: '&sinceTime=2026-01-02T00%3A00%3A00%2B01%3A00&tailLines=5',
    },
  ])('of $given', ({ given, want }) => {
    const { requests } = ask(LOGS_OBJECT, { [REQUEST]: { body: 'x' } }, { ...POD, ...given })
    expect(requests).toEqual([`${REQUEST}?timestamps=true&limitBytes=135217728${want}`])
  })

  it.each([
    { given: { namespace: ['..'], name: ['web'] }, table: {} },
    { given: { namespace: ['shop'], name: ['a/b'] }, table: {} },
    { given: POD, table: { namespace: 'other' } },
  ])('is not made for $given in a table with $table', ({ given, table }) => {
    expect(ask(LOGS_OBJECT, {}, given, table)).toMatchObject({ rows: [], requests: [] })
  })

  it.each([
    { given: {}, want: 'there is none on namespace and name' },
    { given: { name: ['web'] }, want: 'there is none on namespace' },
  ])('needs a pod: $given', ({ given, want }) => {
    expect(errorOf(() => ask(LOGS_OBJECT, {}, given)).message).toMatch(new RegExp(`${want}$`))
  })

  it('takes the namespace of the table', () => {
    const asked = ask(LOGS_OBJECT, { [REQUEST]: { body: 'x' } }, { name: ['web'] }, { namespace: 'shop' })
    expect(asked.rows).toHaveLength(1)
  })
})

describe('no log', () => {
  const missing = status(404, 'pods "web" not found', { details: { name: 'web', kind: 'pods' } })
  const waiting = status(400, 'container "app" in pod "web" is waiting to start')

  it('of a pod that is gone is no row', () => {
    expect(ask(LOGS_OBJECT, { [REQUEST]: missing }, POD).rows).toEqual([])
  })

  it('yet is an error, or is left out with a warning', () => {
    const answers = { [REQUEST]: waiting }
    expect(errorOf(() => ask(LOGS_OBJECT, answers, POD))).toMatchObject({
      code: 'status',
      hint: "give the table the option on_error 'null' to leave out what cannot be read, with a warning",
    })
    const { rows, warnings } = ask(LOGS_OBJECT, answers, POD, { onError: 'null' })
    expect(rows).toEqual([])
    expect(warnings).toEqual([
      `k8s_fdw: a log is left out: ${REQUEST}: 400 Bad Request: container "app" in pod "web" is waiting to start`,
    ])
  })

  it('without a container says what to add', () => {
    const answer = status(400, 'a container name must be specified for pod web, choose one of: [a b]')
    expect(errorOf(() => ask(LOGS_OBJECT, { [REQUEST]: answer }, POD)).hint).toBe(
      "name one of its containers: AND container = '…'",
    )
  })

  it('that may not be read is an error, whatever the table says of errors', () => {
    const answer = status(403, 'pods "web" is forbidden: User "jane" cannot get resource "pods/log"')
    expect(errorOf(() => ask(LOGS_OBJECT, { [REQUEST]: answer }, POD, { onError: 'null' })).code).toBe(
      'status',
    )
  })

  it('is a page of HTML', () => {
    const answer = { body: '<html>', headers: [['content-type', 'text/html; charset=utf-8']] as const }
    expect(errorOf(() => ask(LOGS_OBJECT, { [REQUEST]: answer }, POD))).toMatchObject({
      code: 'decode',
      message: `${REQUEST}: 200 OK, but the answer is an HTML page and no log`,
    })
  })
})
