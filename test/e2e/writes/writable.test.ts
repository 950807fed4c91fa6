// Writable views: RETURNING, COMMIT and ROLLBACK over foreign tables. What is in the cluster is asked of kubectl.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kubeconfigOf, kubectl, kubectlProgram } from '../support/kubectl.ts'
import { isOwn, itUnless, needsCachedPlans, needsPostgresLog } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'writes-view'
const CLERK = 'k8s_fdw_writable_clerk'

const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-writable-'))
const config = join(folder, 'config')
writeFileSync(config, kubeconfigOf(provided().token), { mode: 0o600 })

const here = (...args: string[]): string => kubectl([...args, '-n', NAMESPACE])
const read = (of: string, path: string): string => here('get', of, '-o', `jsonpath=${path}`)
const names = (kind = 'configmaps'): string[] =>
  here('get', kind, '-o', 'jsonpath={.items[*].metadata.name}')
    .split(' ')
    .filter((name) => name !== '')
    .sort()

/** kubectl in the midst of a psql script; the words of its arguments are plain to a shell. */
const meanwhile = (...args: string[]): string =>
  `\\! ${kubectlProgram} --kubeconfig ${config} -n ${NAMESPACE} ${args.join(' ')} > /dev/null`

const configMap = (name: string, data: object = { k: 'v' }): Promise<void> =>
  create(`/api/v1/namespaces/${NAMESPACE}/configmaps`, { metadata: { name }, data })

/** On the library no change is sent before all triggers have run, so one of them fails before any is made. */
const made = (on: string): string => (isOwn ? '' : on)

const PATH = 'SET search_path = writable_view;'
/** One session, whose statements go on after an error. */
const inSession = (sql: string) => session(`${PATH}\n${sql}`)

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('writable_view', { writes: 'on' })
  await run(`
    CREATE SCHEMA writable_view;
    ${PATH}
    CREATE FOREIGN TABLE config_maps (name text, namespace text, labels jsonb, data jsonb, key text OPTIONS (alias 'data.k'),
        uid text, resource_version text, creation_timestamp timestamptz, attrs jsonb, object_key text)
      SERVER writable_view OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE deployments (name text, namespace text, labels jsonb, replicas integer OPTIONS (alias 'spec.replicas'),
        image text OPTIONS (alias 'spec.template.spec.containers[0].image'), status jsonb, object_key text)
      SERVER writable_view OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE secrets (name text, data jsonb, "stringData" jsonb, password text OPTIONS (alias 'data.password'), object_key text)
      SERVER writable_view OPTIONS (object 'secrets', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE "Odd ""names"".of" ("My.name" text OPTIONS (alias 'metadata.name'), "Da ta" jsonb OPTIONS (alias 'data'), object_key text)
      SERVER writable_view OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE applied (name text, data jsonb, object_key text)
      SERVER writable_view OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key', on_insert 'apply');
    SELECT k8s_fdw.writable('config_maps');
    SELECT k8s_fdw.writable('applied');
    CREATE FOREIGN TABLE manifests (manifest jsonb, object_key text)
      SERVER writable_view OPTIONS (object 'manifests', namespace '${NAMESPACE}', rowid_column 'object_key');
    SELECT k8s_fdw.writable('manifests', keep => true);
    CREATE VIEW guarded AS SELECT name, labels, data FROM config_maps_writable WHERE labels @> '{"for": "clerk"}'
      WITH CASCADED CHECK OPTION;
    SELECT k8s_fdw.writable('deployments', name => 'writable_view.web', keep => true);
    SELECT k8s_fdw.writable('secrets', keep => true);
    SELECT k8s_fdw.writable('"Odd ""names"".of"');
    CREATE ROLE ${CLERK};
    GRANT USAGE ON SCHEMA writable_view TO ${CLERK};
    GRANT SELECT, INSERT, DELETE, UPDATE (data, labels) ON config_maps_writable TO ${CLERK};
    GRANT SELECT, INSERT, DELETE, UPDATE ON guarded TO ${CLERK};`)
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await run(`DROP SCHEMA writable_view CASCADE; DROP SERVER writable_view CASCADE; DROP ROLE ${CLERK};`)
  for (const kind of ['deployments', 'configmaps', 'secrets']) here('delete', kind, '--all', '--wait=false')
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

beforeEach(async () => {
  await configMap('one', { k: '1' })
  await configMap('two', { k: '2' })
})

