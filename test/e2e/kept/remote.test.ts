// Kept tables that are brought to another Postgres, by the role that k8s_fdw.remote_script() makes: whatever happens on
// either side and in between, what kubectl lists is what the other table has after the next refresh, and logical
// replication there brings each change once.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listed, refreshAsDelivered, refreshBy, shown } from '../support/kept.ts'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { OtherPostgres, OWNER, WRITER } from '../support/other-postgres.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'brought'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const COLUMNS = 'name text, namespace text, uid text, labels jsonb, data jsonb, since timestamptz'
const CONFIGS = 'kubernetes.configs'

const other = new OtherPostgres()

const put = (name: string, data: Record<string, string>): Promise<void> =>
  create(PATH, { metadata: { name, labels: { app: 'web' } }, data })
const change = (name: string, data: Record<string, string>): Promise<void> =>
  suiteApi().patch(`${PATH}/${name}`, { data })
const value = async (sql: string): Promise<string> => (await rows(sql))[0]?.[0] ?? ''

const there = (from = CONFIGS): Promise<string[]> =>
  shown(from, async (sql) =>
    (await other.ask(sql))
      .split('\n')
      .filter((one) => one !== '')
      .map((one) => [one]),
  )
const expectAlike = async (from = CONFIGS): Promise<void> => {
  expect(await there(from)).toEqual(listed('-n', NAMESPACE))
}
const refresh = (): Promise<string> => run(`SELECT FROM k8s_fdw.refresh('remote.configs')`)
const follow = async (): Promise<string> =>
  (await session(`CALL k8s_fdw.follow('remote.configs', times => 1)`)).messages
const kept = (columns: string): Promise<string[][]> =>
  rows(`SELECT ${columns} FROM k8s_fdw.kept WHERE remote = 'remote.configs'::regclass`)
const script = (source = 'brought_source.configs'): Promise<string> =>
  rows(`SELECT k8s_fdw.remote_script('${source}')`).then((found) => found.map((row) => row.join('')).join(''))

/** Has each statement of a kind take two seconds there. */
const slow = (kind: string): string =>
  `CREATE FUNCTION kubernetes.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END';
   CREATE TRIGGER slow AFTER ${kind} ON ${CONFIGS} FOR EACH STATEMENT EXECUTE FUNCTION kubernetes.slow();`
const FAST = 'DROP FUNCTION kubernetes.slow() CASCADE;'
const ASLEEP = `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`

/** As if whoever writes the table had done so some minutes ago. */
const AGED = `UPDATE kubernetes.k8s_fdw_kept SET refreshed_at = refreshed_at - interval '6 minutes';`

/** What logical replication has had of the table since it was asked last. */
const decoded = async (): Promise<string[]> => {
  const text = await other.asSuperuser(`SELECT data FROM pg_logical_slot_get_changes('brought', NULL, NULL)`)
  return text
    .split('\n')
    .filter((line) => line.startsWith(`table ${CONFIGS}: `))
    .map((line) => line.slice(`table ${CONFIGS}: `.length).replace(/:.*/, ''))
    .sort()
}

