// What the SQL extension says while it is installed, in a database of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inRoot } from '../../../tools/paths.ts'
import { isOwn, itUnless, needsWrappers } from '../support/left-out.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { run, session } from '../support/sql.ts'

const DATABASE = 'k8s_fdw_e2e_bare'

/** A version that nobody has, so that no component is found. */
const VERSION = '9.9.9'

/** The extension's script as CREATE EXTENSION runs it: in one transaction, with the schema filled in, without the line for psql. */
const extensionScript = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-install-'))
  try {
    execFileSync('sh', [inRoot('sql/build.sh'), folder, VERSION])
    const script = readFileSync(join(folder, `k8s_fdw--${VERSION}.sql`), 'utf8')
    return `BEGIN;\n${script.replace(/^\\echo .*\n/, '').replaceAll('@extschema@', 'public')}\nCOMMIT;`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

beforeAll(async () => {
  await run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${DATABASE};`)
  await run(`CREATE DATABASE ${DATABASE};`)
})

afterAll(() => run(`DROP DATABASE ${DATABASE};`))

itUnless(needsWrappers, 'without Wrappers', async () => {
  const answer = await session(`\\c ${DATABASE}\n\\set ON_ERROR_STOP on\n${extensionScript()}`)
  expect(answer.messages).toMatchInlineSnapshot(`
    "ERROR:  k8s_fdw needs a host: the function wasm_fdw_handler, which the extension wrappers brings, or its own library
    HINT:  Either: make install PG_CONFIG=… on the database's machine installs the library, and a superuser makes the extension. Or: CREATE EXTENSION wrappers; if that is done, this build of Wrappers has no wasm_fdw: take one that does.
    "
  `)
})

it('without the component beside it', async () => {
  const answer = await session(`\\c ${DATABASE}\n${CREATE_WRAPPERS}\n${extensionScript()}`)
  if (isOwn) {
    expect(answer.messages).toMatchInlineSnapshot(`
      "WARNING:  the component k8s_fdw-9.9.9.wasm was not found beside the extension's files
      HINT:  make install PG_CONFIG=… puts it there; until then each server needs an fdw_package_url 'file:///…/k8s_fdw.wasm'.
      "
    `)
    return
  }
  expect(answer.messages).toMatchInlineSnapshot(`
    "WARNING:  the component k8s_fdw-9.9.9.wasm was not found beside the extension's files
    HINT:  Before the first server: ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url 'file:///…/k8s_fdw.wasm').
    "
  `)
})