afterEach(() => {
  here('delete', 'configmaps,deployments,secrets', '--all')
})

describe('a statement by itself', () => {
  it('INSERT gives back what was written, and the cluster has it', async () => {
    expect(
      await rows(`${PATH} INSERT INTO config_maps_writable (name, data) VALUES ('made', '{"a": "1"}')
        RETURNING name, namespace, data, uid, resource_version, creation_timestamp, object_key`),
    ).toEqual([['made', NAMESPACE, '{"a": "1"}', '∅', '∅', '∅', '∅']])
    expect(read('configmap/made', '{.data}')).toBe('{"a":"1"}')
  })

  it('UPDATE gives back the new values, and no stale ones', async () => {
    expect(
      await rows(`${PATH} UPDATE config_maps_writable SET data = data || '{"m": "n"}', labels = '{"l": "1"}' WHERE name = 'one'
        RETURNING name, data, labels, resource_version, object_key, attrs, uid IS NOT NULL`),
    ).toEqual([['one', '{"k": "1", "m": "n"}', '{"l": "1"}', '∅', '∅', '∅', 't']])
    expect(read('configmap/one', '{.data}{.metadata.labels}')).toBe('{"k":"1","m":"n"}{"l":"1"}')
  })

  it('UPDATE to what is there already changes nothing', async () => {
    const before = read('configmap/one', '{.metadata.resourceVersion}')
    expect(
      await rows(
        `${PATH} UPDATE config_maps_writable SET name = name, key = key WHERE name = 'one' RETURNING resource_version`,
      ),
    ).toEqual([[before]])
    expect(read('configmap/one', '{.metadata.resourceVersion}')).toBe(before)
  })

  it('NULL removes a field', async () => {
    await run(`${PATH} UPDATE config_maps_writable SET key = NULL WHERE name = 'one'`)
    expect(read('configmap/one', '{.data}')).toBe('')
  })

  it('DELETE gives back what was there', async () => {
    expect(
      await rows(`${PATH} DELETE FROM config_maps_writable WHERE name IN ('one', 'two') RETURNING name, key`),
    ).toEqual([
      ['one', '1'],
      ['two', '2'],
    ])
    expect(names()).toEqual([])
  })

  it('names may be odd', async () => {
    expect(
      await rows(
        `${PATH} INSERT INTO "Odd ""names"".of_writable" ("My.name", "Da ta") VALUES ('odd', '{"a": "b"}') RETURNING "My.name"`,
      ),
    ).toEqual([['odd']])
    await run(`${PATH} UPDATE "Odd ""names"".of_writable" SET "Da ta" = '{"a": "c"}' WHERE "My.name" = 'odd'`)
    expect(read('configmap/odd', '{.data.a}')).toBe('c')
  })

  it('a numeric, a time and a list arrive as they are', async () => {
    here('create', 'deployment', 'web', '--image', 'web:1')
    await run(`${PATH} UPDATE web SET replicas = 3, image = 'web:2' WHERE name = 'web'`)
    expect(read('deployment/web', '{.spec.replicas} {.spec.template.spec.containers[0].image}')).toBe(
      '3 web:2',
    )
  })
})

describe('an error comes with its statement', () => {
  it.each([
    [`UPDATE config_maps_writable SET uid = 'x' WHERE name = 'one'`, `column "uid" cannot be written`],
    [`UPDATE config_maps_writable SET name = 'x' WHERE name = 'one'`, `column "name" cannot be written`],
    [`INSERT INTO config_maps_writable (name) VALUES ('Not fine')`, 'would not be valid: column "name"'],
    [`INSERT INTO config_maps_writable (data) VALUES ('{}')`, 'the row has no name'],
    [`INSERT INTO config_maps_writable (name) VALUES ('one')`, 'is there already'],
    [
      `INSERT INTO config_maps_writable (name) VALUES ('twice'), ('twice')`,
      `the INSERT of ConfigMap ${NAMESPACE}/twice waits for COMMIT, and an INSERT goes with no other change of its object`,
    ],
  ])('%s', async (sql, want) => {
    const message = await failure(`${PATH} BEGIN; ${sql};`)
    expect(message.replace('of configmaps ', 'of ConfigMap ')).toContain(want)
    expect(names()).toEqual(['one', 'two'])
  })

  it('a mask is not written back', async () => {
    here('create', 'secret', 'generic', 's', '--from-literal=password=p')
    expect(
      await failure(
        `${PATH} BEGIN; UPDATE secrets_writable SET data = data || '{"x": "eA=="}' WHERE name = 's';`,
      ),
    ).toContain('column "data" cannot be written: its value is masked (***)')
  })

  it('and settings are afterwards what they were', async () => {
    const { rows: settings } = await inSession(`
      BEGIN; SET LOCAL client_min_messages = log;
      INSERT INTO config_maps_writable (name) VALUES ('fine');
      DO $$ BEGIN INSERT INTO config_maps_writable (name) VALUES ('Not fine'); EXCEPTION WHEN OTHERS THEN NULL; END $$;
      SELECT current_setting('client_min_messages'), current_setting('k8s_fdw.dry_run');
      ROLLBACK;`)
    expect(settings).toEqual([['log', '']])
  })
})

