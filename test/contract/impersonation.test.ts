// Whom requests are made as: the headers of every request, and every doubt refused before the first one.
import { expect, it } from 'vitest'
import type { Request } from '../support/portable-host/imports.ts'
import { failure, json, list, pod } from './responses.ts'
import type { ScanSpec } from './run-scan.ts'
import { onEachEngine, TOKEN } from './run-scan.ts'

interface Case {
  readonly name: string
  readonly options: { readonly [name: string]: string }
  readonly settings?: { readonly [name: string]: string }
}

interface Sent extends Case {
  readonly user: string
  readonly group?: string
}

interface Refused extends Case {
  readonly want: string
}

const CLAIMS = 'request.jwt.claims'
const claims = (value: unknown): { [name: string]: string } => ({ [CLAIMS]: JSON.stringify(value) })
const BY_CLAIMS = { impersonate_user_setting: CLAIMS, impersonate_user_path: 'email' }
const BY_ROLE = { impersonate_user_setting: 'role', impersonate_user_prefix: 'pg:' }

const SENT: readonly Sent[] = [
  { name: 'a fixed user', options: { impersonate_user: ' jane ' }, user: 'jane' },
  {
    name: "a fixed user of Kubernetes' own",
    options: { impersonate_user: 'system:serviceaccount:web:reader' },
    user: 'system:serviceaccount:web:reader',
  },
  {
    name: 'a fixed user and group',
    options: { impersonate_user: 'jane', impersonate_groups: 'dev' },
    user: 'jane',
    group: 'dev',
  },
  {
    name: 'a setting',
    options: { impersonate_user_setting: 'app.user' },
    settings: { 'app.user': 'jane@example.com' },
    user: 'jane@example.com',
  },
  {
    name: 'a claim',
    options: BY_CLAIMS,
    settings: claims({ email: 'jane@example.com' }),
    user: 'jane@example.com',
  },
  {
    name: 'a claim in a claim',
    options: { ...BY_CLAIMS, impersonate_user_path: 'app_metadata.kubernetes[0].user' },
    settings: claims({ app_metadata: { kubernetes: [{ user: 'jane' }] } }),
    user: 'jane',
  },
  {
    name: 'a claim with dots in its name',
    options: { ...BY_CLAIMS, impersonate_user_path: "{['https://example.com/user']}" },
    settings: claims({ 'https://example.com/user': 'jane' }),
    user: 'jane',
  },
  {
    name: 'the role',
    options: BY_ROLE,
    settings: { role: 'web_user', session_authorization: 'authenticator' },
    user: 'pg:web_user',
  },
  {
    name: 'who logged in, without SET ROLE',
    options: BY_ROLE,
    settings: { role: 'none', session_authorization: 'alice' },
    user: 'pg:alice',
  },
  {
    name: 'the setting role in any case of letters',
    options: { ...BY_ROLE, impersonate_user_setting: 'ROLE' },
    settings: { ROLE: 'none', session_authorization: 'alice' },
    user: 'pg:alice',
  },
  {
    name: "a name like Kubernetes' own, behind a prefix",
    options: BY_ROLE,
    settings: { role: 'system:admin' },
    user: 'pg:system:admin',
  },
  {
    name: "a prefix of Kubernetes' own",
    options: { ...BY_ROLE, impersonate_user_prefix: 'system:serviceaccount:web:' },
    settings: { role: 'reader' },
    user: 'system:serviceaccount:web:reader',
  },
  {
    name: 'a group of a JSON array, with a comma in its name',
    options: {
      ...BY_CLAIMS,
      impersonate_groups_setting: CLAIMS,
      impersonate_groups_path: 'groups',
      impersonate_groups_prefix: 'oidc:',
    },
    settings: claims({ email: 'jane', groups: ['cn=dev,dc=example'] }),
    user: 'jane',
    group: 'oidc:cn=dev,dc=example',
  },
  {
    name: 'a group of a setting',
    options: { impersonate_user: 'jane', impersonate_groups_setting: 'app.groups' },
    settings: { 'app.groups': ' dev ' },
    user: 'jane',
    group: 'dev',
  },
  {
    name: 'no group of an empty array',
    options: { ...BY_CLAIMS, impersonate_groups_setting: CLAIMS, impersonate_groups_path: 'groups' },
    settings: claims({ email: 'jane', groups: [] }),
    user: 'jane',
  },
]

