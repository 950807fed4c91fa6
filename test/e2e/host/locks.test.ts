// SELECT … FOR UPDATE, UPDATE and DELETE of local rows joined with pods on our own host, while another session changes
// such a row: Postgres then checks the join again with the row's new values. What is right is what the same statement
// does with a local copy of the pods.
import { beforeAll, expect, it } from 'vitest'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session, type Answer } from '../support/sql.ts'

const COLUMNS = 'name, namespace, ip, labels'
const PLANS: { readonly [words: string]: string } = {
  'asked for by name': '',
  hashed: 'SET enable_nestloop = off; SET enable_mergejoin = off;',
  'replayed for each row': `SET enable_hashjoin = off; SET enable_mergejoin = off;
    SET enable_material = off; ALTER TABLE locks.wanted SET (autovacuum_enabled = off);`,
}
const NEXT_NAME = `UPDATE locks.wanted SET name = 'kube-scheduler-master' WHERE id = 1`

const CASES: readonly { readonly writing: string; readonly reading: string }[] = [
  {
    writing: 'UPDATE locks.wanted SET v = 7 WHERE id = 1',
    reading:
      'SELECT w.id, w.v, p.name, p.ip FROM locks.wanted AS w JOIN PODS AS p USING (name) FOR UPDATE OF w',
  },
  {
    writing: 'UPDATE locks.wanted SET v = 7 WHERE id = 1',
    reading: `SELECT w.v, p, p.labels->>'tier' FROM locks.wanted AS w JOIN PODS AS p USING (name) FOR SHARE OF w`,
  },
  {
    writing: NEXT_NAME,
    reading: 'SELECT w.id, w.name, p.name FROM locks.wanted AS w JOIN PODS AS p USING (name) FOR UPDATE OF w',
  },
  {
    writing: NEXT_NAME,
    reading: `SELECT w.id, w.name, p.name FROM locks.wanted AS w LEFT JOIN PODS AS p USING (name) FOR UPDATE OF w`,
  },
  {
    writing: 'DELETE FROM locks.wanted WHERE id = 1',
    reading: 'SELECT w.id, p.name FROM locks.wanted AS w JOIN PODS AS p USING (name) FOR NO KEY UPDATE OF w',
  },
  {
    writing: 'UPDATE locks.wanted SET v = 7 WHERE id = 1',
    reading: `UPDATE locks.wanted AS w SET v = v + 1, found = p.namespace FROM PODS AS p
      WHERE p.name = w.name RETURNING w.id, w.v, w.found, p.ip`,
  },
  {
    writing: NEXT_NAME,
    reading: 'DELETE FROM locks.wanted AS w USING PODS AS p WHERE p.name = w.name RETURNING w.id, p.name',
  },
]

/** What `reading` finds if it waits for a row that another session has changed, and gets it when that one commits. */
const afterAnother = async (writing: string, reading: string): Promise<Answer> => {
  await run(`TRUNCATE locks.wanted;
    INSERT INTO locks.wanted VALUES (1, 'etcd-master', 1), (2, 'kube-apiserver-master', 2), (3, 'no such pod', 3);
    ANALYZE locks.wanted;`)
  const holder = session(`SET statement_timeout = '60s';
    BEGIN; ${writing};
    DO $$ BEGIN /* locks: holds its row */
      WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%locks: waits%') LOOP
        PERFORM pg_sleep(0.02), pg_stat_clear_snapshot();
      END LOOP;
    END $$;
    COMMIT;`)
  const holding = `SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%locks: holds%' AND state = 'active'
    AND pid <> pg_backend_pid()`
  await expect.poll(() => rows(holding), { timeout: 20_000 }).toEqual([['1']])
  const answer = await session(`SET statement_timeout = '60s'; ${reading} /* locks: waits */;`)
  expect((await holder).messages).toBe('')
  return answer
}

describeUnless(needsOwnHost, 'a local row that changes meanwhile, joined with pods', () => {
  beforeAll(async () => {
    await createServer('locks')
    await run(`DROP SCHEMA IF EXISTS locks CASCADE; CREATE SCHEMA locks;
      CREATE FOREIGN TABLE locks.pods (name text, namespace text, ip text OPTIONS (alias 'status.podIP'), labels jsonb)
        SERVER locks OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');
      CREATE TABLE locks.copy AS SELECT ${COLUMNS} FROM locks.pods;
      CREATE TABLE locks.wanted (id int PRIMARY KEY, name text, v int, found text);`)
  })

  it.each(CASES.flatMap((one) => Object.keys(PLANS).map((plan) => ({ ...one, plan }))))(
    'after $writing: $reading; pods $plan',
    async ({ writing, reading, plan }) => {
      const setting = PLANS[plan] ?? ''
      const [got, want] = [
        await afterAnother(writing, `${setting} ${reading.replace('PODS', 'locks.pods')}`),
        await afterAnother(writing, `${setting} ${reading.replace('PODS', 'locks.copy')}`),
      ]
      expect(got.messages).toBe('')
      expect(want.rows.length).toBeGreaterThan(0)
      expect([...got.rows].sort()).toEqual([...want.rows].sort())
    },
  )
})
