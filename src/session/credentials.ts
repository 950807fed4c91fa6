// Reads the bearer token from api_key, or from Vault by its id or name. No message may have a token or a part of one.
import { BEARER_PREFIX, COPIED_AROUND, TOKEN_CHARACTERS, VAULT_ID } from '../declared.ts'
import { FdwError } from '../errors.ts'
import type { SessionSettings, Vault } from '../host.ts'
import { holdsToken, looksRandom } from '../text/shown.ts'
import type { ServerOptions } from './options.ts'

function checked(token: string, option: string): string {
  if (TOKEN_CHARACTERS.test(token) && !COPIED_AROUND.test(token)) return token
  throw new FdwError(
    'option',
    `the token of option ${option} ${token === '' ? 'is empty' : 'has characters that no token has: spaces, line breaks, quotes around it or others beyond ASCII'}`,
    token === '' ? 'store the token itself there' : "store the token alone, in one line and without 'Bearer'",
  )
}

function fromVault(secret: string | null, option: string, wanted: string): string {
  if (secret !== null) return checked(secret.trim(), option)
  throw new FdwError(
    'option',
    `Vault has no secret with the ${option === 'api_key_id' ? 'id' : 'name'} ${JSON.stringify(wanted)} of option ${option}`,
    'store the token with vault.create_secret, and see that this role may read vault.decrypted_secrets',
  )
}

/** The setting with the token of a login's request. */
const LOGIN_BEARER = 'k8s_fdw.login_bearer'

/** The bearer token; null if the server has none (as with a `kubectl proxy`). @throws {FdwError} option. */
export function readToken(host: Vault & SessionSettings, options: ServerOptions): string | null {
  if (options.loginOnly) {
    const token = host.setting(LOGIN_BEARER) ?? ''
    return token === '' ? null : checked(token, LOGIN_BEARER)
  }
  if (options.apiKey !== null) return checked(options.apiKey, 'api_key')
  const { apiKeyId, apiKeyName } = options
  // The host's own error would print the id that it does not find, and that may be the token itself.
  if (apiKeyId !== null && !VAULT_ID.test(apiKeyId)) {
    throw new FdwError(
      'option',
      'option api_key_id is not the id (a UUID) of a Vault secret',
      "store the token with vault.create_secret('<token>', 'kubernetes'), and give the id that this returns; for a secret's name there is api_key_name",
    )
  }
  if (apiKeyId !== null) return fromVault(host.vaultSecret(apiKeyId), 'api_key_id', apiKeyId)
  if (apiKeyName !== null && (holdsToken(apiKeyName) || BEARER_PREFIX.test(apiKeyName))) {
    throw new FdwError(
      'option',
      'option api_key_name is a token itself, and not the name of a Vault secret',
      "store the token with vault.create_secret('<token>', 'kubernetes'), and give api_key_name 'kubernetes'",
    )
  }
  if (apiKeyName !== null && looksRandom(apiKeyName)) {
    throw new FdwError(
      'option',
      'option api_key_name looks like a token, and not like the name of a Vault secret',
      "store the token with vault.create_secret('<token>', 'kubernetes'), and give api_key_name 'kubernetes'; if a secret has this name, give its id as api_key_id, or rename it",
    )
  }
  if (apiKeyName !== null) return fromVault(host.vaultSecretByName(apiKeyName), 'api_key_name', apiKeyName)
  return null
}