const WHOM = 'so it is not known whom to impersonate'
const NO_HEADER =
  'which no header can carry. Hint: a user or group to impersonate has printable ASCII characters, and no space at its beginning or end'

const REFUSED: readonly Refused[] = [
  {
    name: 'a token in the setting',
    options: { impersonate_user_setting: 'request.header.authorization' },
    settings: { 'request.header.authorization': `Bearer ${TOKEN}` },
    want: 'the setting request.header.authorization is a bearer token, and not a name to impersonate. Hint: give the name that the token is for, such as a claim of request.jwt.claims',
  },
  {
    name: 'an empty option',
    options: { impersonate_user: ' ' },
    want: 'option impersonate_user is empty. Hint: give it a value, or drop it: OPTIONS (DROP impersonate_user)',
  },
  {
    name: 'two users',
    options: { impersonate_user: 'jane', impersonate_user_setting: 'role' },
    want: 'the server has both impersonate_user and impersonate_user_setting. Hint: keep one of them: ALTER SERVER … OPTIONS (DROP impersonate_user)',
  },
  {
    name: 'a path without a setting',
    options: { impersonate_user: 'jane', impersonate_user_path: 'email' },
    want: 'the server has impersonate_user_path, but not impersonate_user_setting. Hint: add the setting that it is for, or drop it: ALTER SERVER … OPTIONS (DROP impersonate_user_path)',
  },
  {
    name: 'a prefix without a setting',
    options: { impersonate_groups_prefix: 'pg:' },
    want: 'the server has impersonate_groups_prefix, but not impersonate_groups_setting. Hint: add the setting that it is for, or drop it: ALTER SERVER … OPTIONS (DROP impersonate_groups_prefix)',
  },
  {
    name: 'a group without a user',
    options: { impersonate_groups: 'dev' },
    want: 'the server has a group to impersonate, but no user. Hint: Kubernetes takes a group only together with a user: add impersonate_user or impersonate_user_setting',
  },
  {
    name: 'several groups',
    options: { impersonate_user: 'jane', impersonate_groups: 'dev,ops' },
    want: 'option impersonate_groups has 2 groups, and Wrappers can send only one. Hint: grant the rights to one group, or to the user, and impersonate that',
  },
  {
    name: 'several groups of a claim',
    options: { impersonate_user: 'jane', impersonate_groups_setting: CLAIMS, impersonate_groups_path: 'g' },
    settings: claims({ g: ['a', 'b', 'c'] }),
    want: 'the setting request.jwt.claims at g has 3 groups, and Wrappers can send only one. Hint: grant the rights to one group, or to the user, and impersonate that',
  },
  {
    name: 'a setting that can be none',
    options: { impersonate_user_setting: "x'; select" },
    want: "option impersonate_user_setting is \"x'; select\". Hint: it takes the name of a setting, such as 'role' or 'request.jwt.claims'",
  },
  {
    name: 'a path to many values',
    options: { impersonate_user_setting: CLAIMS, impersonate_user_path: '{.users[*]}' },
    want: "option impersonate_user_path is \"{.users[*]}\". Hint: it takes a path to one value, such as 'email' or 'app_metadata.kubernetes.user'",
  },
  {
    name: 'a setting that is not set',
    options: { impersonate_user_setting: 'app.user' },
    want: `the setting app.user is empty, ${WHOM}. Hint: set it before the query, as in SELECT set_config('app.user', '…', true)`,
  },
  {
    name: 'a setting that was reset',
    options: BY_CLAIMS,
    settings: { [CLAIMS]: '' },
    want: `the setting request.jwt.claims is empty, ${WHOM}. Hint: set it before the query, as in SELECT set_config('request.jwt.claims', '…', true)`,
  },
  {
    name: 'a role that the host does not tell',
    options: BY_ROLE,
    settings: { role: 'none' },
    want: `the setting session_authorization is empty, ${WHOM}. Hint: set it before the query, as in SELECT set_config('session_authorization', '…', true)`,
  },
  {
    name: 'claims that are not JSON',
    options: BY_CLAIMS,
    settings: { [CLAIMS]: '{email: x}' },
    want: 'the setting request.jwt.claims is not JSON: unexpected character at position 2. Hint: option impersonate_user_path is for a setting with JSON in it',
  },
  {
    name: 'an absent claim',
    options: BY_CLAIMS,
    settings: claims({ sub: '1' }),
    want: `the setting request.jwt.claims has nothing at email, ${WHOM}. Hint: check option impersonate_user_path, and what sets request.jwt.claims`,
  },
  {
    name: 'a claim that is null',
    options: BY_CLAIMS,
    settings: claims({ email: null }),
    want: `the setting request.jwt.claims has nothing at email, ${WHOM}. Hint: check option impersonate_user_path, and what sets request.jwt.claims`,
  },
  {
    name: "a claim that JavaScript's objects have",
    options: { ...BY_CLAIMS, impersonate_user_path: 'constructor.name' },
    settings: claims({}),
    want: `the setting request.jwt.claims has nothing at constructor.name, ${WHOM}. Hint: check option impersonate_user_path, and what sets request.jwt.claims`,
  },
  {
    name: 'a claim that is a number',
    options: BY_CLAIMS,
    settings: claims({ email: 7 }),
    want: 'the setting request.jwt.claims at email is not a text. Hint: check option impersonate_user_path, and what sets request.jwt.claims',
  },
  {
    name: 'a list of users',
    options: BY_CLAIMS,
    settings: claims({ email: ['jane'] }),
    want: 'the setting request.jwt.claims at email is not a text. Hint: check option impersonate_user_path, and what sets request.jwt.claims',
  },
  {
    name: 'an empty claim',
    options: BY_CLAIMS,
    settings: claims({ email: '' }),
    want: `the setting request.jwt.claims at email is "", ${NO_HEADER}`,
  },
  {
    name: 'a line break, and a header after it',
    options: BY_CLAIMS,
    settings: claims({ email: 'jane\r\nimpersonate-group: system:masters' }),
    want: `the setting request.jwt.claims at email is "jane\\r\\nimpersonate-group: system:masters", ${NO_HEADER}`,
  },
  {
    name: 'a space at the end, which HTTP strips',
    options: { impersonate_user_setting: 'app.user' },
    settings: { 'app.user': 'jane ' },
    want: `the setting app.user is "jane ", ${NO_HEADER}`,
  },
  {
    name: 'a letter beyond ASCII',
    options: { impersonate_user: 'jürgen' },
    want: `option impersonate_user is "jürgen", ${NO_HEADER}`,
  },
  {
    name: "a user of Kubernetes' own",
    options: BY_CLAIMS,
    settings: claims({ email: 'system:admin' }),
    want: 'the setting request.jwt.claims at email is "system:admin", and names that begin with system: are Kubernetes\' own. Hint: set another name, or give the server impersonate_user_prefix, which stands before each name',
  },
  {
    name: "a user that a prefix makes one of Kubernetes' own",
    options: { ...BY_ROLE, impersonate_user_prefix: 'sys' },
    settings: { role: 'tem:admin' },
    want: 'the setting role is "tem:admin", and names that begin with system: are Kubernetes\' own. Hint: set another name, or give the server impersonate_user_prefix, which stands before each name',
  },
  {
    name: "a group of Kubernetes' own",
    options: { impersonate_user: 'jane', impersonate_groups_setting: CLAIMS, impersonate_groups_path: 'g' },
    settings: claims({ g: ['system:masters'] }),
    want: 'the setting request.jwt.claims at g is "system:masters", and names that begin with system: are Kubernetes\' own. Hint: set another name, or give the server impersonate_groups_prefix, which stands before each name',
  },
  {
    name: 'groups that are no texts',
    options: { impersonate_user: 'jane', impersonate_groups_setting: CLAIMS, impersonate_groups_path: 'g' },
    settings: claims({ g: [1] }),
    want: 'the setting request.jwt.claims at g is not a list of texts. Hint: check option impersonate_groups_path, and what sets request.jwt.claims',
  },
  {
    name: 'groups that are an object',
    options: { impersonate_user: 'jane', impersonate_groups_setting: CLAIMS, impersonate_groups_path: 'g' },
    settings: claims({ g: {} }),
    want: 'the setting request.jwt.claims at g is not a list of texts. Hint: check option impersonate_groups_path, and what sets request.jwt.claims',
  },
  {
    name: 'an empty place in a list of groups',
    options: { impersonate_user: 'jane', impersonate_groups_setting: 'app.groups' },
    settings: { 'app.groups': 'dev,' },
    want: `the setting app.groups is "", ${NO_HEADER}`,
  },
]

