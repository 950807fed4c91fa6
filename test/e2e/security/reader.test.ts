// The role that k8s_fdw.reader() makes, tried by one who wants to break out of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage, section, sqlBlocks } from '../../support/markdown.ts'
import { runIn } from '../support/docs.ts'
import { describeUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS, createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'reader'
const DATABASE = 'k8s_fdw_agents'
const SECRET = 'not-for-the-reader'

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await create(`/api/v1/namespaces/${NAMESPACE}/secrets`, {
    metadata: { name: 's' },
    stringData: { password: SECRET },
  })
  await run(
    `DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE); DROP ROLE IF EXISTS analyst; CREATE ROLE reader_of_more CREATEDB; CREATE SCHEMA reader;`,
  )
})

afterAll(async () => {
  await run('DROP ROLE reader_of_more')
  await run(`DROP SCHEMA reader CASCADE; DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);
    DROP OWNED BY analyst; DROP ROLE analyst;`).catch(() => undefined)
  await remove(`/api/v1/namespaces/${NAMESPACE}`)
})

describe('reader()', () => {
  it('refuses what would give away more, and says how it is mended', async () => {
    await createServer('unsafe', { trace: 'on' })
    await run(`CREATE FOREIGN TABLE reader.secrets (name text, data jsonb)
      SERVER unsafe OPTIONS (object 'secrets', reveal_secrets 'true');`)
    const refused = await session(`SELECT k8s_fdw.reader('analyst', 'reader');`)
    for (const text of [
      'ERROR:  schema reader is not for a reader yet: reader.secrets shows the values of Secrets;',
      'server unsafe has its token in the option api_key, which every role of the database can read',
      'server unsafe has no bound on the bytes of a scan; server unsafe has no bound on the rows of a scan',
      'server unsafe prints the trace of its requests',
      'server unsafe takes settings of the session, with which a role could print the trace of its requests',
      'HINT:  ALTER FOREIGN TABLE reader.secrets OPTIONS (DROP reveal_secrets);',
      `ALTER SERVER unsafe OPTIONS (ADD max_rows '10000');`,
    ])
      expect(refused.messages).toContain(text)
    expect(await rows(`SELECT count(*) FROM pg_roles WHERE rolname = 'analyst'`)).toEqual([['0']])
    await run('DROP SERVER unsafe CASCADE')
  })

  it.each([
    [`k8s_fdw.reader('analyst', 'nowhere')`, 'there is no schema nowhere'],
    [`k8s_fdw.reader('analyst', 'reader', '0 s')`, 'statement_timeout must be some time, such as 30 s'],
    [
      `k8s_fdw.reader('reader_of_more', 'reader')`,
      'role "reader_of_more" is there already, and may do more than read\nHINT:  Give the name of a new role. This one has CREATEDB.',
    ],
  ])('%s', async (call, problem) => {
    expect(await failure(`SELECT ${call};`)).toContain(problem)
  })
})

describe('reader() of kept tables', () => {
  it('gives the kept tables, and nothing by which they follow the cluster', async () => {
    // A token in api_key is as much as Wrappers can have; the reader asks no server, and so none needs a bound.
    await createServer('reader_kept')
    await run(`CREATE SCHEMA reader_kept; CREATE SCHEMA reader_source;
      CREATE FOREIGN TABLE reader_source.secrets (name text, namespace text, uid text) SERVER reader_kept OPTIONS (object 'secrets', namespace '${NAMESPACE}');
      SELECT k8s_fdw.keep('reader_source.secrets', 'reader_kept.secrets', history => true);`)
    try {
      const said = await rows(`SELECT what, detail FROM k8s_fdw.reader('reader_of_kept', 'reader_kept')`)
      expect(said.filter(([what]) => what === 'tables' || what === 'bound')).toEqual([
        ['tables', expect.stringMatching(/^2 may be read/)],
      ])
      const may =
        await rows(`SELECT c.relname, has_table_privilege('reader_of_kept', c.oid, 'SELECT') FROM pg_class AS c
        WHERE c.relnamespace = 'reader_kept'::regnamespace AND c.relkind IN ('r', 'f') ORDER BY c.relname COLLATE "C"`)
      expect(may).toEqual([
        ['secrets', 't'],
        ['secrets_history', 't'],
        ['secrets_watch', 'f'],
      ])
      expect(await rows('SET ROLE reader_of_kept; SELECT name FROM reader_kept.secrets')).toEqual([['s']])
      await run(`CREATE FOREIGN TABLE reader_source.revealed (name text, uid text, data jsonb)
          SERVER reader_kept OPTIONS (object 'secrets', namespace '${NAMESPACE}', reveal_secrets 'true');
        SELECT k8s_fdw.keep('reader_source.revealed', 'reader_kept.revealed', reveal_secrets => true)`)
      expect(await failure(`SELECT k8s_fdw.reader('reader_of_kept', 'reader_kept')`)).toContain(
        'schema reader_kept is not for a reader yet: reader_kept.revealed keeps the values of Secrets',
      )
    } finally {
      await run(`DROP SCHEMA reader_kept, reader_source CASCADE; DROP SERVER reader_kept CASCADE;
        DROP OWNED BY reader_of_kept; DROP ROLE reader_of_kept;`)
    }
  })
})

