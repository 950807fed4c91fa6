// Whom requests are made as. The headers are those of Kubernetes' user impersonation; anything doubtful is an error.
import { describe, expect, it } from 'vitest'
import type { Impersonation } from '../../../src/cluster/requests.ts'
import { described, readImpersonation, readImpersonationOptions } from '../../../src/session/impersonation.ts'
import { errorOf, optionsOf, settingsOf } from '../support/fakes.ts'

interface Given {
  readonly [name: string]: string
}
const options = (given: Given) => readImpersonationOptions(optionsOf(given))
const read = (given: Given, settings: Given = {}): Impersonation | null => {
  const asked = options(given)
  return asked === null ? null : readImpersonation(settingsOf(settings), asked)
}

const CLAIMS = { claims: '{"email":"jane@x","roles":["dev","ops"],"n":7,"app":{"user":"deep"}}' }

describe('whom', () => {
  it.each<{ given: Given; settings?: Given; user: string; group?: string }>([
    { given: { impersonate_user: 'jane' }, user: 'jane' },
    { given: { impersonate_user: 'jane', impersonate_groups: 'dev' }, user: 'jane', group: 'dev' },
    // The server's owner may name Kubernetes' own users; a session may not.
    { given: { impersonate_user: 'system:admin' }, user: 'system:admin' },
    { given: { impersonate_user_setting: 'role' }, settings: { role: 'app' }, user: 'app' },
    {
      given: { impersonate_user_setting: 'role' },
      settings: { role: 'none', session_authorization: 'login' },
      user: 'login',
    },
    {
      given: { impersonate_user_setting: 'role', impersonate_user_prefix: 'pg:' },
      settings: { role: 'system:x' },
      user: 'pg:system:x',
    },
    {
      given: { impersonate_user_setting: 'claims', impersonate_user_path: 'email' },
      settings: CLAIMS,
      user: 'jane@x',
    },
    {
      given: { impersonate_user_setting: 'claims', impersonate_user_path: 'app.user' },
      settings: CLAIMS,
      user: 'deep',
    },
    {
      given: {
        impersonate_user: 'jane',
        impersonate_groups_setting: 'claims',
        impersonate_groups_path: 'roles[1]',
      },
      settings: CLAIMS,
      user: 'jane',
      group: 'ops',
    },
  ])('$given', ({ given, settings, user, group = null }) => {
    expect(read(given, settings)).toEqual({ user, group })
  })

  it('nobody, where no option says so', () => {
    expect(options({ api_url: 'http://one' })).toBeNull()
  })

  it.each([
    { given: { impersonate_user: 'a' }, want: false },
    { given: { impersonate_user_setting: 'a' }, want: true },
    { given: { impersonate_user: 'a', impersonate_groups_setting: 'b' }, want: true },
  ])('$given reads settings: $want', ({ given, want }) => {
    expect(options(given)?.fromSettings).toBe(want)
  })
})

describe('options that do not say it', () => {
  it.each<{ given: Given; problem: string }>([
    {
      given: { impersonate_user: 'a', impersonate_user_setting: 'b' },
      problem: 'the server has both impersonate_user and impersonate_user_setting',
    },
    {
      given: { impersonate_user: 'a', impersonate_user_prefix: 'b' },
      problem: 'the server has impersonate_user_prefix, but not impersonate_user_setting',
    },
    {
      given: { impersonate_user: 'a', impersonate_user_path: 'b' },
      problem: 'the server has impersonate_user_path, but not impersonate_user_setting',
    },
    { given: { impersonate_groups: 'a' }, problem: 'the server has a group to impersonate, but no user' },
    {
      given: { impersonate_user_setting: 'a b' },
      problem: 'option impersonate_user_setting is "a b"',
    },
    {
      given: { impersonate_user_setting: 'a', impersonate_user_path: '{.a[*]}' },
      problem: 'option impersonate_user_path is "{.a[*]}"',
    },
  ])('$given', ({ given, problem }) => {
    expect(errorOf(() => options(given))).toMatchObject({ code: 'option', message: problem })
  })
})

describe('settings that do not say it', () => {
  const byPath = (path: string): Given => ({ impersonate_user_setting: 's', impersonate_user_path: path })
  it.each<{ given: Given; setting: string; problem: string }>([
    { given: { impersonate_user_setting: 's' }, setting: ' ', problem: 'the setting s is empty' },
    { given: { impersonate_user_setting: 's' }, setting: 'system:masters', problem: "are Kubernetes' own" },
    { given: { impersonate_user_setting: 's' }, setting: ' jane', problem: 'which no header can carry' },
    { given: { impersonate_user_setting: 's' }, setting: 'a\r\nb', problem: 'which no header can carry' },
    { given: { impersonate_user_setting: 's' }, setting: 'jürgen', problem: 'which no header can carry' },
    { given: byPath('email'), setting: 'jane', problem: 'the setting s is not JSON' },
    { given: byPath('email'), setting: '{}', problem: 'the setting s has nothing at email' },
    { given: byPath('email'), setting: '{"email":null}', problem: 'the setting s has nothing at email' },
    { given: byPath('email'), setting: '{"email":7}', problem: 'the setting s at email is not a text' },
    {
      given: { impersonate_user: 'a', impersonate_groups_setting: 's' },
      setting: 'a, b',
      problem: 'the setting s has 2 groups, and Wrappers can send only one',
    },
    {
      given: { impersonate_user: 'a', impersonate_groups_setting: 's', impersonate_groups_path: 'g' },
      setting: '{"g":[7]}',
      problem: 'the setting s at g is not a list of texts',
    },
  ])('$setting by $given', ({ given, setting, problem }) => {
    const error = errorOf(() => read(given, { s: setting }))
    expect(error.code).toBe('option')
    expect(error.message).toContain(problem)
  })

  it('a token is never shown', () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'
    const error = errorOf(() => read({ impersonate_user_setting: 's' }, { s: token }))
    expect(error.message).toBe('the setting s is a bearer token, and not a name to impersonate')
    expect(JSON.stringify(error)).not.toContain('eyJ')
  })
})

it.each([
  { user: 'a"b', group: null, want: 'impersonates user "a\\"b"' },
  { user: 'a', group: 'g', want: 'impersonates user "a", group "g"' },
])('the trace says $want', ({ user, group, want }) => {
  expect(described({ user, group })).toBe(want)
})
