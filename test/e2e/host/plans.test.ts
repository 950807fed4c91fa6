// Plans that are kept, parameters, cursors and constants on either side, on our own host.
import { beforeAll, expect, it } from 'vitest'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'

const COUNT = 'SELECT count(*) FROM plans.pods WHERE namespace ='

/** The rows of several statements in one session. */
const each = async (sql: string): Promise<string[][]> => {
  const answer = await session(sql)
  expect(answer.messages).toBe('')
  return answer.rows
}

describeUnless(needsOwnHost, 'plans', () => {
  beforeAll(async () => {
    await createServer('plans')
    await run(`DROP SCHEMA IF EXISTS plans CASCADE; CREATE SCHEMA plans;
      CREATE FOREIGN TABLE plans.pods (name text, namespace text) SERVER plans OPTIONS (apiVersion 'v1', kind 'Pod');`)
  })

  it('of a prepared statement are kept, with new values', async () => {
    const calls = Array.from({ length: 8 }, () => `EXECUTE of_namespace('kube-system');`).join('\n')
    expect(
      await each(`PREPARE of_namespace(text) AS ${COUNT} $1; ${calls}
        EXECUTE of_namespace('many'); EXECUTE of_namespace(NULL);`),
    ).toEqual([...Array.from({ length: 8 }, () => ['7']), ['120'], ['0']])
  })

  it('take the variables of PL/pgSQL', async () => {
    const { messages } = await session(`DO $$
      DECLARE ns text := 'kube-system'; n bigint; seen text := '';
      BEGIN
        FOR i IN 1..10 LOOP
          ${COUNT.replace('count(*)', 'count(*) INTO n')} ns;
          seen := seen || n || ' ';
          ns := CASE WHEN i < 8 THEN ns ELSE 'many' END;
        END LOOP;
        RAISE NOTICE '%', seen;
      END $$`)
    expect(messages).toContain('7 7 7 7 7 7 7 7 120 120')
  })

  it('take what is known before the scan: settings, functions, subqueries', async () => {
    const plan = await rows(`SET plans.namespace = 'kube-system';
      EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) ${COUNT} current_setting('plans.namespace');`)
    expect(plan.flat().join('\n')).toContain('/namespaces/kube-system/pods')
    expect(await rows(`${COUNT} (SELECT 'kube-system')`)).toEqual([['7']])
    expect(await rows(`${COUNT} lower('KUBE-SYSTEM')`)).toEqual([['7']])
  })

  it('turn a constant on the left around', async () => {
    expect(await rows(`SELECT count(*) FROM plans.pods WHERE 'kube-system' = namespace`)).toEqual([['7']])
    expect(
      await rows(`SELECT count(*) FROM plans.pods WHERE 'kube-system' >= namespace AND namespace > 'kube-r'`),
    ).toEqual(
      await rows(`SELECT count(*) FROM plans.pods WHERE namespace <= 'kube-system' AND 'kube-r' < namespace`),
    )
  })

  it('find nothing for NULL, and ask nobody', async () => {
    const plan = await rows(`EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) ${COUNT} nullif('a', 'a')`)
    expect(plan.flat().join('\n')).not.toContain('Requests: 1')
  })

  it('of cursors go forth and back', async () => {
    expect(
      await each(`BEGIN; DECLARE c SCROLL CURSOR FOR SELECT name FROM plans.pods WHERE namespace = 'kube-system';
        FETCH ABSOLUTE 3 FROM c; FETCH PRIOR FROM c; FETCH LAST FROM c; MOVE FIRST FROM c; FETCH NEXT FROM c; COMMIT;`),
    ).toHaveLength(4)
  })

  it('go on in a subtransaction after an error', async () => {
    expect(
      await each(
        `BEGIN; SAVEPOINT a; ${COUNT} 'kube-system'; ROLLBACK TO a; ${COUNT} 'kube-system'; COMMIT;`,
      ),
    ).toEqual([['7'], ['7']])
  })
})