/** The role logs in, with its settings. */
const asAnalyst = async (sql: string): Promise<string> => {
  const { messages, statements } = await runIn(DATABASE, `\\c - analyst\n${sql}`)
  return `${messages}${statements.map(({ output }) => output).join('')}`
}

describeUnless(needsOwnHost ?? needsOwnServers, 'docs/agents.md', () => {
  beforeAll(async () => {
    const { apiServer, token } = provided()
    await run(`CREATE DATABASE ${DATABASE};`)
    const [make = ''] = sqlBlocks(section(readPage('docs/agents.md'), 'Make the role')).map(({ sql }) => sql)
    const { messages } = await runIn(
      DATABASE,
      `${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw;
      ${make.replace('https://10.0.0.1:6443', apiServer).replace("'…'", `'${token}'`)}`,
    )
    expect(messages).not.toContain('ERROR')
  })

  it('says what there is', async () => {
    const [list = ''] = sqlBlocks(section(readPage('docs/agents.md'), 'Tell it what there is')).map(
      ({ sql }) => sql,
    )
    const shown = await asAnalyst(list)
    expect(shown).toContain('Pod is a collection of containers that can run on a host')
    expect(shown).toMatch(/name text, namespace text, uid text/)
  })

  it('reads, and Secrets are masked', async () => {
    expect(await asAnalyst(`SELECT count(*) FROM pods WHERE namespace = 'kube-system';`)).toContain('7')
    const secret = await asAnalyst(`SELECT data FROM secrets WHERE namespace = '${NAMESPACE}';`)
    expect(secret).toContain('{"password": "***"}')
  })

  it.each([
    ['DELETE FROM pods;', 'cannot execute DELETE in a read-only transaction'],
    ['SET TRANSACTION READ WRITE; DELETE FROM pods;', 'permission denied for foreign table pods'],
    ['SET TRANSACTION READ WRITE; CREATE TABLE agents.t ();', 'permission denied for schema agents'],
    [
      `SET TRANSACTION READ WRITE; CREATE SERVER mine FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:1');`,
      'permission denied for foreign-data wrapper k8s_fdw',
    ],
    [
      `SET TRANSACTION READ WRITE; CREATE TEMP TABLE x (); CREATE FOREIGN TABLE pg_temp.mine (name text) SERVER for_agents OPTIONS (object 'secrets', reveal_secrets 'true');`,
      'permission denied for foreign server for_agents',
    ],
    [
      `SET TRANSACTION READ WRITE; ALTER SERVER for_agents OPTIONS (DROP max_rows);`,
      'must be owner of foreign server for_agents',
    ],
    [
      `SET TRANSACTION READ WRITE; ALTER FOREIGN TABLE agents.secrets OPTIONS (ADD reveal_secrets 'true');`,
      'must be owner of foreign table secrets',
    ],
    [
      'SET TRANSACTION READ WRITE; GRANT pg_read_all_data TO analyst;',
      'must have admin option on role "pg_read_all_data"',
    ],
    [`COPY (SELECT 1) TO PROGRAM 'id';`, 'to COPY to or from an external program'],
    ['SET ROLE postgres;', 'permission denied to set role "postgres"'],
  ])('cannot: %s', async (sql, problem) => {
    expect(await asAnalyst(`BEGIN;\n${sql}\nROLLBACK;`)).toContain(problem)
  })

  it('sees no token, and no trace', async () => {
    const { token } = provided()
    const seen = await asAnalyst(`SELECT * FROM pg_foreign_server; SELECT * FROM pg_user_mappings;
      SELECT * FROM k8s_fdw.requests(); SET k8s_fdw.trace = on; SELECT name FROM nodes LIMIT 1;`)
    expect(seen).not.toContain(token)
    expect(seen).not.toContain('INFO')
    expect(seen).toContain('(1 row)')
  })

  it('gets an error and no rows beyond the bounds', async () => {
    const bound = (rowsMost: string, bytesMost: string): Promise<unknown> =>
      runIn(
        DATABASE,
        `ALTER SERVER for_agents OPTIONS (SET max_rows '${rowsMost}', SET max_bytes '${bytesMost}');`,
      )
    await bound('3', '256MB')
    const tooMany = await asAnalyst('SELECT name FROM pods;')
    expect(tooMany).toContain(
      "k8s_fdw[limit] the scan has more than the 3 rows that the server's option max_rows allows",
    )
    expect(tooMany).not.toContain('coredns')
    expect(await asAnalyst('SELECT name FROM pods LIMIT 3;')).toContain('(3 rows)')
    await bound('10000', '8kB')
    expect(await asAnalyst('SELECT attrs FROM pods;')).toMatch(/k8s_fdw\[limit\] .* has read \d+ bytes/)
  })
})