const impersonation = (request: Request): [string, string][] =>
  request.headers.filter(([name]) => name.startsWith('impersonate-'))

const REFUSAL = failure(
  403,
  'Forbidden',
  'users "jane" is forbidden: User "db" cannot impersonate resource "users" in API group "" at the cluster scope',
  { details: { name: 'jane', kind: 'users' } },
)

onEachEngine('impersonation', (scan) => {
  const run = ({ options, settings = {} }: Case, more: Partial<ScanSpec> = {}) =>
    scan({ serverOptions: options, settings, respond: [list([pod('a')])], ...more })

  it.each(SENT)('sends $name', async (sent) => {
    const result = await run(sent)
    expect(result).toMatchObject({ rows: [['a']], error: null, warnings: [] })
    const wanted = [['impersonate-user', sent.user]]
    if (sent.group !== undefined) wanted.push(['impersonate-group', sent.group])
    expect(result.requests.map(impersonation)).toEqual([wanted])
  })

  it.each(REFUSED)('refuses $name, and asks nothing', async (refused) => {
    const result = await run(refused)
    expect(result).toMatchObject({ rows: [], error: `k8s_fdw[option] ${refused.want}`, requests: [] })
  })

  it('sends it with every request: discovery, pages, objects', async () => {
    const result = await run(
      { name: '', options: BY_ROLE, settings: { role: 'alice' } },
      {
        tableOptions: { object: 'widgets' },
        respond: (request) => {
          if (request.url.endsWith('/apis'))
            return json(200, {
              kind: 'APIGroupList',
              groups: [
                {
                  name: 'x.io',
                  versions: [{ groupVersion: 'x.io/v1' }],
                  preferredVersion: { groupVersion: 'x.io/v1' },
                },
              ],
            })
          if (request.url.endsWith('/apis/x.io/v1'))
            return json(200, {
              resources: [{ name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['list'] }],
            })
          return request.url.includes('continue=')
            ? list([pod('b')], {}, 'WidgetList', 'x.io/v1')
            : list([pod('a')], { continue: 'more' }, 'WidgetList', 'x.io/v1')
        },
      },
    )
    expect(result).toMatchObject({ rows: [['a'], ['b']], error: null })
    expect(result.requests.map(impersonation)).toEqual(
      Array.from({ length: 4 }, () => [['impersonate-user', 'pg:alice']]),
    )
  })

  it('says in the trace whom it impersonates', async () => {
    const result = await run({
      name: '',
      options: { impersonate_user_setting: 'role', impersonate_groups: 'dev' },
      settings: { role: 'alice', 'k8s_fdw.trace': 'on' },
    })
    expect(result.infos[0]).toBe('k8s_fdw: impersonates user "alice", group "dev"')
  })

  it('says what to grant where the token may not impersonate', async () => {
    const result = await run({ name: '', options: { impersonate_user: 'jane' } }, { respond: [REFUSAL] })
    expect(result.error).toBe(
      'k8s_fdw[status] GET /api/v1/pods: 403 Forbidden: users "jane" is forbidden: User "db" cannot impersonate resource "users" ' +
        'in API group "" at the cluster scope. ' +
        'Hint: grant the token\'s user a ClusterRole with the verb impersonate on users, resourceNames ["jane"]',
    )
  })

  it("does not take that for a namespace to leave out, with forbidden 'skip'", async () => {
    const result = await run(
      { name: '', options: { impersonate_user: 'jane', forbidden: 'skip' } },
      { tableOptions: { object: 'pods', namespaces: 'a,b' }, respond: [REFUSAL] },
    )
    expect(result.error).toContain('cannot impersonate')
    expect(result.requests.length).toBe(1)
  })

  it('reads settings only where one is asked for', async () => {
    const result = await run({
      name: '',
      options: { impersonate_user: 'jane' },
      settings: { 'k8s_fdw.trace': 'on' },
    })
    expect(result.infos).toEqual([])
  })
})