describe('COMMIT and ROLLBACK', () => {
  it('nothing is sent before COMMIT', async () => {
    const { messages } = await inSession(`BEGIN;
      INSERT INTO config_maps_writable (name) VALUES ('late');
      ${meanwhile('create', 'configmap', 'seen-before')}
      DELETE FROM config_maps_writable WHERE name = 'one';
      COMMIT;`)
    expect(messages).toBe(
      'NOTICE:  changes of 1 objects wait for COMMIT, and this statement sees the cluster as it is without them\n',
    )
    expect(names()).toEqual(['late', 'seen-before', 'two'])
  })

  it('ROLLBACK and ROLLBACK TO SAVEPOINT send nothing of what they undo', async () => {
    await run(`${PATH} BEGIN; DELETE FROM config_maps_writable; ROLLBACK;`)
    await run(`${PATH} BEGIN;
      INSERT INTO config_maps_writable (name) VALUES ('kept');
      SAVEPOINT s;
      INSERT INTO config_maps_writable (name) VALUES ('undone');
      UPDATE config_maps_writable SET key = 'undone' WHERE name = 'one';
      ROLLBACK TO SAVEPOINT s;
      UPDATE config_maps_writable SET key = 'kept' WHERE name = 'two';
      COMMIT;`)
    expect(names()).toEqual(['kept', 'one', 'two'])
    expect([read('configmap/one', '{.data.k}'), read('configmap/two', '{.data.k}')]).toEqual(['1', 'kept'])
  })

  it('an exception block of PL/pgSQL undoes what it has caught', async () => {
    await run(`${PATH} DO $$ BEGIN
        EXECUTE $q$INSERT INTO config_maps_writable (name) VALUES ('first')$q$;
        BEGIN
          EXECUTE $q$INSERT INTO config_maps_writable (name) VALUES ('caught')$q$;
          EXECUTE $q$INSERT INTO config_maps_writable (name) VALUES ('Not fine')$q$;
        EXCEPTION WHEN OTHERS THEN NULL; END;
      END $$;`)
    expect(names()).toEqual(['first', 'one', 'two'])
  })

  it('a transaction that fails for another reason sends nothing', async () => {
    await failure(`${PATH} BEGIN; DELETE FROM config_maps_writable; SELECT 1/0; COMMIT;`)
    expect(names()).toEqual(['one', 'two'])
  })

  it('a deferred constraint that fails comes before anything is sent', async () => {
    expect(
      await failure(`${PATH} CREATE TEMP TABLE t (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED); BEGIN;
        DELETE FROM config_maps_writable WHERE name = 'one';
        INSERT INTO t VALUES (1), (1);
        COMMIT;`),
    ).toContain('duplicate key value')
    expect(names()).toEqual(['one', 'two'])
  })

  it('INSERT that applies makes an object, or changes it', async () => {
    const apply = (data: string): string =>
      `INSERT INTO applied_writable (name, data) VALUES ('applied', '${data}');`
    await run(`${PATH} ${apply('{"a": "1"}')} ${apply('{"b": "2"}')}`)
    expect(read('configmap/applied', '{.data}')).toBe('{"b":"2"}')
    expect(
      await failure(
        `${PATH} BEGIN; DELETE FROM applied_writable WHERE name = 'one'; ${apply('{}').replace("applied'", "one'")}`,
      ),
    ).toContain(`the DELETE of configmaps ${NAMESPACE}/one waits for COMMIT`)
  })

  it('a table of manifests applies them at COMMIT, and its log has no values', async () => {
    const manifest = (kind: string) =>
      `{"apiVersion": "v1", "kind": "${kind}", "metadata": {"name": "applied", "namespace": "${NAMESPACE}"}}`
    await run(`${PATH} BEGIN;
      INSERT INTO manifests_writable (manifest) VALUES ('${manifest('ConfigMap')}'), ('${manifest('ServiceAccount')}') RETURNING manifest->>'kind';
      ROLLBACK;`)
    expect(names()).not.toContain('applied')
    await run(
      `${PATH} INSERT INTO manifests_writable (manifest) VALUES ('${manifest('ConfigMap')}'), ('${manifest('ServiceAccount')}');`,
    )
    expect([names().includes('applied'), names('serviceaccounts').includes('applied')]).toEqual([true, true])
    expect(
      await rows(`${PATH} SELECT kind, object, "values" FROM manifests_writable_queue ORDER BY at`),
    ).toEqual(
      ['ConfigMap', 'ServiceAccount'].map((kind) => [kind, `${NAMESPACE}/applied`, '{"manifest": "***"}']),
    )
    here('delete', 'serviceaccount', 'applied')
  })

  it('changes of one object become one', async () => {
    await run(`${PATH} SET client_min_messages = warning; BEGIN;
      UPDATE config_maps_writable SET key = 'a', labels = '{"l": "1"}' WHERE name = 'one';
      UPDATE config_maps_writable SET key = 'b' WHERE name = 'one';
      UPDATE config_maps_writable SET key = 'c' WHERE name = 'two';
      DELETE FROM config_maps_writable WHERE name = 'two';
      COMMIT;`)
    expect(read('configmap/one', '{.data.k}{.metadata.labels}')).toBe('b{"l":"1"}')
    expect(names()).toEqual(['one'])
  })

  it('a row that was deleted is not there for the rest of the transaction', async () => {
    const { rows: found } = await inSession(`SET client_min_messages = warning; BEGIN;
      DELETE FROM config_maps_writable WHERE name = 'one' RETURNING name;
      UPDATE config_maps_writable SET key = 'x' RETURNING name;
      DELETE FROM config_maps_writable WHERE name = 'one' RETURNING name;
      ROLLBACK;`)
    expect(found).toEqual([['one'], ['two']])
  })

  it('SET CONSTRAINTS ALL IMMEDIATE sends at once on Wrappers', async () => {
    await run(`${PATH} BEGIN;
      INSERT INTO config_maps_writable (name) VALUES ('waits');
      SET CONSTRAINTS ALL IMMEDIATE;
      INSERT INTO config_maps_writable (name) VALUES ('at-once');
      ROLLBACK;`)
    // On the library the table itself waits for COMMIT.
    expect(names()).toEqual(isOwn ? ['one', 'two'] : ['at-once', 'one', 'two', 'waits'])
  })

  it('two views send in the order of their changes', async () => {
    here('create', 'deployment', 'web', '--image', 'web:1')
    const message = await failure(`${PATH} SET client_min_messages = warning; BEGIN;
      UPDATE config_maps_writable SET key = 'x' WHERE name = 'one';
      UPDATE web SET replicas = 2 WHERE name = 'web';
      UPDATE config_maps_writable SET key = 'x' WHERE name = 'two';
      ${meanwhile('label', 'configmap/two', 'by=other', '--field-manager=somebody')}
      COMMIT;`)
    expect(message).toContain(
      `${made(`2 of 3 changes of this transaction are made (UPDATE of ConfigMap ${NAMESPACE}/one, UPDATE of deployments.apps ${NAMESPACE}/web), and no more will be: `)}ConfigMap ${NAMESPACE}/two has changed since it was read, by somebody at 20`,
    )
    expect(read('deployment/web', '{.spec.replicas}')).toBe(isOwn ? '1' : '2')
  })

  it('says what was sent before an object was gone', async () => {
    const message = await failure(`${PATH} SET client_min_messages = warning; BEGIN;
      DELETE FROM config_maps_writable WHERE name = 'one';
      UPDATE config_maps_writable SET key = 'x' WHERE name = 'two';
      ${meanwhile('delete', 'configmap/two')}
      COMMIT;`)
    expect(message).toContain(
      isOwn
        ? `ConfigMap ${NAMESPACE}/two is gone since it was read`
        : `1 of 2 changes of this transaction are made (DELETE of ConfigMap ${NAMESPACE}/one), and no more will be: ConfigMap ${NAMESPACE}/two is gone since it was read`,
    )
    expect(names()).toEqual(isOwn ? ['one'] : [])
  })

  it('says why the API server has refused at last', async () => {
    const message = await failure(`${PATH} BEGIN;
      INSERT INTO config_maps_writable (name) VALUES ('new-1'), ('new-2'), ('new-3');
      ${meanwhile('create', 'configmap', 'new-2')}
      COMMIT;`)
    expect(message).toContain(
      made(
        `1 of 3 changes of this transaction are made (INSERT of configmaps ${NAMESPACE}/new-1), and no more will be: `,
      ),
    )
    expect(message).toContain(`k8s_fdw[write] ConfigMap ${NAMESPACE}/new-2 is there already`)
    expect(message).toContain(
      made(`DETAIL:  It is the INSERT of configmaps ${NAMESPACE}/new-2 that has failed.`),
    )
    expect(message).toMatch(/on_insert 'apply'/)
    expect(names()).toEqual(isOwn ? ['new-2', 'one', 'two'] : ['new-1', 'new-2', 'one', 'two'])
  })

  it('says it if another object has the name', async () => {
    expect(
      await failure(`${PATH} BEGIN;
        UPDATE config_maps_writable SET key = 'x' WHERE name = 'two';
        ${meanwhile('delete', 'configmap/two')}
        ${meanwhile('create', 'configmap', 'two')}
        COMMIT;`),
    ).toContain(
      `ConfigMap ${NAMESPACE}/two has changed since it was read: it was deleted, and another of its name was made`,
    )
    expect(read('configmap/two', '{.data}')).toBe('')
  })

  it('says it at once if the second change of an object finds another state', async () => {
    expect(
      await failure(`${PATH} SET client_min_messages = warning; BEGIN;
        UPDATE config_maps_writable SET key = 'x' WHERE name = 'two';
        ${meanwhile('label', 'configmap/two', 'by=other', '--field-manager=somebody')}
        UPDATE config_maps_writable SET key = 'y' WHERE name = 'two';`),
    ).toContain(`ConfigMap ${NAMESPACE}/two has changed since it was read, by somebody at 20`)
  })

  it('max_writes holds for the transaction', async () => {
    await run(`${PATH} ALTER FOREIGN TABLE config_maps OPTIONS (ADD max_writes '3');`)
    const statement = `INSERT INTO config_maps_writable (name) SELECT 'm-' || i FROM generate_series(1, 2) AS i;`
    const more = statement.replaceAll('m-', 'n-')
    const message = await failure(`${PATH} BEGIN; ${statement} ${more}`)
    expect(message).toContain('the transaction changes more than 3 objects')
    expect(await failure(`${PATH} BEGIN; SET CONSTRAINTS ALL IMMEDIATE; ${statement} ${more}`)).toContain(
      'the transaction changes more than 3 objects',
    )
    await run(`${PATH} ALTER FOREIGN TABLE config_maps OPTIONS (DROP max_writes);`)
    expect(names()).toEqual(isOwn ? ['one', 'two'] : ['m-1', 'm-2', 'n-1', 'one', 'two'])
  })

  it('k8s_fdw.dry_run sends nothing, and says so once', async () => {
    const all = await inSession(`SET k8s_fdw.dry_run = on; BEGIN;
      INSERT INTO config_maps_writable (name) VALUES ('tried-1'), ('tried-2') RETURNING name;
      SET LOCAL k8s_fdw.dry_run = off;
      INSERT INTO config_maps_writable (name) VALUES ('meant');
      COMMIT;`)
    expect(all.rows).toEqual([['tried-1'], ['tried-2']])
    expect(all.messages).toBe('NOTICE:  k8s_fdw.dry_run is on: 2 changes would be made, and none was\n')
    expect(names()).toEqual(['meant', 'one', 'two'])
    const late = await inSession(`BEGIN;
      DELETE FROM config_maps_writable WHERE name = 'one';
      SET k8s_fdw.dry_run = on;
      COMMIT;`)
    expect(late.messages).toBe('NOTICE:  k8s_fdw.dry_run is on: 1 changes would be made, and none was\n')
    expect(
      await failure(
        `${PATH} SET k8s_fdw.dry_run = onn; DELETE FROM config_maps_writable WHERE name = 'one';`,
      ),
    ).toContain('the setting k8s_fdw.dry_run is "onn"')
    expect(names()).toEqual(['meant', 'one', 'two'])
    expect(await rows('SELECT count(*) FROM writable_view.config_maps_writable_queue')).toEqual([['0']])
  })

  itUnless(needsCachedPlans, 'a prepared statement can run often', async () => {
    const { rows: found, failed } = await inSession(`
      PREPARE change AS UPDATE config_maps_writable SET key = $2 WHERE name = $1 RETURNING name, key;
      ${Array.from({ length: 7 }, (_, i) => `EXECUTE change ('one', 'v${i}');`).join('\n')}`)
    expect(failed).toBe(false)
    expect(found).toHaveLength(7)
    expect(read('configmap/one', '{.data.k}')).toBe('v6')
  })
})

