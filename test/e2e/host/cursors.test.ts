// Cursors on our own host: each script gives the same as on a local copy of the pods.
import { beforeAll, expect, it } from 'vitest'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { run, session } from '../support/sql.ts'

const PODS = 'SELECT name, ip FROM PODS'

const SCRIPTS: { readonly [words: string]: string } = {
  'SCROLL, in each direction': `BEGIN; DECLARE c SCROLL CURSOR FOR ${PODS};
    FETCH 3 FROM c; FETCH BACKWARD 2 FROM c; FETCH ABSOLUTE 5 FROM c; FETCH RELATIVE -3 FROM c; FETCH LAST FROM c;
    FETCH NEXT FROM c; FETCH BACKWARD ALL FROM c; FETCH FORWARD ALL FROM c; FETCH ABSOLUTE -1 FROM c;
    FETCH FIRST FROM c; MOVE 4 FROM c; FETCH 1 FROM c; COMMIT;`,
  'NO SCROLL, which cannot go back': `BEGIN; DECLARE c NO SCROLL CURSOR FOR ${PODS};
    FETCH 2 FROM c; FETCH BACKWARD 1 FROM c; ROLLBACK; ${PODS};`,
  'WITH HOLD, after the transaction': `BEGIN; DECLARE c CURSOR WITH HOLD FOR ${PODS};
    FETCH 2 FROM c; COMMIT; FETCH 2 FROM c; BEGIN; FETCH 1 FROM c; ROLLBACK; FETCH ALL FROM c; CLOSE c;`,
  'SCROLL and WITH HOLD': `DECLARE c SCROLL CURSOR WITH HOLD FOR ${PODS};
    FETCH 5 FROM c; FETCH BACKWARD 3 FROM c; FETCH LAST FROM c; FETCH ABSOLUTE 2 FROM c; CLOSE c;`,
  'that WITH HOLD keeps nothing of after an error': `BEGIN; DECLARE c CURSOR WITH HOLD FOR ${PODS};
    FETCH 1 FROM c; SELECT 1 / 0; COMMIT; FETCH 1 FROM c; ${PODS};`,
  'two of one table by turns': `BEGIN; DECLARE a CURSOR FOR ${PODS}; DECLARE b SCROLL CURSOR FOR ${PODS} WHERE name > 'k';
    FETCH 2 FROM a; FETCH 2 FROM b; FETCH 2 FROM a; FETCH PRIOR FROM b; FETCH 1 FROM a; CLOSE a; FETCH ALL FROM b; COMMIT;`,
  'of a savepoint that is rolled back, and one that outlives it': `BEGIN; DECLARE a CURSOR FOR ${PODS}; FETCH 1 FROM a;
    SAVEPOINT s; DECLARE b CURSOR FOR ${PODS}; FETCH 1 FROM b; ROLLBACK TO s; FETCH 1 FROM b; ROLLBACK TO s;
    FETCH 2 FROM a; COMMIT;`,
  'left open at the end of the session': `BEGIN; DECLARE c CURSOR FOR ${PODS}; FETCH 1 FROM c;`,
  'of a function, by its name': `BEGIN;
    CREATE FUNCTION pg_temp.open(c refcursor) RETURNS refcursor LANGUAGE plpgsql AS
      $$ BEGIN OPEN c SCROLL FOR ${PODS}; MOVE 2 FROM c; RETURN c; END $$;
    SELECT pg_temp.open('c'); FETCH 2 FROM c; FETCH PRIOR FROM c; COMMIT;`,
  'that a function loops over, and leaves early': `CREATE FUNCTION pg_temp.first(n int) RETURNS SETOF text LANGUAGE plpgsql AS
      $$ DECLARE p record; BEGIN
        FOR p IN ${PODS} LOOP RETURN NEXT p.name; n := n - 1; EXIT WHEN n = 0; END LOOP;
      END $$;
    SELECT * FROM pg_temp.first(2); SELECT * FROM pg_temp.first(3);`,
}

describeUnless(needsOwnHost, 'cursors', () => {
  beforeAll(async () => {
    await createServer('cursors')
    await run(`DROP SCHEMA IF EXISTS cursors CASCADE; CREATE SCHEMA cursors;
      CREATE FOREIGN TABLE cursors.pods (name text, ip text OPTIONS (alias 'status.podIP'))
        SERVER cursors OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');
      CREATE TABLE cursors.copy AS SELECT * FROM cursors.pods;`)
  })

  it.each(Object.entries(SCRIPTS))('%s', async (_, script) => {
    const got = await session(script.replaceAll('PODS', 'cursors.pods'))
    const want = await session(script.replaceAll('PODS', 'cursors.copy'))
    expect(want.rows.length).toBeGreaterThan(0)
    expect(got).toEqual(want)
  })
})
