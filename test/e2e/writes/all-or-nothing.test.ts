// Ways to have a statement fail after some of its rows have passed: nothing is sent then.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeUnless, isOwn, needsOwnHost } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { list, suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, run, session } from '../support/sql.ts'

const NAMESPACE = 'all-or-nothing'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const OPTIONS = `OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key')`

/** What is in the cluster, after a statement that has to leave it as it is. */
const state = async (): Promise<unknown> =>
  (await list(CONFIG_MAPS)).map(({ metadata: { name, labels, resourceVersion }, data }) => ({
    name,
    labels,
    resourceVersion,
    data,
  }))

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  for (const name of ['a', 'b', 'c'])
    await create(CONFIG_MAPS, { metadata: { name, labels: { l: name } }, data: { k: name } })
  await createServer('nothing', { writes: 'on' })
  // Another cluster, which takes nothing from this one.
  await createServer('nothing_refused', { writes: 'on', impersonate_user: 'nobody' })
  await run(`DROP SCHEMA IF EXISTS nothing CASCADE; CREATE SCHEMA nothing; SET search_path = nothing;
    CREATE FOREIGN TABLE maps (name text, labels jsonb, data jsonb, attrs jsonb, object_key text) SERVER nothing ${OPTIONS};
    CREATE FOREIGN TABLE others (name text, labels jsonb, data jsonb, object_key text) SERVER nothing ${OPTIONS};
    CREATE FOREIGN TABLE refused (name text, labels jsonb, data jsonb, object_key text) SERVER nothing_refused ${OPTIONS};
    CREATE FOREIGN TABLE guarded (name text, labels jsonb, data jsonb, object_key text) SERVER nothing ${OPTIONS};
    CREATE FOREIGN TABLE guarded_after (name text, labels jsonb, data jsonb, object_key text) SERVER nothing ${OPTIONS};
    CREATE FOREIGN TABLE guarded_once (name text, labels jsonb, data jsonb, object_key text) SERVER nothing ${OPTIONS};
    CREATE TABLE parts (cluster text, name text, labels jsonb, data jsonb, object_key text) PARTITION BY LIST (cluster);
    CREATE FOREIGN TABLE parts_east PARTITION OF parts FOR VALUES IN ('east') SERVER nothing
      OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key', columns '{"cluster": "{''east''}"}');
    CREATE FOREIGN TABLE parts_west PARTITION OF parts FOR VALUES IN ('west') SERVER nothing
      OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key', columns '{"cluster": "{''west''}"}');
    CREATE VIEW checked AS SELECT * FROM maps WHERE name < 'm' WITH CHECK OPTION;
    CREATE TABLE local (name text PRIMARY KEY);
    INSERT INTO local VALUES ('c');
    CREATE FUNCTION fails_at(seen text, at text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
      BEGIN IF seen = at THEN RAISE EXCEPTION 'failed at %', at; END IF; RETURN seen; END $$;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_LEVEL = 'STATEMENT' THEN RAISE EXCEPTION 'the trigger refuses'; END IF;
        IF TG_OP = 'DELETE' THEN NEW = OLD; END IF;
        IF NEW.name IN ('c', 'n3') THEN RAISE EXCEPTION 'the trigger refuses'; END IF;
        RETURN NEW;
      END $$;
    CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TRIGGER t AFTER INSERT OR UPDATE OR DELETE ON guarded_after FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TRIGGER t AFTER INSERT OR UPDATE OR DELETE ON guarded_once FOR EACH STATEMENT EXECUTE FUNCTION refuse();`)
})

