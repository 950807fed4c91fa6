// The files of a release in a Postgres: the statements of README.txt as they stand, and the component over HTTP with
// its checksum.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RELEASE } from '../../../tools/paths.ts'
import { release } from '../../../tools/release/release.ts'
import { runIn } from '../support/docs.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { list } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { run } from '../support/sql.ts'
import { describeUnless, needsOwnServers, needsSupabase } from '../support/left-out.ts'

const DATABASE = 'k8s_fdw_release'
const VAULT_ID = '11111111-2222-4333-8444-555555555555'
const SUPABASE = `
  CREATE SCHEMA extensions;
  CREATE SCHEMA vault;
  CREATE TABLE vault.decrypted_secrets (id uuid, key_id uuid, name text, decrypted_secret text);
  CREATE FUNCTION vault.create_secret(secret text, name text) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO vault.decrypted_secrets VALUES ('${VAULT_ID}', NULL, name, secret) RETURNING id $$;`

/** The statements that README.txt has for Supabase. */
const statements = (): string => {
  const text = readFileSync(join(RELEASE, 'README.txt'), 'utf8')
  return text.slice(text.indexOf('  create extension'), text.indexOf('In a Postgres of your own'))
}

const { apiServer, token } = provided()
let web: FaultServer

describeUnless(needsOwnServers ?? needsSupabase, 'a release', () => {
  beforeAll(async () => {
    await release()
    const body = readFileSync(join(RELEASE, 'k8s_fdw.wasm'))
    const file = { type: 'application/wasm', body }
    web = await startFaults({ 'k8s_fdw.wasm': file, 'again.wasm': file })
    await run(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);`)
    await run(`CREATE DATABASE ${DATABASE};`)
    await run(`ALTER DATABASE ${DATABASE} SET search_path = "$user", public, extensions;`)
    expect((await runIn(DATABASE, SUPABASE)).messages).toBe('')
  })

  afterAll(async () => {
    await web.close()
    await run(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);`)
  })

  it('gives rows by the statements of its README', async () => {
    const sql = statements()
      .replace(/https:.*\/k8s_fdw\.wasm/, `${web.url}/k8s_fdw.wasm`)
      .replace('<bearer token>', token)
      .replace('https://<API server>:6443', apiServer)
      .replace('<the id from above>', VAULT_ID)
    expect(sql).not.toMatch(/[<>…]/)
    const { messages, statements: made } = await runIn(DATABASE, sql)
    expect(messages).toBe('')
    const pods = await list('/api/v1/pods')
    for (const { metadata } of pods) expect(made.at(-1)?.output).toContain(metadata.name)
  })

  it('is refused where the checksum is another', async () => {
    const { messages } = await runIn(
      DATABASE,
      `ALTER SERVER kubernetes OPTIONS (SET fdw_package_url '${web.url}/again.wasm', SET fdw_package_checksum '${'0'.repeat(64)}');
      SELECT name FROM kubernetes.pods;`,
    )
    expect(messages).toContain('component verification failed')
  })
})
