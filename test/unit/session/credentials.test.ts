// Where the token comes from, and what no token has. No error shows any of it.
import { describe, expect, it } from 'vitest'
import { readToken } from '../../../src/session/credentials.ts'
import type { ServerOptions } from '../../../src/session/options.ts'
import { errorOf, serverOptions, settingsOf } from '../support/fakes.ts'

const ID = '3f0c2d9e-5b1a-4c47-9f0e-8a6d1c2b7e54'
const vault = {
  vaultSecret: (id: string) => (id === ID ? ' by-id\n' : null),
  vaultSecretByName: (name: string) => (name === 'kubernetes' ? 'by-name' : null),
}
const read = (change: Partial<ServerOptions>, settings: { readonly [name: string]: string } = {}) =>
  readToken({ ...vault, ...settingsOf(settings) }, serverOptions(change))

describe('the token', () => {
  it.each([
    { options: {}, want: null },
    { options: { apiKey: 'plain' }, want: 'plain' },
    { options: { apiKeyId: ID }, want: 'by-id' },
    { options: { apiKeyName: 'kubernetes' }, want: 'by-name' },
  ])('of $options', ({ options, want }) => {
    expect(read(options)).toBe(want)
  })

  it.each([
    { options: { apiKey: 'Bearer x' }, secret: 'Bearer x' },
    { options: { apiKey: '"quoted-secret"' }, secret: 'quoted-secret' },
    { options: { apiKey: 'two\nlines-secret' }, secret: 'lines-secret' },
    { options: { apiKeyId: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln' }, secret: 'eyJ' },
    { options: { apiKeyName: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln' }, secret: 'eyJ' },
  ])('is refused without being shown: $secret', ({ options, secret }) => {
    const shown = (() => {
      try {
        return `taken: ${read(options) ?? ''}`
      } catch (error) {
        return JSON.stringify(error)
      }
    })()
    expect(shown).toContain('"code":"option"')
    expect(shown).not.toContain(secret)
  })

  it('that Vault does not have is named by its id or name', () => {
    expect(() => read({ apiKeyName: 'other' })).toThrow(
      expect.objectContaining({
        message: 'Vault has no secret with the name "other" of option api_key_name',
      }),
    )
  })
})

describe('the token of a login', () => {
  const SETTING = 'k8s_fdw.login_bearer'

  it("is what the session says, and never the server's own", () => {
    expect(read({ loginOnly: true, apiKey: 'plain' }, { [SETTING]: 'for-once' })).toBe('for-once')
    expect(read({ loginOnly: true, apiKey: 'plain' }, { [SETTING]: '' })).toBeNull()
    expect(read({ loginOnly: true, apiKeyId: ID })).toBeNull()
    expect(read({ apiKey: 'plain' }, { [SETTING]: 'for-once' })).toBe('plain')
  })

  it('is refused, and not shown, if no header can carry it', () => {
    const { message } = errorOf(() => read({ loginOnly: true }, { [SETTING]: 'two\nlines' }))
    expect(message).toContain(`the token of option ${SETTING} has characters that no token has`)
    expect(message).not.toContain('two')
  })
})
