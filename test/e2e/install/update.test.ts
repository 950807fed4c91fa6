// Queries before and after ALTER EXTENSION k8s_fdw UPDATE, on the same server and table, with the older component gone
// afterwards.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askPgConfig } from '../../../tools/build/parts.ts'
import { COMPONENT, inRoot } from '../../../tools/paths.ts'
import { runIn, type Outcome } from '../support/docs.ts'
import { kubeconfigOf } from '../support/kubeconfigs.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { quoted, run } from '../support/sql.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'

const DATABASE = 'k8s_fdw_update'
const { packageVersion, psql: program } = provided()
const laid: string[] = []

const inDatabase = (sql: string): Promise<Outcome> => runIn(DATABASE, sql)
const lastCell = ({ statements }: Outcome): string | undefined =>
  statements.at(-1)?.output.split('\n')[2]?.trim()

/** The source as a version before this one, and the update from it, beside the server's other extensions. */
const layOlderVersion = (): void => {
  const folder = join(askPgConfig(join(dirname(program), 'pg_config'), '--sharedir'), 'extension')
  const work = mkdtempSync(join(tmpdir(), 'k8s_fdw-update-'))
  const build = (out: string, version: string, released: string): void => {
    execFileSync('sh', [inRoot('sql/build.sh'), join(work, out), version, join(work, released)])
  }
  const lay = (source: string, name: string): void => {
    copyFileSync(source, join(folder, name))
    laid.push(join(folder, name))
  }
  build('old', '0.0.1', 'none')
  build('new', packageVersion, 'old')
  lay(join(work, 'old', 'k8s_fdw--0.0.1.sql'), 'k8s_fdw--0.0.1.sql')
  for (const name of readdirSync(join(work, 'new')).filter((file) => file.startsWith('k8s_fdw--0.0.1--')))
    lay(join(work, 'new', name), name)
  lay(COMPONENT, 'k8s_fdw-0.0.1.wasm')
  rmSync(work, { recursive: true })
}

const takeAway = (ending: string): void => {
  for (const path of laid.filter((name) => name.endsWith(ending))) rmSync(path, { force: true })
}

describeUnless(needsOwnServers, 'an update', () => {
  beforeAll(async () => {
    layOlderVersion()
    await run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);`)
    await run(`CREATE DATABASE ${DATABASE};`)
    const vault = readFileSync(inRoot('sql/test/support/vault.sql'), 'utf8')
    await inDatabase(`${vault} SELECT stand_in_vault(); ${CREATE_WRAPPERS}
      CREATE EXTENSION k8s_fdw VERSION '0.0.1';
      CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(kubeconfigOf())});
      CREATE FOREIGN TABLE pods (name text OPTIONS (alias 'metadata.name')) SERVER kind
        OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)
  })

  afterAll(async () => {
    takeAway('')
    await run(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);`)
  })

  const count = (): Promise<Outcome> => inDatabase('SELECT count(*) FROM pods;')

  it('begins with an older version whose component is asked', async () => {
    expect(lastCell(await inDatabase('SELECT k8s_fdw.version();'))).toBe('0.0.1')
    expect(lastCell(await count())).toBe('7')
  })

  it('takes the server to the new component, and its queries go on', async () => {
    const { messages } = await inDatabase('ALTER EXTENSION k8s_fdw UPDATE;')
    expect(messages).toBe('')
    takeAway('.wasm')
    expect(lastCell(await inDatabase('SELECT k8s_fdw.version();'))).toBe(packageVersion)
    expect(lastCell(await count())).toBe('7')
    const checked = await inDatabase(`SELECT bool_and(ok) FROM k8s_fdw.check('kind') WHERE "check" !~ 'may';`)
    expect(lastCell(checked)).toBe('t')
  })
})
