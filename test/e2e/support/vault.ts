// The SQL that makes Vault in a test's own database: the real one if Postgres offers it, else the stand-in.
import { readFileSync } from 'node:fs'
import { inRoot } from '../../../tools/paths.ts'
import { rows } from './sql.ts'

export const makeVault = async (): Promise<string> => {
  const offered = await rows(`SELECT name FROM pg_available_extensions WHERE name = 'supabase_vault'`)
  return offered.length > 0
    ? 'CREATE EXTENSION supabase_vault;'
    : `${readFileSync(inRoot('sql/test/support/vault.sql'), 'utf8')} SELECT stand_in_vault();`
}
