// The view subject_rules with rule_allows() and rule_allows_url(): random roles and bindings, random questions, and what the
// API server answers to each in a SubjectAccessReview.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, rows, run } from '../support/sql.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const GROUP = 'rbac.authorization.k8s.io'
const NAMESPACES = ['rights-a', 'rights-b']
const VERBS = ['get', 'list', 'delete', '*']
const GROUPS = ['', 'apps', '*']
const RESOURCES = ['pods', 'pods/log', '*/log', '*/scale', 'deployments', 'deployments/scale', 'secrets', '*']
const URLS = ['/healthz', '/metrics', '/metrics/*', '*']
const NAMES = ['one', 'two']

/** The same each time: a linear congruential generator. */
let state = 20_240_506
const below = (limit: number): number => {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((state / 2_147_483_648) * limit)
}
const one = <T>(from: readonly T[]): T => from[below(from.length)] as T
const some = <T>(from: readonly T[]): T[] => [...new Set([one(from), one(from)])]

const resourceRule = (): object => ({
  verbs: some(VERBS),
  apiGroups: some(GROUPS),
  resources: some(RESOURCES),
  ...(below(4) === 0 ? { resourceNames: some(NAMES) } : {}),
})
const clusterRule = (): object =>
  below(3) === 0 ? { verbs: some(VERBS), nonResourceURLs: some(URLS) } : resourceRule()

const SUBJECTS = [
  ...['rights-ann', 'rights-bob'].map((name) => ({ kind: 'User', apiGroup: GROUP, name })),
  ...['rights-dev', 'rights-ops'].map((name) => ({ kind: 'Group', apiGroup: GROUP, name })),
  ...NAMESPACES.map((namespace) => ({ kind: 'ServiceAccount', name: 'robot', namespace })),
]
const LAST = { kind: 'User', apiGroup: GROUP, name: 'rights-last' }
const USERS = [
  'rights-ann',
  'rights-bob',
  'rights-cid',
  ...NAMESPACES.map((at) => `system:serviceaccount:${at}:robot`),
]

const made: string[] = []
const create = async (path: string, name: string, body: object): Promise<void> => {
  await suiteApi().create(path, { metadata: { name }, ...body })
  made.push(`${path}/${name}`)
}

const makeRoles = async (): Promise<void> => {
  for (const namespace of NAMESPACES)
    await suiteApi().create('/api/v1/namespaces', { metadata: { name: namespace } })
  for (let i = 0; i < 4; i++)
    await create(`${RBAC}/clusterroles`, `rights-${i}`, { rules: [clusterRule(), clusterRule()] })
  for (const namespace of NAMESPACES)
    for (let i = 0; i < 3; i++)
      await create(`${RBAC}/namespaces/${namespace}/roles`, `rights-${i}`, {
        rules: [resourceRule(), resourceRule()],
      })
  const ref = (kind: string, name: string) => ({ apiGroup: GROUP, kind, name })
  for (let i = 0; i < 12; i++) {
    const roleRef =
      below(2) === 0 ? ref('Role', `rights-${below(4)}`) : ref('ClusterRole', `rights-${below(5)}`)
    await create(`${RBAC}/namespaces/${one(NAMESPACES)}/rolebindings`, `rights-${i}`, {
      roleRef,
      subjects: some(SUBJECTS),
    })
  }
  for (let i = 0; i < 4; i++)
    await create(`${RBAC}/clusterrolebindings`, `rights-${i}`, {
      roleRef: ref('ClusterRole', `rights-${i}`),
      subjects: [one(SUBJECTS)],
    })
  // Each kind is cached in the order of its changes: when these are known, so are the others.
  await create(`${RBAC}/clusterroles`, 'rights-last', {
    rules: [{ verbs: ['get'], nonResourceURLs: ['/rights-last'] }],
  })
  await create(`${RBAC}/clusterrolebindings`, 'rights-last', {
    roleRef: ref('ClusterRole', 'rights-last'),
    subjects: [LAST],
  })
  await create(`${RBAC}/namespaces/rights-b/roles`, 'rights-last', {
    rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
  })
  await create(`${RBAC}/namespaces/rights-b/rolebindings`, 'rights-last', {
    roleRef: ref('Role', 'rights-last'),
    subjects: [LAST],
  })
}

