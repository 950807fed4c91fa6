// The places in which the quick starts begin: a cluster that Postgres does not trust yet, and a database with the roles
// that the reader finds.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { COMPONENT, inRoot } from '../../../../tools/paths.ts'
import { seed, startCluster, type Cluster } from '../../../../tools/services/cluster.ts'
import type { RunFolder } from '../../../../tools/services/session.ts'
import { runIn } from '../docs.ts'
import { provided } from '../provided.ts'
import { serve } from '../serving.ts'
import { run } from '../sql.ts'

export const DATABASE = 'k8s_fdw_quickstart'
/** What Supabase calls postgres, which is no superuser there; here a superuser has that name. */
export const READER = 'k8s_fdw_e2e_reader'
const ROLES = ['supabase_admin', 'anon', 'authenticated', READER]

export const ownCluster = async (folder: RunFolder): Promise<Cluster> => {
  mkdirSync(folder.path, { recursive: true })
  const cluster = await startCluster(join(folder.path, 'cluster'), true)
  await seed(cluster.kubeconfig, '--set', 'talk')
  return cluster
}

export interface Trust {
  /** The file of authorities that Postgres reads at each connection. */
  readonly file: string
  readonly add: (pem: string) => void
  readonly giveBack: () => void
}

export const borrowTrust = (folder: RunFolder): Trust => {
  const file = provided().trustedCa ?? ''
  const kept = join(folder.path, 'trusted.crt')
  copyFileSync(file, kept)
  return {
    file,
    add: (pem) => {
      appendFileSync(file, pem)
    },
    giveBack: () => {
      copyFileSync(kept, file)
    },
  }
}

export const dropDatabase = async (): Promise<void> => {
  await run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);
    ${ROLES.map((role) => `DROP ROLE IF EXISTS ${role};`).join(' ')}`)
}

/** Empty, as `CREATE DATABASE` makes it. */
export const plainDatabase = async (): Promise<void> => {
  await dropDatabase()
  await run(`CREATE DATABASE ${DATABASE};`)
}

/** As Supabase has it: its roles, the schema for extensions, Vault, and a user who is no superuser. */
export const supabaseDatabase = async (): Promise<void> => {
  await plainDatabase()
  const vault = readFileSync(inRoot('sql/test/support/vault.sql'), 'utf8')
  const { messages } = await runIn(
    DATABASE,
    `CREATE ROLE supabase_admin SUPERUSER LOGIN; CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE ${READER} LOGIN;
     CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC;
     GRANT ALL ON DATABASE ${DATABASE} TO ${READER};
     ALTER ROLE ${READER} SET search_path = "$user", public, extensions;
     ${vault} SELECT stand_in_vault();
     GRANT USAGE ON SCHEMA vault TO ${READER}; GRANT SELECT ON vault.secrets, vault.decrypted_secrets TO ${READER};
     GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA vault TO ${READER};`,
  )
  if (messages !== '') throw new Error(messages)
}

/** Supabase lets its user make extensions and wrappers: supautils makes him a superuser for the one statement. */
export const asSuperuser = async <T>(work: () => Promise<T>): Promise<T> => {
  await run(`ALTER ROLE ${READER} SUPERUSER;`)
  try {
    return await work()
  } finally {
    await run(`ALTER ROLE ${READER} NOSUPERUSER;`)
  }
}

/** As where Postgres does not offer it, and its component is not beside it either. */
export const withoutExtension = (): (() => void) => {
  const pgConfig = join(dirname(provided().psql), 'pg_config')
  const folder = join(execFileSync(pgConfig, ['--sharedir'], { encoding: 'utf8' }).trim(), 'extension')
  const files = readdirSync(folder).filter((name) => /^k8s_fdw.*\.(control|wasm)$/.test(name))
  for (const name of files) renameSync(join(folder, name), join(folder, `${name}.away`))
  return () => {
    for (const name of files) renameSync(join(folder, `${name}.away`), join(folder, name))
  }
}

export interface Release {
  readonly url: string
  readonly checksum: string
  readonly close: () => Promise<void>
}

/** The component at a URL. */
export const publish = async (): Promise<Release> => {
  const file = readFileSync(COMPONENT)
  const server = await serve((request, response) => {
    if (request.url?.endsWith('404') === true) response.statusCode = 404
    response.end(file)
  })
  return {
    url: `${server.url}/k8s_fdw.wasm`,
    checksum: createHash('sha256').update(file).digest('hex'),
    close: server.close,
  }
}