describe('a queue that is kept', () => {
  it('says who has changed what, and nothing of a Secret', async () => {
    here('create', 'deployment', 'web', '--image', 'web:1')
    await run(`${PATH} UPDATE web SET replicas = 4 WHERE name = 'web';
      INSERT INTO secrets_writable (name, "stringData") VALUES ('s', '{"password": "hidden-words"}');
      UPDATE secrets_writable SET password = 'dHdv' WHERE name = 's';`)
    expect(read('secret/s', '{.data.password}')).toBe('dHdv')
    expect(
      await rows(`${PATH} SELECT session_role = session_user, effective_role = current_user, operation, kind, object, "values", sent_at > at
        FROM web_queue ORDER BY at DESC LIMIT 1`),
    ).toEqual([['t', 't', 'UPDATE', 'deployments.apps', `${NAMESPACE}/web`, '{"replicas": 4}', 't']])
    expect(await rows(`${PATH} SELECT operation, "values" FROM secrets_writable_queue ORDER BY at`)).toEqual([
      ['INSERT', '{"name": "***", "stringData": "***"}'],
      ['UPDATE', '{"password": "***"}'],
    ])
    expect(await rows('SELECT count(*) FROM writable_view.config_maps_writable_queue')).toEqual([['0']])
  })

  itUnless(needsPostgresLog, 'the server log has each request before it is made, and no value', async () => {
    const log = provided().postgresLog ?? ''
    const before = readFileSync(log, 'utf8').length
    await run(
      `${PATH} INSERT INTO config_maps_writable (name, data) VALUES ('logged', '{"a": "value-of-it"}');`,
    )
    const after = readFileSync(log, 'utf8').slice(before)
    expect(after).toContain(
      isOwn
        ? `LOG:  k8s_fdw: server "writable_view": POST /api/v1/namespaces/${NAMESPACE}/configmaps`
        : `LOG:  k8s_fdw sends the INSERT of configmaps ${NAMESPACE}/logged`,
    )
    expect(after).not.toContain('value-of-it')
  })
})

