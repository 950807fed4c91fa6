// Our own host on a hot standby, which may write nothing into its database: a copy of the suite's Postgres, made by
// pg_basebackup, that follows it.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ownFolder, runAs } from '../../../tools/services/owner.ts'
import { startPostgres } from '../../../tools/services/postgres.ts'
import { psql, type PsqlRun } from '../../support/psql.ts'
import { postgresFolder, runFolder, takeDown } from '../../../tools/services/session.ts'
import { describeUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { run } from '../support/sql.ts'

const { conninfo, psql: program, token, trustedCa } = provided()
const own = runFolder(`e2e-standby-${process.pid}`)
const folder = postgresFolder(own)
const data = join(folder, 'data')
const kept = join(data, 'k8s_fdw')
const TABLE = `SERVER standby OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system')`
let standby = ''

const onStandby = (sql: string): Promise<PsqlRun> =>
  psql({ psql: program, conninfo: standby, args: ['-q', '-At', '-v', 'SHOW_CONTEXT=never'], sql })

const printed = async (sql: string): Promise<string> => {
  const { stdout, stderr } = await onStandby(sql)
  expect(stderr).toBe('')
  return stdout
}

describeUnless(needsOwnHost ?? needsOwnServers, 'a hot standby', () => {
  beforeAll(async () => {
    await createServer('standby')
    await run(`DROP SCHEMA IF EXISTS standby CASCADE; CREATE SCHEMA standby;
      CREATE FOREIGN TABLE standby.pods (name text, labels jsonb) ${TABLE};
      SELECT count(*) FROM standby.pods;`)
    mkdirSync(folder, { recursive: true })
    ownFolder(own.owner, data)
    const source = ['-d', conninfo, '--write-recovery-conf', '--checkpoint=fast', '--no-sync']
    runAs(own.owner, [join(dirname(program), 'pg_basebackup'), ...source, '-D', data], folder)
    // What startPostgres reads of a folder that it has not made; nobody logs in with it.
    writeFileSync(join(folder, 'password'), 'none')
    const bin = dirname(program)
    const env = { SSL_CERT_FILE: trustedCa ?? '' }
    const { conninfo: there } = await startPostgres(
      { bin, pgConfig: join(bin, 'pg_config') },
      folder,
      own.owner,
      env,
      true,
    )
    standby = `${there} dbname=k8s_fdw_e2e`
  }, 120_000)
  afterAll(() => takeDown(own))

  it('reads, with the compiled form that came with the copy', async () => {
    const before = readdirSync(kept)
    expect(before).toHaveLength(1)
    expect(
      await printed(`SELECT pg_is_in_recovery(), count(*) FROM standby.pods;
        PREPARE p(text) AS SELECT name FROM standby.pods WHERE name = $1; EXECUTE p('etcd-master');
        BEGIN; DECLARE c SCROLL CURSOR FOR SELECT name FROM standby.pods; FETCH LAST FROM c; FETCH FIRST FROM c; COMMIT;
        SELECT count(*) FROM standby.pods AS a JOIN standby.pods AS b USING (labels);`),
    ).toMatch(/^t\|7\netcd-master\n\S+\n\S+\n\d+\n$/)
    expect(readdirSync(kept)).toEqual(before)
  })

  it('makes the compiled form where there is none', async () => {
    const before = readdirSync(kept)
    rmSync(kept, { recursive: true })
    expect(await printed('SELECT count(*) FROM standby.pods;')).toBe('7\n')
    expect(readdirSync(kept)).toEqual(before)
  })

  it('reads tables that are made, and credentials that are changed, while it follows', async () => {
    await run(`CREATE FOREIGN TABLE standby.later (name text) ${TABLE};
      ALTER SERVER standby OPTIONS (DROP api_key); CREATE USER MAPPING FOR PUBLIC SERVER standby OPTIONS (token 'wrong');`)
    const later = 'SELECT count(*) FROM standby.later;'
    await expect
      .poll(async () => (await onStandby(later)).stderr, { timeout: 20_000 })
      .toContain('401 Unauthorized')
    await run(`ALTER USER MAPPING FOR PUBLIC SERVER standby OPTIONS (SET token '${token}')`)
    await expect.poll(async () => (await onStandby(later)).stdout, { timeout: 20_000 }).toBe('7\n')
  })

  it('explains, and says what cannot be done on it', async () => {
    expect(await printed('EXPLAIN SELECT name FROM standby.pods;')).toContain('/namespaces/kube-system/pods')
    expect(await printed(`SELECT detail, hint FROM k8s_fdw.check('standby') WHERE ok IS FALSE;`)).toBe(
      'cannot execute CREATE FOREIGN TABLE in a read-only transaction|' +
        'Run check() on the primary: it makes a table that is gone afterwards, and a standby makes none.\n',
    )
    const { stderr } = await onStandby('ANALYZE standby.pods;')
    expect(stderr).toBe('ERROR:  cannot execute ANALYZE during recovery\n')
    expect(existsSync(join(data, 'standby.signal'))).toBe(true)
  })
})
