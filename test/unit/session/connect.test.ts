// The connection: its token and whom it impersonates, read without a request.
import { expect, it } from 'vitest'
import type { ServerOptions } from '../../../src/session/options.ts'
import { connect } from '../../../src/session/connect.ts'
import { readImpersonationOptions } from '../../../src/session/impersonation.ts'
import { clusterOf, optionsOf, serverOptions, settingsOf } from '../support/fakes.ts'

const SETTINGS = { trace: true, pushdown: true }
const made = (server: Partial<ServerOptions>, role = 'app') => {
  const { host, requests, infos } = clusterOf({})
  const asked: string[] = []
  const vault = {
    vaultSecret: () => null,
    vaultSecretByName: (name: string) => {
      asked.push(name)
      return 'secret-token'
    },
  }
  const whole = { ...host, ...vault, ...settingsOf({ role }) }
  const open = (cluster: string | null = null, before: ReturnType<typeof connect> | null = null) =>
    connect(whole, serverOptions(server), SETTINGS, cluster, before)
  return { open, asked, requests, infos }
}

it('has the token of Vault, and makes no request', () => {
  const { open, requests } = made({ apiKeyName: 'kubernetes' })
  expect(open().access).toEqual({ apiUrl: 'http://one', token: 'secret-token', impersonation: null })
  expect(requests).toEqual([])
})

it('uses the token of the connection before it, but asks anew whom to impersonate', () => {
  const impersonation = readImpersonationOptions(optionsOf({ impersonate_user_setting: 'role' }))
  const { open, asked } = made({ apiKeyName: 'kubernetes', impersonation })
  const first = open()
  const other = made({ apiKeyName: 'kubernetes', impersonation }, 'other')
  const second = other.open(null, first)
  expect(asked).toEqual(['kubernetes'])
  expect(other.asked).toEqual([])
  expect([first, second].map(({ access }) => [access.token, access.impersonation?.user])).toEqual([
    ['secret-token', 'app'],
    ['secret-token', 'other'],
  ])
})

it('says in the trace whom it impersonates, and in which cluster', () => {
  const impersonation = readImpersonationOptions(optionsOf({ impersonate_user: 'jane' }))
  const { open, infos } = made({ impersonation })
  open('prod')
  expect(infos).toEqual(['k8s_fdw: cluster "prod": impersonates user "jane"'])
})