describe('rights', () => {
  const AS_CLERK = `SET search_path = writable_view; SET ROLE ${CLERK};`

  it('a role with rights on the view alone writes through it', async () => {
    expect(
      await rows(
        `${AS_CLERK} INSERT INTO config_maps_writable (name, data) VALUES ('clerks', '{"a": "1"}') RETURNING name`,
      ),
    ).toEqual([['clerks']])
    expect(
      await rows(`${AS_CLERK} DELETE FROM config_maps_writable WHERE name = 'clerks' RETURNING name`),
    ).toEqual([['clerks']])
    await run(`${PATH} BEGIN; SET LOCAL ROLE ${CLERK};
      UPDATE config_maps_writable SET data = '{"k": "clerk"}' WHERE name = 'one'; COMMIT;`)
    expect(read('configmap/one', '{.data.k}')).toBe('clerk')
  })

  it.each([
    [`UPDATE config_maps_writable SET name = 'x'`, 'permission denied for view config_maps_writable'],
    [`DELETE FROM config_maps`, 'permission denied for foreign table config_maps'],
    [`SELECT * FROM config_maps_writable_queue`, 'permission denied for table config_maps_writable_queue'],
    [
      `INSERT INTO config_maps_writable_queue (session_role, effective_role, operation, tried) VALUES ('a', 'b', 'DELETE', false)`,
      'permission denied for table config_maps_writable_queue',
    ],
    [
      `CREATE TEMP TABLE mine (name text); CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION config_maps_writable_change()`,
      'permission denied for function config_maps_writable_change',
    ],
    [
      `SELECT k8s_fdw.write_row('config_maps', 'DELETE', 'x', '${NAMESPACE}/one a b', NULL, false)`,
      'permission denied for foreign table config_maps',
    ],
    [
      `SELECT k8s_fdw.queue_change('config_maps', 'config_maps_writable_queue', 'DELETE', '{"object_key": "${NAMESPACE}/one a b"}', NULL)`,
      'permission denied for table config_maps_writable_queue',
    ],
  ])('and cannot: %s', async (sql, want) => {
    expect(await failure(`${AS_CLERK} ${sql};`)).toContain(want)
  })
})

