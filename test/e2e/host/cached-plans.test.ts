// Plans that Postgres keeps on our own host: generic ones take each execution's values, and none outlives what it was
// made of.
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, run, session } from '../support/sql.ts'

const COUNT = 'SELECT count(*) FROM cached.pods WHERE namespace ='
const EXPLAIN = 'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off)'
const { apiServer } = provided()

const repeated = (times: number, statement: string): string => `${statement};\n`.repeat(times)

/** Another session makes the table when it has done its part. */
const untilThereIs = (table: string): string => `DO $$ BEGIN
    WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = '${table}' AND relnamespace = 'cached'::regnamespace) LOOP
      PERFORM pg_sleep(0.02);
    END LOOP;
  END $$;`

describeUnless(needsOwnHost, 'kept plans', () => {
  beforeAll(() => createServer('cached'))
  beforeEach(() =>
    run(`SET client_min_messages = error; DROP SCHEMA IF EXISTS cached CASCADE; CREATE SCHEMA cached;
      CREATE FOREIGN TABLE cached.pods (name text, namespace text) SERVER cached OPTIONS (apiVersion 'v1', kind 'Pod');`),
  )

  it('become generic after five executions, and then narrow the request by each value', async () => {
    const { rows, messages } = await session(`PREPARE p(text) AS ${COUNT} $1;
      ${repeated(6, `EXECUTE p('kube-system')`)}
      SELECT generic_plans >= 1, custom_plans FROM pg_prepared_statements WHERE name = 'p';
      ${EXPLAIN} EXECUTE p('many'); EXECUTE p('many'); EXECUTE p(NULL); EXECUTE p('no such namespace');`)
    expect(messages).toBe('')
    const told = rows.flat()
    expect(told.slice(0, 8)).toEqual([...Array.from({ length: 6 }, () => '7'), 't', '5'])
    const plan = told.slice(8, -3).join('\n')
    expect(plan).toContain('Filter: (namespace = $1)')
    expect(plan).toContain('/api/v1/namespaces/many/pods?')
    expect(plan).toContain('Requests: 1')
    expect(told.slice(-3)).toEqual(['120', '0', '0'])
  })

  it('that are generic from the start take arrays, several parameters and LIMIT', async () => {
    const { rows, messages } = await session(`SET plan_cache_mode = force_generic_plan;
      PREPARE p(text[], text, int) AS SELECT name FROM cached.pods WHERE namespace = ANY ($1) AND name LIKE $2 LIMIT $3;
      EXECUTE p('{kube-system,default}', 'kube-%', 2); EXECUTE p('{}', '%', 9); EXECUTE p('{kube-system}', 'etcd%', NULL);
      EXECUTE p(NULL, '%', 1); EXECUTE p('{kube-system,NULL}', '%', 100);`)
    expect(messages).toBe('')
    expect(rows).toHaveLength(2 + 0 + 1 + 0 + 7)
    expect(rows[2]).toEqual(['etcd-master'])
  })

  it.each([
    [
      'another URL of the server',
      `ALTER SERVER cached OPTIONS (SET api_url 'http://127.0.0.1:1')`,
      `ALTER SERVER cached OPTIONS (SET api_url ${quoted(apiServer)})`,
      /Connection refused|cannot connect|could not connect/i,
    ],
    [
      'another kind of the table',
      `ALTER FOREIGN TABLE cached.pods OPTIONS (SET kind 'Secretion')`,
      `ALTER FOREIGN TABLE cached.pods OPTIONS (SET kind 'Pod')`,
      /Secretion/,
    ],
    [
      'another path of a column',
      `ALTER FOREIGN TABLE cached.pods ALTER COLUMN namespace OPTIONS (ADD alias 'spec[')`,
      `ALTER FOREIGN TABLE cached.pods ALTER COLUMN namespace OPTIONS (DROP alias)`,
      /column "namespace"/,
    ],
    [
      'another type of a column',
      `ALTER FOREIGN TABLE cached.pods ALTER COLUMN name TYPE int`,
      `ALTER FOREIGN TABLE cached.pods ALTER COLUMN name TYPE text`,
      /column "name"/,
    ],
  ])('are made anew after %s, in the same session', async (_, change, back, error) => {
    const query = "SELECT count(name) FROM cached.pods WHERE namespace = 'kube-system'"
    const answer = await session(`CREATE FUNCTION pg_temp.pods() RETURNS bigint LANGUAGE plpgsql AS
        $$ DECLARE n bigint; ns text := 'kube-system'; BEGIN
          SELECT count(name) INTO n FROM cached.pods WHERE namespace = ns; RETURN n; END $$;
      PREPARE p AS ${query};
      ${repeated(7, 'EXECUTE p; SELECT pg_temp.pods()')}
      ${change};
      EXECUTE p; SELECT pg_temp.pods();
      ${back};
      EXECUTE p; SELECT pg_temp.pods();`)
    expect(answer.messages.match(/^ERROR/gm)).toHaveLength(2)
    expect(answer.messages).toMatch(error)
    expect(answer.rows.flat()).toEqual(Array.from({ length: 16 }, () => '7'))
  })

  it('of another session notice the change as well', async () => {
    const answer = session(`PREPARE p AS SELECT count(*) FROM cached.pods; ${repeated(6, 'EXECUTE p')}
      CREATE TABLE cached.ready (); ${untilThereIs('changed')} EXECUTE p;`)
    await run(`${untilThereIs('ready')}
      ALTER FOREIGN TABLE cached.pods OPTIONS (ADD namespace 'kube-system'); CREATE TABLE cached.changed ();`)
    const told = (await answer).rows.flat()
    expect(Number(told[0])).toBeGreaterThan(100)
    expect(told.at(-1)).toBe('7')
  })
})
