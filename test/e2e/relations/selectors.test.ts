// Views by label selector: random NetworkPolicies and PodDisruptionBudgets, and the pods that the API server lists for
// the same selector. (sql/test/relations.sql compares k8s_fdw.matches() with apimachinery alone, on more selectors.)
import { beforeAll, describe, expect, it } from 'vitest'
import { list, suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const NAMESPACE = 'selectors'
const KEYS = ['app', 'example.com/tier', 'zone']
const VALUES = ['a', 'b', '']

interface Expression {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}
interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>
  readonly matchExpressions: readonly Expression[]
}

let state = 7
const below = (limit: number): number => {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((state / 2_147_483_648) * limit)
}
const one = <T>(from: readonly T[]): T => from[below(from.length)] as T

const expression = (): Expression => {
  const operator = one(['In', 'NotIn', 'Exists', 'DoesNotExist'])
  return {
    key: one(KEYS),
    operator,
    ...(operator.endsWith('In') ? { values: [...new Set([one(VALUES), one(VALUES)])] } : {}),
  }
}
const selector = (): Selector => ({
  matchLabels: below(2) === 0 ? {} : { [one(KEYS)]: one(VALUES) },
  matchExpressions: Array.from({ length: below(3) }, expression),
})

/** As a list request takes it. */
const written = ({ matchLabels, matchExpressions }: Selector): string =>
  [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key
      if (operator === 'DoesNotExist') return `!${key}`
      return `${key} ${operator.toLowerCase()} (${values.join(',')})`
    }),
  ].join(',')

const SELECTORS = Array.from({ length: 24 }, selector)

beforeAll(async () => {
  const api = suiteApi()
  await api.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  for (let i = 0; i < 20; i++)
    await api.create(`/api/v1/namespaces/${NAMESPACE}/pods`, {
      metadata: {
        name: `pod-${i}`,
        labels: Object.fromEntries(KEYS.filter(() => below(3) > 0).map((key) => [key, one(VALUES)])),
      },
      spec: { containers: [{ name: 'one', image: 'registry.example.com/one' }] },
    })
  for (const [i, podSelector] of SELECTORS.entries()) {
    await api.create(`/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/networkpolicies`, {
      metadata: { name: `one-${i}` },
      spec: { podSelector, policyTypes: ['Egress'] },
    })
    await api.create(`/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`, {
      metadata: { name: `one-${i}` },
      spec: { selector: podSelector, minAvailable: 1 },
    })
  }
  await api.create(`/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`, {
    metadata: { name: 'none' },
    spec: { minAvailable: 1 },
  })
  await createServer('selecting')
  await run(`SET client_min_messages = error; CREATE SCHEMA selecting;
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, networkpolicies, poddisruptionbudgets) FROM SERVER selecting INTO selecting OPTIONS (depth '0'); SELECT k8s_fdw.relations('selecting');`)
})

describe('views by label selector', () => {
  it('show the pods that the API server lists', async () => {
    const listed = await Promise.all(
      SELECTORS.map(async (one, i) =>
        (
          await list(`/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=${encodeURIComponent(written(one))}`)
        ).map(({ metadata }) => `one-${i} ${metadata.name}`),
      ),
    )
    const expected = listed.flat().sort()
    expect(expected.length).toBeGreaterThan(40)
    for (const [view, name] of [
      ['network_policy_pods', 'network_policy_name'],
      ['pod_disruption_budget_pods', 'pod_disruption_budget_name'],
    ]) {
      const found = await rows(
        `SELECT concat_ws(' ', ${name ?? ''}, pod_name) FROM selecting.${view ?? ''} WHERE namespace = '${NAMESPACE}'`,
      )
      expect(found.map(([line = '']) => line).sort()).toEqual(expected)
    }
  })
})