describe('a view on top, whose condition says which rows a role has', () => {
  const AS_CLERK = `SET search_path = writable_view; SET ROLE ${CLERK};`

  it('lets it write those, and no others', async () => {
    here('label', 'configmap/one', 'for=clerk')
    expect(await rows(`${AS_CLERK} UPDATE guarded SET data = '{"k": "3"}' RETURNING name`)).toEqual([['one']])
    expect(
      await rows(
        `${AS_CLERK} INSERT INTO guarded (name, labels) VALUES ('hers', '{"for": "clerk"}') RETURNING name`,
      ),
    ).toEqual([['hers']])
    for (const statement of [
      `INSERT INTO guarded (name) VALUES ('others')`,
      `UPDATE guarded SET labels = '{}'`,
    ])
      expect(await failure(`${AS_CLERK} ${statement}`)).toContain(
        'new row violates check option for view "guarded"',
      )
    expect([read('configmap/one', '{.data.k}'), read('configmap/two', '{.data.k}')]).toEqual(['3', '2'])
    expect(names()).toEqual(['hers', 'one', 'two'])
  })
})

/** As PostgREST 12 and 13 write a request; $1 and $2 are its body and its filter's value. */
const postgrest = (
  kind: 'array' | 'single',
  mutation: string,
  returned = '"config_maps_writable".*',
): string => `
  WITH pgrst_source AS (${mutation})
  SELECT '' AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, array[]::text[] AS header,
    coalesce(json_agg(_postgrest_t)${kind === 'single' ? `->0, 'null'` : `, '[]'`}) AS body,
    nullif(current_setting('response.headers', true), '') AS response_headers,
    nullif(current_setting('response.status', true), '') AS response_status, '' AS response_inserted
  FROM (SELECT ${returned} FROM "pgrst_source" AS "config_maps_writable") _postgrest_t`