afterAll(async () => {
  await suiteApi().remove(CONFIG_MAPS)
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

const THREE = `SELECT 'n' || i, '{"k": "v"}' FROM generate_series(1, 3) AS i`

describe('nothing is sent', () => {
  it.each<[what: string, sql: string, want: string]>([
    [
      'by a volatile function that fails at the last row of UPDATE',
      `UPDATE maps SET labels = jsonb_build_object('x', fails_at(name, 'c'))`,
      'failed at c',
    ],
    [
      'by one in the WHERE of DELETE',
      `DELETE FROM maps WHERE fails_at(name, 'c') IS NOT NULL`,
      'failed at c',
    ],
    [
      'by one in the SELECT of INSERT',
      `INSERT INTO maps (name) SELECT fails_at('n' || i, 'n3') FROM generate_series(1, 3) AS i`,
      'failed at n3',
    ],
    [
      'by one in the SELECT beside the writes',
      `WITH made AS (INSERT INTO maps (name, data) ${THREE}) SELECT fails_at('z' || i, 'z9') FROM generate_series(1, 9) AS i`,
      'failed at z9',
    ],
    ['by a trigger before INSERT', `INSERT INTO guarded (name, data) ${THREE}`, 'the trigger refuses'],
    ['by a trigger after INSERT', `INSERT INTO guarded_after (name, data) ${THREE}`, 'the trigger refuses'],
    ['by a trigger after the statement', `DELETE FROM guarded_once`, 'the trigger refuses'],
    [
      'by the second of two writes',
      `WITH one AS (INSERT INTO maps (name, data) ${THREE}), two AS (INSERT INTO others (name) VALUES ('Not a name')) SELECT 1`,
      'would not be valid',
    ],
    [
      'by the first of two writes',
      `WITH one AS (INSERT INTO maps (name) VALUES ('Not a name')), two AS (INSERT INTO others (name, data) ${THREE}) SELECT 1`,
      'would not be valid',
    ],
    [
      'by a write of a table of Postgres beside it',
      `WITH one AS (INSERT INTO maps (name, data) ${THREE}) INSERT INTO local VALUES ('d'), ('c')`,
      'duplicate key value',
    ],
    [
      'by another cluster that refuses',
      `WITH one AS (UPDATE maps SET labels = '{"x": "y"}') INSERT INTO refused (name) VALUES ('n')`,
      '"nobody" cannot create',
    ],
    [
      'by a join that finds a row twice',
      `UPDATE maps SET labels = '{"x": "y"}' FROM (VALUES ('a'), ('b'), ('c'), ('c')) AS v (v) WHERE v = name`,
      'two rows of the statement are for ConfigMap all-or-nothing/c',
    ],
    [
      'by WITH CHECK OPTION of a view',
      `INSERT INTO checked (name, data) VALUES ('f', '{}'), ('z', '{}')`,
      'new row violates check option for view "checked"',
    ],
    [
      'by a subquery that finds two values',
      `UPDATE maps SET labels = CASE name WHEN 'c' THEN (SELECT '{}'::jsonb FROM generate_series(1, 2)) ELSE '{}' END`,
      'more than one row returned by a subquery',
    ],
    [
      'by JSON that is none',
      `UPDATE maps SET labels = (CASE name WHEN 'c' THEN '{' ELSE '{}' END)::jsonb`,
      'invalid input syntax for type json',
    ],
    [
      'by MERGE',
      `MERGE INTO maps USING local ON maps.name = local.name WHEN MATCHED THEN DELETE`,
      'cannot execute MERGE on relation "maps"',
    ],
    [
      'by WHERE CURRENT OF',
      `BEGIN; DECLARE c CURSOR FOR SELECT * FROM maps; FETCH c; DELETE FROM maps WHERE CURRENT OF c`,
      'WHERE CURRENT OF is not supported for this table type',
    ],
    [
      'by a block of PL/pgSQL whose statement fails',
      `DO $$ BEGIN EXECUTE 'UPDATE maps SET labels = jsonb_build_object(''x'', fails_at(name, ''c''))'; END $$`,
      'failed at c',
    ],
  ])('%s', async (_, sql, want) => {
    const before = await state()
    expect(await failure(`SET search_path = nothing; ${sql};`)).toContain(want)
    expect(await state()).toEqual(before)
  })

  it('by a statement whose error is caught, and the next one is', async () => {
    const { messages, failed } = await session(`SET search_path = nothing;
      DO $do$ BEGIN
        BEGIN
          EXECUTE $$UPDATE maps SET labels = jsonb_build_object('x', fails_at(name, 'b'))$$;
        EXCEPTION WHEN raise_exception THEN RAISE NOTICE 'caught';
        END;
        EXECUTE $$UPDATE maps SET labels = '{"caught": "yes"}' WHERE name = 'c'$$;
      END $do$;`)
    expect(failed).toBe(false)
    expect(messages).toContain('caught')
    expect((await list(CONFIG_MAPS)).map(({ metadata }) => metadata.labels)).toEqual([
      { l: 'a' },
      { l: 'b' },
      { caught: 'yes' },
    ])
  })

  it('other than what the row is after a trigger, or what Postgres computes on our own host', async () => {
    await run(`SET search_path = nothing;
      CREATE FOREIGN TABLE generated (name text, labels jsonb, object_key text,
        data jsonb GENERATED ALWAYS AS (('{"of": "' || name || '"}')::jsonb) STORED) SERVER nothing ${OPTIONS};
      CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.labels = '{"by": "trigger"}'; RETURN NEW; END $$;
      CREATE TRIGGER t BEFORE INSERT ON generated FOR EACH ROW EXECUTE FUNCTION put();
      INSERT INTO generated (name, labels) VALUES ('generated', '{"by": "hand"}');`)
    const [made] = (await list(CONFIG_MAPS)).filter(({ metadata }) => metadata.name === 'generated')
    expect(made?.data).toEqual(isOwn ? undefined : { of: 'generated' })
    expect(made?.metadata.labels).toEqual({ by: 'trigger' })
  })
})

// On Wrappers a trigger of UPDATE or DELETE sees NULL in the columns that the statement does not read.
describeUnless(needsOwnHost, 'nothing is sent on our own host', () => {
  it.each([
    ['by a trigger before UPDATE', `UPDATE guarded SET labels = '{}';`, 'the trigger refuses'],
    ['by a trigger before DELETE', `DELETE FROM guarded;`, 'the trigger refuses'],
    ['by a trigger after UPDATE', `UPDATE guarded_after SET labels = '{}';`, 'the trigger refuses'],
    ['by a trigger after DELETE', `DELETE FROM guarded_after;`, 'the trigger refuses'],
    [
      'by partitions of which one refuses',
      `UPDATE parts SET labels = CASE cluster WHEN 'east' THEN '{"x": "y"}'::jsonb ELSE '{"x": "not valid!"}' END;`,
      'would not be valid',
    ],
    [
      'by the last line of COPY',
      `COPY maps (name, data) FROM stdin;\nn1\t{}\nn2\t{"k": 1}\n\\.\n`,
      'would not be valid',
    ],
    [
      'by a line of COPY that is none',
      `COPY maps (name, data) FROM stdin;\nn1\t{}\nn2\t{\n\\.\n`,
      'invalid input syntax',
    ],
    [
      'by INSERT into partitions of which one refuses',
      `INSERT INTO parts (cluster, name, data) VALUES ('east', 'n1', '{}'), ('west', 'n2', '{"k": 1}');`,
      'would not be valid',
    ],
    [
      'by INSERT of a row for which there is no partition',
      `INSERT INTO parts (cluster, name, data) VALUES ('east', 'n1', '{}'), ('north', 'n2', '{}');`,
      'no partition of relation "parts" found',
    ],
  ])('%s', async (_, sql, want) => {
    const before = await state()
    expect(await failure(`SET search_path = nothing; ${sql}`)).toContain(want)
    expect(await state()).toEqual(before)
  })
})