interface Question {
  readonly user: string
  readonly groups: readonly string[]
  readonly verb: string
  readonly namespace?: string
  readonly resource?: string
  readonly api_group?: string
  readonly name?: string
  readonly url?: string
}

const question = (): Question => {
  const who = {
    user: one(USERS),
    groups: below(2) === 0 ? [one(['rights-dev', 'rights-ops'])] : [],
    verb: one(['get', 'list', 'delete']),
  }
  if (below(5) === 0) return { ...who, url: one(['/healthz', '/metrics', '/metrics/slow', '/version']) }
  return {
    ...who,
    ...(below(4) === 0 ? {} : { namespace: one(NAMESPACES) }),
    resource: one(['pods', 'pods/log', 'deployments', 'deployments/scale', 'secrets', 'nodes/log']),
    api_group: one(['', 'apps']),
    ...(below(2) === 0 ? {} : { name: one(NAMES) }),
  }
}

const ask = async ({
  user,
  groups,
  verb,
  namespace,
  resource = '',
  api_group,
  name,
  url,
}: Question): Promise<boolean> => {
  const [plural, subresource] = resource.split('/')
  const attributes = { verb, namespace, group: api_group, resource: plural, subresource, name }
  const review = await suiteApi().post<{ status: { allowed: boolean } }>(
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user,
        groups,
        ...(url === undefined
          ? { resourceAttributes: attributes }
          : { nonResourceAttributes: { path: url, verb } }),
      },
    },
  )
  return review.status.allowed
}

const untilKnown = async (): Promise<void> => {
  const wanted: Question[] = [
    { user: LAST.name, groups: [], verb: 'get', url: '/rights-last' },
    { user: LAST.name, groups: [], verb: 'get', namespace: 'rights-b', resource: 'pods', api_group: '' },
  ]
  while (!(await Promise.all(wanted.map(ask))).every(Boolean))
    await new Promise((resolve) => setTimeout(resolve, 50))
}

beforeAll(async () => {
  await makeRoles()
  await createServer('role_rights')
  await run(`SET client_min_messages = error; CREATE SCHEMA role_rights;
    IMPORT FOREIGN SCHEMA "rbac.authorization.k8s.io/v1" FROM SERVER role_rights INTO role_rights; SELECT k8s_fdw.relations('role_rights');`)
  await untilKnown()
})

afterAll(async () => {
  for (const path of made) await suiteApi().remove(path)
})

describe('subject_rules', () => {
  it('allows what a SubjectAccessReview allows', async () => {
    const questions = Array.from({ length: 400 }, question)
    const theirs = await Promise.all(questions.map(ask))
    const ours = await rows(`WITH r AS MATERIALIZED (SELECT * FROM role_rights.subject_rules)
      SELECT EXISTS (
        SELECT FROM r
         WHERE (r.subject_kind = 'User' AND r.subject_name = q.user
                OR r.subject_kind = 'Group' AND q.groups ? r.subject_name
                OR r.subject_kind = 'ServiceAccount' AND q.user = format('system:serviceaccount:%s:%s', r.subject_namespace, r.subject_name))
           AND CASE WHEN q.url IS NOT NULL THEN r.namespace IS NULL AND k8s_fdw.rule_allows_url(r.rule, q.verb, q.url)
                    ELSE (r.namespace IS NULL OR r.namespace = q.namespace) AND k8s_fdw.rule_allows(r.rule, q.verb, q.resource, q.api_group, q.name) END)
        FROM jsonb_array_elements(${quoted(JSON.stringify(questions))}) WITH ORDINALITY AS e (one, n)
       CROSS JOIN LATERAL jsonb_to_record(e.one) AS q ("user" text, groups jsonb, verb text, namespace text, resource text, api_group text, name text, url text)
       ORDER BY e.n`)
    const differ = questions.filter((_, i) => (ours[i]?.[0] === 't') !== theirs[i])
    expect(differ).toEqual([])
    const allowed = theirs.filter(Boolean).length
    expect(allowed).toBeGreaterThan(60)
    expect(allowed).toBeLessThan(340)
  })
})