const VIEW = '"writable_view"."config_maps_writable"'
const PAYLOAD = (columns: string, types: string): string => `FROM (SELECT $1 AS json_data) pgrst_payload,
  LATERAL (SELECT CASE WHEN json_typeof(pgrst_payload.json_data) = 'array' THEN pgrst_payload.json_data ELSE json_build_array(pgrst_payload.json_data) END AS val) pgrst_uniform_json,
  LATERAL (SELECT ${columns} FROM json_to_recordset(pgrst_uniform_json.val) AS _(${types})) pgrst_body`
const RECORD = (columns: string, types: string): string => `FROM (SELECT $1 AS json_data) pgrst_payload,
  LATERAL (SELECT ${columns} FROM json_to_record(pgrst_payload.json_data) AS _(${types})) pgrst_body`

describe('statements of PostgREST', () => {
  const asPostgrest = (statement: string, types: string, values: string) =>
    session(`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SELECT set_config('search_path', '"writable_view", "public"', true), set_config('role', '${CLERK}', true),
        set_config('request.method', 'POST', true) \\g /dev/null
      PREPARE s (${types}) AS ${statement};
      EXECUTE s (${values});
      COMMIT;`)

  /** json_agg puts each of its elements on a line of its own. */
  const listIn = (found: string[][]): unknown => JSON.parse(/\[.*\]/s.exec(found.flat().join(' '))?.[0] ?? '')

  it('POST', async () => {
    const insert = `INSERT INTO ${VIEW}("data", "name") SELECT "pgrst_body"."data", "pgrst_body"."name"
      ${PAYLOAD('"data", "name"', '"data" jsonb, "name" text')} RETURNING `
    const answer = await asPostgrest(
      postgrest('array', `${insert} ${VIEW}."name", ${VIEW}."data"`),
      'json',
      `'[{"name": "posted-1", "data": {"a": "1"}}, {"name": "posted-2", "data": null}]'`,
    )
    expect(answer.messages).toBe('')
    expect(listIn(answer.rows)).toEqual([
      { name: 'posted-1', data: { a: '1' } },
      { name: 'posted-2', data: null },
    ])
    const minimal = await asPostgrest(
      postgrest('array', `${insert} 1`, '*').replace(`coalesce(json_agg(_postgrest_t), '[]')`, `''`),
      'json',
      `'{"name": "posted-3", "data": {}}'`,
    )
    expect(minimal.messages).toBe('')
    expect(minimal.rows[0]?.[1]).toBe('1')
    const populated = await asPostgrest(
      postgrest(
        'array',
        `WITH pgrst_payload AS (SELECT $1 AS json_data),
        pgrst_body AS (SELECT CASE WHEN json_typeof(json_data) = 'array' THEN json_data ELSE json_build_array(json_data) END AS val FROM pgrst_payload)
        INSERT INTO ${VIEW}("name") SELECT "name" FROM json_populate_recordset (null::${VIEW}, (SELECT val FROM pgrst_body)) _
        RETURNING ${VIEW}."name"`,
      ),
      'json',
      `'{"name": "posted-4"}'`,
    )
    expect(populated.messages).toBe('')
    expect(names()).toEqual(['one', 'posted-1', 'posted-2', 'posted-3', 'posted-4', 'two'])
  })

  it('PATCH', async () => {
    const answer = await asPostgrest(
      postgrest(
        'single',
        `UPDATE ${VIEW} SET "data" = "pgrst_body"."data" ${RECORD('"data"', '"data" jsonb')}
          WHERE ${VIEW}."name" = $2 RETURNING ${VIEW}."name", ${VIEW}."data"`,
      ),
      'json, text',
      `'{"data": {"k": "patched"}}', 'one'`,
    )
    expect(answer.messages).toBe('')
    expect(JSON.parse(answer.rows[0]?.[3] ?? '')).toEqual({ name: 'one', data: { k: 'patched' } })
    expect(read('configmap/one', '{.data.k}')).toBe('patched')
  })

  it('DELETE', async () => {
    const answer = await asPostgrest(
      postgrest('array', `DELETE FROM ${VIEW} WHERE ${VIEW}."name" = ANY ($1) RETURNING ${VIEW}."name"`),
      'text[]',
      `'{"one","two"}'`,
    )
    expect(answer.messages).toBe('')
    expect(listIn(answer.rows)).toEqual([{ name: 'one' }, { name: 'two' }])
    expect(names()).toEqual([])
  })
})

