// Installs k8s_fdw in the suite's database: as an extension if Postgres offers it, else with the plain script.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from '../../../tools/paths.ts'
import { psql } from '../../support/psql.ts'

interface Target {
  readonly psql: string
  readonly conninfo: string
}

const run = async (target: Target, sql: string): Promise<string> => {
  const args = ['-q', '-At', '-v', 'ON_ERROR_STOP=1']
  const result = await psql({ psql: target.psql, conninfo: target.conninfo, args, sql })
  if (result.code !== 0) throw new Error(result.stderr)
  return result.stdout.trim()
}

/** As sql/build.sh writes it. */
export const plainScript = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-sql-'))
  try {
    execFileSync('sh', [inRoot('sql/build.sh'), folder])
    return readFileSync(join(folder, 'k8s_fdw.sql'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const offers = (extension: string): string =>
  `SELECT count(*) FROM pg_available_extensions WHERE name = '${extension}'`

export const installK8sFdw = async (target: Target, packageUrl: string): Promise<void> => {
  if ((await run(target, offers('wrappers'))) === '1') await run(target, 'CREATE EXTENSION wrappers;')
  const offered = await run(target, offers('k8s_fdw'))
  if (offered === '1') {
    await run(target, 'CREATE EXTENSION k8s_fdw;')
    return
  }
  await run(target, `SET client_min_messages = error;\n${plainScript()}`)
  await run(target, `ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url '${packageUrl}');`)
}
