// RETURNING on the extension's own library: the row is what the API server says that it would store. A SELECT after
// COMMIT is the oracle, but for what only the stored object has.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'library-returning'

const SPEC = `'{"selector": {"matchLabels": {"app": "x"}}, "template": {"metadata": {"labels": {"app": "x"}},
  "spec": {"containers": [{"name": "c", "image": "i"}]}}}'`

const SHOWN = "name, namespace, labels, replicas, policy, upper_name, spec, attrs - 'metadata' - 'status'"

describeUnless(needsOwnHost, 'RETURNING', () => {
  beforeAll(async () => {
    await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    await createServer('library_returning', { writes: 'on' })
    await run(`
      CREATE SCHEMA library_returning;
      SET search_path = library_returning;
      CREATE FOREIGN TABLE deployments (
        gone text, name text, namespace text, labels jsonb, spec jsonb, attrs jsonb,
        replicas integer OPTIONS (alias 'spec.replicas'),
        policy text OPTIONS (alias 'spec.template.spec.restartPolicy'),
        upper_name text GENERATED ALWAYS AS (upper(name)) STORED,
        uid text, resource_version text, creation_timestamp timestamptz, generation bigint, object_key text
      ) SERVER library_returning OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}');
      ALTER FOREIGN TABLE deployments DROP COLUMN gone;
      CREATE FOREIGN TABLE scales (name text, labels jsonb, replicas integer OPTIONS (alias 'spec.replicas'), resource_version text, object_key text)
        SERVER library_returning OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', subresource 'scale');
      CREATE FOREIGN TABLE secrets (name text, data jsonb, "stringData" jsonb, object_key text)
        SERVER library_returning OPTIONS (object 'secrets', namespace '${NAMESPACE}');
      CREATE FOREIGN TABLE maps (name text, labels jsonb, data jsonb, attrs jsonb, object_key text)
        SERVER library_returning OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
      CREATE FOREIGN TABLE names (name text) SERVER library_returning OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
      CREATE TABLE parts (cluster text, name text, data jsonb, object_key text) PARTITION BY LIST (cluster);
      CREATE FOREIGN TABLE east PARTITION OF parts FOR VALUES IN ('east')
        SERVER library_returning OPTIONS (object 'configmaps', namespace '${NAMESPACE}', columns '{"cluster": "{''east''}"}');
      CREATE TABLE log (what text, row jsonb);`)
  })

  afterAll(async () => {
    for (const kind of ['deployments', 'secrets', 'configmaps'])
      kubectl(['delete', kind, '--all', '-n', NAMESPACE, '--wait=false'])
    await remove(`/api/v1/namespaces/${NAMESPACE}`)
  })

  const sql = (text: string): string => `SET search_path = library_returning; ${text}`

  it('has defaults of the API server, types and generated columns after INSERT', async () => {
    const written = await rows(
      sql(`INSERT INTO deployments (name, spec) VALUES ('web', ${SPEC}) RETURNING ${SHOWN};`),
    )
    expect(written).toEqual(await rows(sql(`SELECT ${SHOWN} FROM deployments WHERE name = 'web';`)))
    expect(written[0]?.slice(3, 6)).toEqual(['1', 'Always', 'WEB'])
  })

  it('knows nothing of what is not stored yet', async () => {
    const unknown = 'uid, resource_version, creation_timestamp, object_key'
    expect(
      await rows(sql(`INSERT INTO deployments (name, spec) VALUES ('other', ${SPEC}) RETURNING ${unknown};`)),
    ).toEqual([['∅', '∅', '∅', '∅']])
    const [before = []] = await rows(
      sql(`SELECT uid, creation_timestamp FROM deployments WHERE name = 'other';`),
    )
    expect(
      await rows(
        sql(`UPDATE deployments SET replicas = 2 WHERE name = 'other'
        RETURNING uid, creation_timestamp, resource_version, object_key, generation;`),
      ),
    ).toEqual([[...before, '∅', '∅', '2']])
  })

  it('has the columns outside SET after UPDATE, and rows of a join', async () => {
    const written = await rows(
      sql(`UPDATE deployments AS d SET labels = '{"l": "1"}' FROM (VALUES ('web', 7)) AS v (name, seven)
        WHERE d.name = v.name RETURNING d.name, d.namespace, d.labels, d.replicas, d.policy, d.upper_name, d.spec,
          d.attrs - 'metadata' - 'status', seven;`),
    )
    const [after = []] = await rows(sql(`SELECT ${SHOWN} FROM deployments WHERE name = 'web';`))
    expect(written).toEqual([[...after, '7']])
  })

  it('has the row as it was after DELETE', async () => {
    const before = await rows(sql(`SELECT ${SHOWN}, uid, object_key FROM deployments WHERE name = 'other';`))
    expect(before).toHaveLength(1)
    expect(
      await rows(sql(`DELETE FROM deployments WHERE name = 'other' RETURNING ${SHOWN}, uid, object_key;`)),
    ).toEqual(before)
  })

  it('of a scale has what was read and what was written', async () => {
    expect(await rows(sql(`UPDATE scales SET replicas = 5 WHERE name = 'web' RETURNING *;`))).toEqual([
      ['web', '{"l": "1"}', '5', '∅', '∅'],
    ])
  })

  it('masks Secrets', async () => {
    expect(
      await rows(
        sql(
          `INSERT INTO secrets (name, "stringData") VALUES ('s', '{"password": "confidential"}') RETURNING *;`,
        ),
      ),
    ).toEqual([['s', '{"password": "***"}', '∅', '∅']])
    expect(await rows(sql(`DELETE FROM secrets RETURNING name, data;`))).toEqual([
      ['s', '{"password": "***"}'],
    ])
  })

  it('in a WITH, in PL/pgSQL, and as PostgREST and supabase-js write', async () => {
    const answer = await session(
      sql(`WITH made AS (INSERT INTO maps (name, data) VALUES ('one', '{"k": "1"}'), ('two', '{"k": "2"}') RETURNING *)
        INSERT INTO log SELECT name, data FROM made;
      SELECT * FROM log ORDER BY what;
      DO $$ DECLARE one jsonb; BEGIN
        UPDATE maps SET data = '{"k": "3"}' WHERE name = 'one' RETURNING data INTO STRICT one;
        RAISE NOTICE '%', one;
      END $$;
      WITH pgrst_source AS (WITH pgrst_payload AS (SELECT '[{"name": "three", "data": {"k": "3"}}]'::json AS json_data)
        INSERT INTO "library_returning"."maps" ("data", "name")
        SELECT pgrst_body."data", pgrst_body."name" FROM pgrst_payload,
          LATERAL (SELECT "data", "name" FROM json_to_recordset(pgrst_payload.json_data) AS _("data" jsonb, "name" text)) pgrst_body
        RETURNING "library_returning"."maps"."name", "library_returning"."maps"."data")
      SELECT '' AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, array[]::text[] AS header,
        coalesce(json_agg(_postgrest_t), '[]') AS body FROM (SELECT * FROM pgrst_source) _postgrest_t;
      WITH pgrst_source AS (UPDATE "library_returning"."maps" SET "data" = pgrst_body."data"
          FROM (SELECT '{"k": "4"}'::jsonb AS data) pgrst_body WHERE "library_returning"."maps"."name" = 'three' RETURNING 1)
        SELECT pg_catalog.count(*) FROM pgrst_source;
      WITH pgrst_source AS (DELETE FROM "library_returning"."maps" WHERE "library_returning"."maps"."name" = 'three' RETURNING "library_returning"."maps".*)
        SELECT json_agg(pgrst_source) ->> 0 ~ '"k" ?: ?"4"' FROM pgrst_source;`),
    )
    expect(answer.messages).toBe('NOTICE:  {"k": "3"}\n')
    expect(answer.rows).toEqual([
      ['one', '{"k": "1"}'],
      ['two', '{"k": "2"}'],
      ['', '1', '{}', '[{"name":"three","data":{"k": "3"}}]'],
      ['1'],
      ['t'],
    ])
  })

  it('for a partition, and for a table without object_key', async () => {
    expect(
      await rows(
        sql(
          `INSERT INTO parts VALUES ('east', 'p', '{"k": "p"}') RETURNING cluster, name, data, tableoid::regclass;`,
        ),
      ),
    ).toEqual([['east', 'p', '{"k": "p"}', 'east']])
    expect(await rows(sql(`UPDATE parts SET data = '{"k": "q"}' RETURNING name, data;`))).toContainEqual([
      'p',
      '{"k": "q"}',
    ])
    expect(await rows(sql(`DELETE FROM parts WHERE name = 'p' RETURNING cluster, name, data;`))).toEqual([
      ['east', 'p', '{"k": "q"}'],
    ])
    expect(await rows(sql(`INSERT INTO names VALUES ('n') RETURNING *;`))).toEqual([['n']])
  })

  it('a name that the API server makes up is the name', async () => {
    const made = await rows(
      sql(`INSERT INTO maps (attrs) VALUES ('{"metadata": {"generateName": "g-"}}') RETURNING name;`),
    )
    expect(await rows(sql(`SELECT name FROM maps WHERE name LIKE 'g-%';`))).toEqual(made)
  })

  it('is what triggers see, and what they change in columns outside SET is an error', async () => {
    await run(
      sql(`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO library_returning.log VALUES (TG_WHEN || ' ' || TG_OP, jsonb_build_array(OLD.data, NEW.data)); RETURN coalesce(NEW, OLD); END $$;
        CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.name = 'two' THEN NEW.labels = '{"by": "trigger"}'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER note_before BEFORE INSERT OR UPDATE OR DELETE ON maps FOR EACH ROW EXECUTE FUNCTION note();
        CREATE TRIGGER note_after AFTER INSERT OR UPDATE OR DELETE ON maps FOR EACH ROW EXECUTE FUNCTION note();
        CREATE TRIGGER z_more BEFORE UPDATE ON maps FOR EACH ROW EXECUTE FUNCTION more();
        DELETE FROM log;`),
    )
    await run(
      sql(`INSERT INTO maps (name, data) VALUES ('t', '{"k": "1"}');
        UPDATE maps SET data = '{"k": "2"}' WHERE name = 't'; DELETE FROM maps WHERE name = 't';`),
    )
    expect(await rows(sql(`SELECT * FROM log;`))).toEqual([
      ['BEFORE INSERT', '[null, {"k": "1"}]'],
      ['AFTER INSERT', '[null, {"k": "1"}]'],
      ['BEFORE UPDATE', '[{"k": "1"}, {"k": "2"}]'],
      ['AFTER UPDATE', '[{"k": "1"}, {"k": "2"}]'],
      ['BEFORE DELETE', '[{"k": "2"}, null]'],
      ['AFTER DELETE', '[{"k": "2"}, null]'],
    ])
    expect(await failure(sql(`UPDATE maps SET data = '{"k": "9"}' WHERE name = 'two';`))).toContain(
      `k8s_fdw[write] a trigger has changed the column "labels", which is not in the UPDATE's SET Hint: Name the column in SET, even if only as SET c = c, so that it is written.`,
    )
    await run(sql(`UPDATE maps SET data = '{"k": "9"}', labels = labels WHERE name = 'two';`))
    expect(await rows(sql(`SELECT data, labels FROM maps WHERE name = 'two';`))).toEqual([
      ['{"k": "9"}', '{"by": "trigger"}'],
    ])
  })

  it('a view with a check option refuses a row by what would be stored', async () => {
    await run(
      sql(`CREATE VIEW scaled AS SELECT name, replicas, object_key FROM deployments WHERE replicas < 4 WITH CHECK OPTION;
        UPDATE deployments SET replicas = 1;`),
    )
    expect(await failure(sql(`UPDATE scaled SET replicas = 9;`))).toContain(
      'violates check option for view "scaled"',
    )
    expect(await rows(sql(`SELECT replicas FROM deployments;`))).toEqual([['1']])
  })
})