describe('a view that is made anew', () => {
  it('keeps its rights, has new columns, and goes without a trace', async () => {
    await run(`${PATH}
      CREATE FOREIGN TABLE again (name text, object_key text) SERVER writable_view
        OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
      SELECT k8s_fdw.writable('again'); GRANT INSERT ON again_writable TO ${CLERK};
      ALTER FOREIGN TABLE again ADD COLUMN data jsonb;
      SELECT k8s_fdw.writable('again');
      SET ROLE ${CLERK}; INSERT INTO again_writable (name, data) VALUES ('again', '{"a": "1"}');`)
    expect(read('configmap/again', '{.data.a}')).toBe('1')
    await run(
      `${PATH} DROP VIEW again_writable; DROP TABLE again_writable_queue; DROP FUNCTION again_writable_change();`,
    )
    expect(
      await rows(
        `SELECT relname::text FROM pg_class WHERE relname LIKE 'again\\_%' UNION SELECT proname FROM pg_proc WHERE proname LIKE 'again\\_%'`,
      ),
    ).toEqual([])
  })

  it(`${isOwn ? 'is made' : 'is not made'} over a table from which a column before the last was dropped`, async () => {
    const made = inSession(`
      CREATE FOREIGN TABLE dropped (gone text, name text, object_key text, data jsonb) SERVER writable_view
        OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
      ALTER FOREIGN TABLE dropped DROP COLUMN gone;
      SELECT k8s_fdw.writable('dropped');
      INSERT INTO dropped_writable (name, data) VALUES ('dropped', '{"a": "1"}');`)
    const { messages } = await made
    if (isOwn) expect(read('configmap/dropped', '{.data.a}')).toBe('1')
    else
      expect(messages).toContain(
        'Wrappers would write the values of writable_view.dropped to the wrong columns, as a column before "name" was dropped',
      )
  })
})