describeUnless(needsOwnServers, 'a table of another Postgres', () => {
  beforeAll(async () => {
    await other.begin()
    await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    for (const name of ['a', 'b', 'c']) await put(name, { k: '1' })
    await createServer('brought')
    await run(`CREATE SCHEMA brought_source; CREATE SCHEMA remote;
      CREATE EXTENSION postgres_fdw; ${other.statements}
      CREATE FOREIGN TABLE brought_source.configs (${COLUMNS.replace('since timestamptz', `made timestamptz OPTIONS (alias 'metadata.creationTimestamp')`)})
        SERVER brought OPTIONS (object 'configmaps', namespace '${NAMESPACE}');`)
    await other.ask(await script())
    await other.ask(`ALTER ROLE ${WRITER} PASSWORD '${other.password}'`)
    await other.asSuperuser(`SELECT pg_create_logical_replication_slot('brought', 'test_decoding')`)
    await run('IMPORT FOREIGN SCHEMA kubernetes FROM SERVER other INTO remote')
  })

  afterAll(async () => {
    await refreshAsDelivered()
    await run(`DROP SCHEMA IF EXISTS remote, brought_source, brought_many, brought_kept CASCADE; DROP SERVER other CASCADE; SELECT k8s_fdw.tidy_kept();
      DROP EXTENSION IF EXISTS dblink; DROP EXTENSION postgres_fdw;`)
    await remove(`/api/v1/namespaces/${NAMESPACE}`)
    await other.end()
  })

  afterEach(() => {
    other.way.fault = 'none'
  })

  it('needs dblink, which is said before anything is made', async () => {
    expect(await failure(`SELECT k8s_fdw.keep('brought_source.configs', 'remote.configs')`)).toContain(
      'the extension dblink is not installed, by which kept tables are brought to another database',
    )
    await run('CREATE EXTENSION dblink')
  })

  it('is filled at once, and has a kept table beside it', async () => {
    const { messages } = await session(
      `SELECT k8s_fdw.keep('brought_source.configs', 'remote.configs', every => '10 seconds', history => true)`,
    )
    expect(messages).toContain('remote.configs_kept is refreshed by whoever calls k8s_fdw.refresh()')
    await expectAlike()
    expect(await shown('remote.configs')).toEqual(await shown('remote.configs_kept'))
    expect(await kept('relation, rows, sent_at = refreshed_at, remote_error')).toEqual([
      ['remote.configs_kept', '3', 't', '∅'],
    ])
    expect(
      await other.ask(
        `SELECT resource_version ~ '^[0-9]+$', refreshed_at > now() - interval '1 minute' FROM kubernetes.k8s_fdw_kept`,
      ),
    ).toBe('t|t')
    expect(await decoded()).toEqual(['INSERT', 'INSERT', 'INSERT'])
  })

  it('gets each change once, and nothing when nothing has changed', async () => {
    await put('d', { k: '1' })
    await change('a', { k: 'changed' })
    await remove(`${PATH}/b`)
    await put('b', { k: 'anew' })
    await refresh()
    await expectAlike()
    expect(await decoded()).toEqual(['DELETE', 'INSERT', 'INSERT', 'UPDATE'])
    const before = await other.ask('SELECT generation FROM kubernetes.k8s_fdw_kept')
    await refresh()
    expect(await follow()).toBe('')
    expect(await decoded()).toEqual([])
    expect(await other.ask('SELECT generation FROM kubernetes.k8s_fdw_kept')).toBe(before)
    // How old the table is can be seen there all the same.
    expect(await kept('sent_at = refreshed_at')).toEqual([['t']])
    expect(
      await value(
        `SELECT refreshed_at = '${await other.ask('SELECT refreshed_at FROM kubernetes.k8s_fdw_kept')}' FROM k8s_fdw.kept WHERE remote = 'remote.configs'::regclass`,
      ),
    ).toBe('t')
  })

  it('gets a change as a whole, or nothing of it yet', async () => {
    await other.ask(slow('DELETE OR INSERT'))
    const before = await there()
    await remove(`${PATH}/d`)
    await put('e', { k: '1' })
    const done = refresh()
    for (const what of ['DELETE', 'WITH'])
      await expect
        .poll(() => other.asSuperuser(`${ASLEEP} AND query LIKE '${what}%'`), {
          timeout: 20_000,
          interval: 50,
        })
        .toBe('1')
        .then(async () => expect(await there()).toEqual(before))
    await done
    await expectAlike()
    await other.ask(FAST)
    await decoded()
  })

  describe('when the other Postgres is away', () => {
    it('goes on here, says so, and brings it up to date afterwards, each change once', async () => {
      const { port } = other.way
      await other.way.close()
      await change('a', { k: 'first' })
      expect(await failure(`SELECT * FROM k8s_fdw.refresh('remote.configs')`)).toMatch(
        /remote\.configs is not brought up to date: could not establish connection: .*Connection refused\nHINT: {2}What changes meanwhile is brought there later\./,
      )
      const said = await follow()
      expect(said).toContain(
        'WARNING:  remote.configs is not brought up to date: could not establish connection',
      )
      await remove(`${PATH}/e`)
      await change('a', { k: 'second' })
      await follow()
      expect(await shown('remote.configs_kept')).toEqual(listed('-n', NAMESPACE))
      expect(
        await kept(
          `error, remote_error LIKE '%Connection refused%', remote_error_since < now(), sent_at < refreshed_at`,
        ),
      ).toEqual([['∅', 't', 't', 't']])
      await other.way.open(port)
      expect(await follow()).toBe('')
      await expectAlike()
      expect(await decoded()).toEqual(['DELETE', 'UPDATE'])
      expect(await kept('remote_error, remote_error_since')).toEqual([['∅', '∅']])
    })

    it('is right after it was killed in the middle of a refresh, and recovered', async () => {
      await other.ask(slow('UPDATE'))
      const before = await there()
      await change('a', { k: 'in the middle' })
      const refused = failure(`SELECT * FROM k8s_fdw.refresh('remote.configs')`)
      await expect.poll(() => other.asSuperuser(ASLEEP), { timeout: 20_000, interval: 50 }).toBe('1')
      await other.kill()
      expect(await refused).toContain('remote.configs is not brought up to date: ')
      expect(await follow()).toContain('remote.configs is not brought up to date: ')
      await other.start()
      expect(await there()).toEqual(before)
      await other.ask(FAST)
      expect(await follow()).toBe('')
      await expectAlike()
      await decoded()
    })

    it.each(['cut before commit', 'cut after commit'] as const)(
      'is right when the connection is %s, and what changed has changed back',
      async (fault) => {
        await change('a', { k: 'as before' })
        await refresh()
        await change('a', { k: fault })
        await put('passing', { k: '1' })
        other.way.fault = fault
        expect(await failure(`SELECT * FROM k8s_fdw.refresh('remote.configs')`)).toContain(
          'is not brought up to date: server closed the connection unexpectedly',
        )
        other.way.fault = 'none'
        expect((await there()).join('').includes('"passing"')).toBe(fault === 'cut after commit')
        await change('a', { k: 'as before' })
        await remove(`${PATH}/passing`)
        await follow()
        await expectAlike()
        await decoded()
        expect(await follow()).toBe('')
        expect(await decoded()).toEqual([])
      },
    )
  })

  it('is right when the session here ends after the other side has committed', async () => {
    await change('a', { k: 'as before' })
    await refresh()
    await change('a', { k: 'seen there alone' })
    const ended = session(`BEGIN; SELECT FROM k8s_fdw.refresh('remote.configs'); SELECT pg_sleep(61);`)
    const pid = `SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(61)%' AND pid <> pg_backend_pid()`
    await expect.poll(() => value(pid), { timeout: 20_000 }).not.toBe('')
    expect((await there()).join('')).toContain('seen there alone')
    await run(`SELECT pg_terminate_backend((${pid}))`)
    await ended
    await change('a', { k: 'as before' })
    expect(await follow()).toBe('')
    await expectAlike()
  })

  it('is not kept by a session that is cancelled in the middle', async () => {
    await other.ask(slow('UPDATE'))
    await change('a', { k: 'cancelled' })
    const answer = await session(
      `SET statement_timeout = '1s'; SELECT FROM k8s_fdw.refresh('remote.configs'); RESET statement_timeout;
       SELECT count(*) FROM unnest(dblink_get_connections()) AS c;`,
    )
    expect(answer.messages).toContain('statement timeout')
    expect(answer.rows).toEqual([['0']])
    await other.ask(FAST)
    await refresh()
    await expectAlike()
  })

  it('goes on after a time-out of the other side', async () => {
    await other.ask(`${slow('UPDATE')} ALTER ROLE ${WRITER} SET statement_timeout = '500ms';`)
    await change('a', { k: 'timed out' })
    const answer = await session(`CALL k8s_fdw.follow('remote', every => '1 second', times => 2)`)
    expect(answer.failed).toBe(false)
    expect(answer.messages.match(/canceling statement due to statement timeout/g)).toHaveLength(2)
    await other.ask(`${FAST} ALTER ROLE ${WRITER} RESET statement_timeout;`)
    await follow()
    await expectAlike()
  })

  it.each([
    ['emptied', `TRUNCATE ${CONFIGS}`],
    ['changed', `UPDATE ${CONFIGS} SET data = '{"k": "by hand"}' WHERE name = 'a'`],
    ['filled', `INSERT INTO ${CONFIGS} (uid, name, namespace) VALUES ('by hand', 'by-hand', '${NAMESPACE}')`],
    ['thinned', `DELETE FROM ${CONFIGS} WHERE name = 'b'`],
    [
      'restored, with its note, to what it was',
      `UPDATE kubernetes.k8s_fdw_kept SET generation = gen_random_uuid()`,
    ],
  ])('is put right after it was %s by hand, though nothing has changed in the cluster', async (_, sql) => {
    await refresh()
    await other.ask(sql)
    expect(await follow()).toBe('')
    await expectAlike()
    await decoded()
    await refresh()
    expect(await decoded()).toEqual([])
  })

  it('is not written by a database that was restored from a dump, until keep() takes it over', async () => {
    // What a dump does not have.
    await run(
      'DELETE FROM k8s_fdw.kept_sent; DELETE FROM k8s_fdw.kept_state; DELETE FROM k8s_fdw.kept_unsent;',
    )
    await change('a', { k: 'after a restore' })
    const before = await there()
    expect(await follow()).toContain('kubernetes.configs is written by another database, since 20')
    const keep = `SET client_min_messages = warning; SELECT k8s_fdw.keep('brought_source.configs', 'remote.configs')`
    // The one that it was made of may still be there.
    expect(await failure(keep)).toContain('kubernetes.configs is written by another database, since 20')
    expect(await there()).toEqual(before)
    await other.ask(AGED)
    await run(keep)
    await expectAlike()
    expect(await decoded()).toEqual(['UPDATE'])
  })

  it('is put right when it was made anew by the script, and waits for that', async () => {
    await other.ask(`DROP TABLE ${CONFIGS}`)
    expect(await failure(`SELECT * FROM k8s_fdw.refresh('remote.configs')`)).toMatch(
      /kubernetes\.configs is not as k8s_fdw\.remote_script\(\) makes it\nHINT: {2}Run there what this prints: SELECT k8s_fdw\.remote_script\('brought_source\.configs', …\);/,
    )
    await other.ask(await script())
    await refresh()
    await expectAlike()
    await other.ask(`DROP TRIGGER k8s_fdw_touched ON ${CONFIGS}`)
    expect(await failure(`SELECT * FROM k8s_fdw.refresh('remote.configs')`)).toContain(
      'kubernetes.configs is not as k8s_fdw.remote_script() makes it',
    )
    await other.ask(await script())
    await refresh()
    await expectAlike()
    await decoded()
  })

  describe('rights', () => {
    it('are to write these tables, and no more', async () => {
      await other.ask('CREATE TABLE public.others (i int)')
      expect(
        await other.ask(`SELECT string_agg(table_name || ' ' || privilege_type, ', ' ORDER BY table_name, privilege_type)
          FROM information_schema.role_table_grants WHERE grantee = '${WRITER}'`),
      ).toBe(
        'configs DELETE, configs INSERT, configs SELECT, configs UPDATE, k8s_fdw_kept SELECT, k8s_fdw_kept UPDATE',
      )
      for (const sql of [
        'SELECT * FROM public.others',
        `TRUNCATE ${CONFIGS}`,
        `ALTER TABLE ${CONFIGS} ADD x int`,
        'CREATE TABLE kubernetes.mine (i int)',
        'DELETE FROM kubernetes.k8s_fdw_kept',
        'CREATE ROLE another',
      ])
        await expect(other.asWriter(sql), sql).rejects.toThrow(/permission denied|must be owner/)
      expect(
        await other.ask(
          `SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = '${WRITER}'`,
        ),
      ).toBe('f')
    })

    it('that are missing are said, and given by the script again', async () => {
      await other.ask(`REVOKE DELETE ON ${CONFIGS} FROM ${WRITER}`)
      await remove(`${PATH}/b`)
      const said = await follow()
      expect(said).toContain('remote.configs is not brought up to date: permission denied for table configs')
      await other.ask(await script())
      await follow()
      await expectAlike()
    })

    it('hold with row-level security, which hides nothing from the role, and say so if it does', async () => {
      await other.ask(`ALTER TABLE ${CONFIGS} ENABLE ROW LEVEL SECURITY; ALTER TABLE kubernetes.k8s_fdw_kept ENABLE ROW LEVEL SECURITY;
        CREATE POLICY nobody ON ${CONFIGS} FOR SELECT USING (false);`)
      await put('b', { k: 'with policies' })
      await change('a', { k: 'with policies' })
      await remove(`${PATH}/c`)
      await refresh()
      await expectAlike()
      await other.ask(`DROP POLICY k8s_fdw_writer ON ${CONFIGS}`)
      await remove(`${PATH}/b`)
      expect(await failure(`SELECT * FROM k8s_fdw.refresh('remote.configs')`)).toContain(
        'row-level security hides rows of kubernetes.configs from the role that is to write them',
      )
      await other.ask(await script())
      await refresh()
      await expectAlike()
      await other.ask(`DROP POLICY nobody ON ${CONFIGS}; ALTER TABLE ${CONFIGS} DISABLE ROW LEVEL SECURITY;`)
    })

    it('say no password when they are refused', async () => {
      await run(
        `ALTER USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (SET password '${other.password}x')`,
      )
      const said = await follow()
      expect(said).toContain(`password authentication failed for user "${WRITER}"`)
      expect(said + (await kept('remote_error')).join()).not.toContain(other.password)
      await run(`ALTER USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (SET password '${other.password}')`)
      expect(await follow()).toBe('')
    })

    it('are those of the kept table’s owner, who need be no superuser', async () => {
      await run(`CREATE ROLE brought_jane; GRANT USAGE ON FOREIGN SERVER brought, other TO brought_jane; CREATE SCHEMA brought_hers AUTHORIZATION brought_jane;
        GRANT USAGE ON SCHEMA brought_source, remote TO brought_jane; GRANT SELECT ON ALL TABLES IN SCHEMA brought_source TO brought_jane;
        CREATE USER MAPPING FOR brought_jane SERVER other OPTIONS (user '${WRITER}', password '${other.password}');`)
      const jane = (sql: string): string => `SET ROLE brought_jane; SET client_min_messages = warning; ${sql}`
      await other.ask(AGED)
      await run(
        jane(`IMPORT FOREIGN SCHEMA kubernetes LIMIT TO (configs) FROM SERVER other INTO brought_hers;
        SELECT k8s_fdw.keep('brought_source.configs', 'brought_hers.configs');`),
      )
      // That took the table over.
      const taken = await failure(`SELECT * FROM k8s_fdw.refresh('remote.configs')`)
      expect(taken).toContain('kubernetes.configs is written by another database, since 20')
      expect(taken).toContain('k8s_fdw.keep() here takes the table over')
      await change('a', { k: 'by jane' })
      await run(jane(`CALL k8s_fdw.follow('brought_hers', times => 1)`))
      await expectAlike()
      expect(await failure(jane(`SELECT k8s_fdw.send_kept('remote.configs_kept')`))).toContain(
        'only its owner can refresh it',
      )
      expect(
        await failure(
          jane(
            `INSERT INTO k8s_fdw.kept_remotes (relation, remote) VALUES ('brought_hers.configs_kept', 'remote.configs')
              ON CONFLICT (relation) DO UPDATE SET remote = EXCLUDED.remote`,
          ),
        ),
      ).toContain('remote.configs belongs to another role than "brought_jane"')
      expect(await failure(jane(`DELETE FROM k8s_fdw.kept_remotes`))).toContain('belongs to another role')
      expect(await failure(jane(`SELECT error FROM k8s_fdw.kept_sent`))).toContain('permission denied')
      await other.ask(AGED)
      await run(`DROP OWNED BY brought_jane CASCADE; DROP ROLE brought_jane; SELECT k8s_fdw.tidy_kept();
        SET client_min_messages = error; SELECT k8s_fdw.keep('brought_source.configs', 'remote.configs');`)
      await change('a', { k: 'taken back' })
      expect(await follow()).toBe('')
      await expectAlike()
    })
  })

  it('follows other columns of its source when its owner gives it them, and says which', async () => {
    await run(
      `ALTER FOREIGN TABLE brought_source.configs ADD COLUMN k text OPTIONS (alias 'data.k'), DROP COLUMN made`,
    )
    const keep = `SELECT k8s_fdw.keep('brought_source.configs', 'remote.configs')`
    const said = await failure(keep)
    expect(said).toContain('kubernetes.configs lacks columns, or has others: k text')
    const alter = /ALTER TABLE kubernetes\.configs ADD k text;/.exec(said)?.[0] ?? ''
    await other.ask(alter)
    const { messages } = await session(keep)
    expect(messages).toContain(
      'remote.configs has columns that its source has no longer, and what they show grows old',
    )
    expect(messages).toContain('ALTER TABLE kubernetes.configs DROP made;')
    await change('a', { k: 'in a column' })
    await refresh()
    expect(await other.ask(`SELECT k FROM ${CONFIGS} WHERE name = 'a'`)).toBe('in a column')
    await other.ask(`ALTER TABLE ${CONFIGS} ALTER k TYPE varchar(99), ADD COLUMN note text DEFAULT 'mine'`)
    await change('a', { k: 'in another type' })
    expect(await follow()).toContain('kubernetes.configs lacks columns, or has others: k text')
    await other.ask(`ALTER TABLE ${CONFIGS} ALTER k TYPE text`)
    await follow()
    await expectAlike()
    expect(await other.ask(`SELECT note FROM ${CONFIGS} WHERE name = 'a'`)).toBe('mine')
  })

  it('has values of every type as they are', async () => {
    await run(`CREATE FOREIGN TABLE brought_source.typed (name text, "Da""t%a" jsonb OPTIONS (alias 'data'), made timestamptz OPTIONS (alias 'metadata.creationTimestamp'),
        n bigint OPTIONS (alias 'data.n'), q numeric OPTIONS (alias 'data.q'), f double precision OPTIONS (alias 'data.f'), b boolean OPTIONS (alias 'data.b'))
        SERVER brought OPTIONS (object 'configmaps', namespace '${NAMESPACE}', label_selector 'typed');`)
    await create(PATH, {
      metadata: { name: 'typed', labels: { typed: '' } },
      data: { n: '9007199254740993', q: '0.10', f: '0.1', b: 'true', text: `'quoted' \\ "%L" \n é 🐘 {}` },
    })
    await other.ask(await script('brought_source.typed'))
    await run(`IMPORT FOREIGN SCHEMA kubernetes LIMIT TO (typed) FROM SERVER other INTO remote;
      SELECT k8s_fdw.keep('brought_source.typed', 'remote.typed');`)
    const columns = `row_to_json(t)::text`
    const here = await value(`SET timezone = 'UTC'; SELECT ${columns} FROM remote.typed_kept AS t`)
    expect(await other.ask(`SET timezone = 'UTC'; SELECT ${columns} FROM kubernetes.typed AS t`)).toBe(here)
    expect(here).toContain('9007199254740993')
    expect(here).toContain('🐘')
    await run(`SELECT k8s_fdw.stop_keeping('remote.typed')`)
    await remove(`${PATH}/typed`)
    await refresh()
  })

  it('may be one of many: a schema is kept at once, and of several clusters', async () => {
    await createServer('brought_west')
    await run(`CREATE SCHEMA brought_many; CREATE SCHEMA brought_kept;
      CREATE FOREIGN TABLE brought_many.template (name text, namespace text, uid text, labels jsonb, data jsonb) SERVER brought OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
      SELECT k8s_fdw.partition_by_cluster('brought_many.template', ARRAY['brought', 'brought_west'], name => 'every');
      CREATE FOREIGN TABLE brought_many.pods (name text, namespace text) SERVER brought OPTIONS (object 'pods');`)
    await run(`DROP FOREIGN TABLE brought_many.template`)
    await run(
      `CREATE FOREIGN TABLE brought_many.version (git_version text) SERVER brought OPTIONS (object 'version')`,
    )
    const forAll = await script('brought_many')
    expect(forAll).toMatch(/-- Left out: brought_many\.version cannot be kept: what it shows has no uid/)
    await other.ask(forAll)
    await run('DROP FOREIGN TABLE brought_many.version')
    await run('IMPORT FOREIGN SCHEMA kubernetes LIMIT TO (every) FROM SERVER other INTO brought_kept')
    const answer = await session(`SELECT * FROM k8s_fdw.keep_all('brought_many', 'brought_kept')`)
    expect(answer.rows.map(([table = '', , problem = '']) => [table, problem])).toEqual([
      ['brought_kept.every_kept', '∅'],
      ['brought_many.pods', 'there is no foreign table brought_kept.pods of another Postgres'],
    ])
    for (const cluster of ['brought', 'brought_west'])
      await expectAlike(`kubernetes.every WHERE cluster = '${cluster}'`)
    await change('a', { k: 'in both' })
    await remove(`${PATH}/b`).catch(() => undefined)
    expect((await session(`CALL k8s_fdw.follow('brought_kept', times => 1)`)).messages).toBe('')
    for (const cluster of ['brought', 'brought_west'])
      await expectAlike(`kubernetes.every WHERE cluster = '${cluster}'`)
    await run(
      'DROP SCHEMA brought_kept, brought_many CASCADE; DROP SERVER brought_west CASCADE; SELECT k8s_fdw.tidy_kept();',
    )
    expect(await value('SELECT count(*) FROM k8s_fdw.kept_remotes')).toBe('1')
  })

  it('is refused where it cannot be', async () => {
    await run(
      `CREATE FOREIGN TABLE brought_source.revealed (name text, data jsonb) SERVER brought OPTIONS (object 'secrets', reveal_secrets 'true')`,
    )
    expect(
      await failure(
        `SELECT k8s_fdw.keep('brought_source.revealed', 'remote.configs', reveal_secrets => true)`,
      ),
    ).toContain('the values of Secrets are not brought to another database')
    expect(await failure(`SELECT k8s_fdw.remote_script('brought_source.revealed')`)).toContain(
      'shows the values of Secrets',
    )
    expect(await failure(`SELECT k8s_fdw.remote_script('nowhere')`)).toContain(
      'there is no foreign table nowhere, nor a schema with some',
    )
    await run('DROP FOREIGN TABLE brought_source.revealed; DROP FOREIGN TABLE remote.configs;')
    await change('a', { k: 'without a foreign table' })
    expect((await session(`CALL k8s_fdw.follow('remote.configs_kept', times => 1)`)).messages).toContain(
      'its foreign table is gone',
    )
    await run(`IMPORT FOREIGN SCHEMA kubernetes LIMIT TO (configs) FROM SERVER other INTO remote;
      SET client_min_messages = warning; SELECT k8s_fdw.keep('brought_source.configs', 'remote.configs');`)
    await expectAlike()
  })

  describe('in the end', () => {
    beforeEach(() => refreshBy('watch'))

    it('is brought by a watch too', async () => {
      await change('a', { k: 'watched' })
      await put('w', { k: '1' })
      await refresh()
      await expectAlike()
      await remove(`${PATH}/w`)
      await refresh()
      await expectAlike()
    })

    it('is left as it is by stop_keeping(), and so is the kept table', async () => {
      const before = await there()
      await run(`SELECT k8s_fdw.stop_keeping('remote.configs')`)
      await change('a', { k: 'unseen' })
      expect(await there()).toEqual(before)
      expect(await failure(`SELECT k8s_fdw.refresh('remote.configs')`)).toContain(
        'remote.configs is no kept table',
      )
      expect(
        await value(
          `SELECT (SELECT count(*) FROM k8s_fdw.kept_remotes) + (SELECT count(*) FROM k8s_fdw.kept_unsent)`,
        ),
      ).toBe('0')
      expect(kubectl(['get', 'configmap', 'a', '-n', NAMESPACE, '-o', 'jsonpath={.data.k}'])).toBe('unseen')
      expect(await other.ask(`SELECT rolname FROM pg_roles WHERE rolname = '${OWNER}'`)).toBe(OWNER)
    })
  })
})
