// One row with what GET /version answers; the fields are those of version.Info in k8s.io/apimachinery.
import { expect, it } from 'vitest'
import { VERSION_OBJECT } from '../../../src/virtual/version.ts'
import { errorOf, status } from '../support/fakes.ts'
import { ask } from './ask.ts'

// In the form of version.Info; all of its fields.
const INFO = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: 'c',
  gitTreeState: 'clean',
  buildDate: '2026-08-01T00:00:00Z',
  goVersion: 'go1.26.1',
  compiler: 'gc',
  platform: 'linux/amd64',
}

it('has a column for each field', () => {
  const shown = Object.values(VERSION_OBJECT.columns).map((path) => path[0])
  expect(shown.sort()).toEqual(Object.keys(INFO).sort())
  expect(VERSION_OBJECT.columns).toMatchObject({
    git_tree_state: ['gitTreeState'],
    min_compatibility_major: ['minCompatibilityMajor'],
  })
})

it('gives the answer as its row', () => {
  const { rows, requests } = ask(VERSION_OBJECT, { 'GET /version': { body: INFO } })
  expect(rows).toEqual([INFO])
  expect(requests).toEqual(['GET /version'])
})

it.each([
  { answer: { body: {} }, want: { code: 'decode', message: 'GET /version: the answer has no gitVersion' } },
  { answer: { body: '[]' }, want: { code: 'decode' } },
  {
    answer: { body: { gitVersion: 7 } },
    want: { message: 'GET /version: the answer has no gitVersion' },
  },
  { answer: status(401, 'Unauthorized'), want: { code: 'status' } },
])('gives no row for $answer.body', ({ answer, want }) => {
  expect(errorOf(() => ask(VERSION_OBJECT, { 'GET /version': answer }))).toMatchObject(want)
})
