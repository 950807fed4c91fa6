// The rules of a SelfSubjectRulesReview as rows: the rules are read as RBAC does (k8s.io/api/rbac/v1, PolicyRule).
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../../src/json/values.ts'
import { ruleRows } from '../../../src/virtual/rules.ts'
import { inputsOf } from './ask.ts'

const COLUMNS = ['verb', 'api_group', 'resource', 'subresource', 'name', 'non_resource_url']
const shown = (status: JsonValue, given: { readonly [input: string]: readonly string[] } = {}): string[] =>
  ruleRows(status, inputsOf(given), 'shop').map((row: JsonObject) =>
    COLUMNS.map((column) => JSON.stringify(row[column] ?? null)).join(' '),
  )
const resourceRule = (rule: object): JsonValue => ({
  resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], ...rule }],
})

describe('rules of resources', () => {
  it.each([
    { name: 'one', rule: {}, want: ['"get" "" "pods" null null null'] },
    {
      name: 'each verb, group, resource and name',
      rule: { verbs: ['get', 'list'], resources: ['pods', 'pods/log'], resourceNames: ['a'] },
      want: [
        '"get" "" "pods" null "a" null',
        '"get" "" "pods" "log" "a" null',
        '"list" "" "pods" null "a" null',
        '"list" "" "pods" "log" "a" null',
      ],
    },
    {
      name: 'everything, where nothing is asked for',
      rule: { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      want: ['"*" "*" "*" null null null'],
    },
  ])('$name', ({ rule, want }) => {
    expect(shown(resourceRule(rule))).toEqual(want)
  })

  it.each([
    { given: { verb: ['watch'] }, want: ['"watch" "*" "*" null null null'] },
    { given: { resource: ['pods'], subresource: ['log'] }, want: ['"*" "*" "pods" "log" null null'] },
    { given: { name: ['a', 'b'] }, want: ['"*" "*" "*" null "a" null', '"*" "*" "*" null "b" null'] },
  ])('a rule for everything shows what is asked for: $given', ({ given, want }) => {
    const rule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
    expect(shown(resourceRule(rule), given)).toEqual(want)
  })

  it('a rule for some shows those, whatever is asked for', () => {
    expect(shown(resourceRule({ resourceNames: ['a'] }), { verb: ['list'], name: ['b'] })).toEqual([
      '"get" "" "pods" null "a" null',
    ])
  })

  it('a rule for a resource is none for its subresources', () => {
    expect(shown(resourceRule({}), { subresource: ['log'] })).toEqual(['"get" "" "pods" null null null'])
  })
})

describe('rules of URLs', () => {
  const status = { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*'] }] }

  it('are a row each', () => {
    expect(shown(status)).toEqual([
      '"get" null null null null "/healthz"',
      '"get" null null null null "/api/*"',
    ])
  })

  it('with a * show the URLs below it that are asked for', () => {
    expect(shown(status, { non_resource_url: ['/api/v1', '/apis'] })).toEqual([
      '"get" null null null null "/healthz"',
      '"get" null null null null "/api/v1"',
    ])
  })
})

it('what several roles allow is one row', () => {
  const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }
  expect(shown({ resourceRules: [rule, rule] })).toHaveLength(1)
})

it.each([null, {}, { resourceRules: null }, { resourceRules: [null, 7, {}] }])(
  'no rule in %j is no row',
  (status) => {
    expect(shown(status)).toEqual([])
  },
)
