// Clusters that are asked at the same time through postgres_fdw, by this Postgres and by another. Each front of the API
// server answers only when all of them have been asked, so a query that asks one after the other would fail.
import type { RequestListener, ServerResponse } from 'node:http'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMPONENT } from '../../../tools/paths.ts'
import { installK8sFdw } from '../support/install.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'
import { getText, list } from '../support/oracle.ts'
import { OtherPostgres } from '../support/other-postgres.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { serve, type Serving } from '../support/serving.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const PATH = '/api/v1/namespaces/kube-system/pods'
const PATIENCE_MS = 20_000

/** Holds each request until as many wait as are expected together. */
class Fronts {
  readonly #waiting: ServerResponse[] = []
  together = 1
  body = ''
  #server: Serving | undefined

  readonly #listener: RequestListener = (asked, response) => {
    if ((asked.url ?? '').startsWith('/refused')) {
      response.writeHead(401).end()
      return
    }
    if (!(asked.url ?? '').includes(PATH)) {
      response.writeHead(404).end()
      return
    }
    this.#waiting.push(response)
    setTimeout(() => {
      const at = this.#waiting.indexOf(response)
      if (at < 0) return
      this.#waiting.splice(at, 1)
      response.writeHead(504).end()
    }, PATIENCE_MS).unref()
    if (this.#waiting.length < this.together) return
    for (const one of this.#waiting.splice(0))
      one.writeHead(200, { 'content-type': 'application/json' }).end(this.body)
  }

  async open(): Promise<void> {
    this.body = await getText(PATH)
    this.#server = await serve(this.#listener)
  }

  url(cluster: string): string {
    return `${this.#server?.url ?? ''}/${cluster}`
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }
}

const fronts = new Fronts()
let names: string[] = []

const rowsOfEach = (clusters: readonly string[]): string[][] =>
  clusters.flatMap((cluster) => names.map((name) => [cluster, name]))
/** Postgres asks at the same time where it need not have the rows in an order. */
const SHOWN = (table: string): string =>
  `SELECT * FROM (SELECT cluster, name FROM ${table} OFFSET 0) AS unsorted ORDER BY cluster, name`
const CLUSTERS = ['once1', 'once2', 'once3', 'once4']

beforeAll(async () => {
  await fronts.open()
  names = (await list(PATH)).map(({ metadata }) => metadata.name).sort()
  for (const cluster of CLUSTERS) await createServer(cluster, { api_url: fronts.url(cluster) })
  const [[folder = '', port = ''] = []] = await rows(
    `SELECT current_setting('unix_socket_directories'), current_setting('port')`,
  )
  await run(`CREATE SCHEMA once; CREATE EXTENSION IF NOT EXISTS postgres_fdw;
    CREATE FOREIGN TABLE once.pod (name text, namespace text, labels jsonb)
      SERVER once1 OPTIONS (object 'pods', namespace 'kube-system');
    SELECT k8s_fdw.partition_by_cluster('once.pod', ARRAY['once1', 'once2'], 'pods');
    DO $do$ BEGIN
      EXECUTE format('CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)',
        '${folder.split(',')[0] ?? ''}', '${port}', current_database());
      EXECUTE format('CREATE USER MAPPING FOR CURRENT_USER SERVER here OPTIONS (user %L)', current_user);
    END $do$`)
})

afterAll(async () => {
  await run(`SET client_min_messages = error; DROP SCHEMA once CASCADE;
    DROP SERVER IF EXISTS ${CLUSTERS.join(', ')} CASCADE; DROP EXTENSION postgres_fdw CASCADE;`)
  await fronts.close()
})

describe('k8s_fdw.at_once()', () => {
  it('asks all clusters at the same time', async () => {
    expect(await rows(`SELECT k8s_fdw.at_once('once.pods', 'here')`)).toEqual([['once.pods_at_once']])
    fronts.together = 2
    expect(await rows(SHOWN('once.pods_at_once'))).toEqual(rowsOfEach(['once1', 'once2']))
  })

  it('asks only the cluster of a condition, and sends the others', async () => {
    fronts.together = 1
    expect(
      await rows(`SELECT cluster, name FROM once.pods_at_once
        WHERE cluster = 'once2' AND labels @> '{"component": "etcd"}'`),
    ).toEqual([['once2', 'etcd-master']])
  })

  it('does so for what groups, joins and counts, and not for what is to come in an order', async () => {
    const isAsync = async (sql: string): Promise<boolean> =>
      (await rows(`EXPLAIN (COSTS off) ${sql}`)).join().includes('Async Foreign Scan')
    const from = 'FROM once.pods_at_once AS p'
    expect(await isAsync(`SELECT namespace, count(*) ${from} GROUP BY namespace`)).toBe(true)
    expect(await isAsync(`SELECT * ${from} JOIN (VALUES ('a')) AS v (name) USING (name)`)).toBe(true)
    expect(await isAsync(SHOWN('once.pods_at_once'))).toBe(true)
    expect(await isAsync(`SELECT name ${from} ORDER BY name`)).toBe(false)
    expect(await isAsync(`SELECT cluster, count(*) ${from} GROUP BY cluster ORDER BY cluster`)).toBe(false)
  })

  it('follows the clusters when it is called again', async () => {
    await run(`SELECT k8s_fdw.add_cluster('once.pods', 'once3');
      DROP FOREIGN TABLE once.pods_once1;
      SELECT k8s_fdw.at_once('once.pods', 'here');`)
    fronts.together = 2
    expect(await rows(SHOWN('once.pods_at_once'))).toEqual(rowsOfEach(['once2', 'once3']))
  })

  it('tells which clusters are there, each asked directly', async () => {
    fronts.together = 1
    const found = await rows(
      `SELECT cluster, relation, reachable, rows FROM k8s_fdw.clusters('once.pods_at_once')`,
    )
    expect(found).toEqual([
      ['once2', 'once.pods_once2', 't', expect.anything()],
      ['once3', 'once.pods_once3', 't', expect.anything()],
    ])
  })

  it('tells so to a role that may read the table and nothing else, and never that it knows more', async () => {
    const asked = (more: string, table = 'once.pods'): Promise<string[][]> =>
      session(`SET client_min_messages = error; CREATE ROLE once_reader; GRANT USAGE ON SCHEMA once TO once_reader;
        GRANT SELECT ON once.pods, once.pods_at_once TO once_reader; ${more} SET ROLE once_reader;
        SELECT cluster, reachable, version, rows, error FROM k8s_fdw.clusters('${table}');
        RESET ROLE; DROP OWNED BY once_reader; DROP ROLE once_reader;`).then(({ rows: found }) => found)
    fronts.together = 1
    expect(await asked('')).toEqual(
      ['once2', 'once3'].map((cluster) => [cluster, 't', '∅', String(names.length), '∅']),
    )
    expect(await asked('', 'once.pods_at_once')).toEqual(
      ['once2', 'once3'].map((cluster) => [
        cluster,
        '∅',
        '∅',
        '∅',
        'user mapping not found for "once_reader"',
      ]),
    )
  })

  it('makes no connection without a password that another role has', async () => {
    const { rows: done, messages } = await session(`SET client_min_messages = error; CREATE ROLE once_other;
      GRANT USAGE ON FOREIGN SERVER here TO once_other; GRANT USAGE ON SCHEMA once TO once_other; SET ROLE once_other;
      SELECT k8s_fdw.at_once('once.pods', 'here', 'theirs'); RESET ROLE;
      CREATE SERVER once_there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x');
      ALTER SERVER once_there OWNER TO once_other; CREATE USER MAPPING FOR CURRENT_USER SERVER once_there OPTIONS (password 'hunter2');
      CREATE USER MAPPING FOR once_other SERVER once_there OPTIONS (user 'o', password 'hunter3');
      GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO once_other; GRANT CREATE, USAGE ON SCHEMA once TO once_other;
      GRANT SELECT ON ALL TABLES IN SCHEMA once TO once_other; SET ROLE once_other;
      SELECT k8s_fdw.connection_like(s, 'once_made') FROM pg_foreign_server AS s WHERE s.srvname = 'once_there'; RESET ROLE;
      SELECT usename, umoptions FROM pg_user_mappings WHERE srvname = 'once_made';
      DROP SERVER once_made, once_there CASCADE; DROP OWNED BY once_other; DROP ROLE once_other;`)
    expect(messages).toContain('the server "here" has no user mapping that Postgres shows to "once_other"')
    expect(done.filter(([first]) => first !== '')).toEqual([['once_other', '{user=o,password=hunter3}']])
  })

  it('says where a password stays that it copied, and puts it nowhere else', async () => {
    const { messages } = await session(`SET log_min_messages = debug5; SET client_min_messages = debug1;
      CREATE SERVER once_there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x');
      CREATE USER MAPPING FOR PUBLIC SERVER once_there OPTIONS (password 'hunter4');
      SET pg_stat_statements.track = 'all';
      SELECT k8s_fdw.connection_like(s, 'once_made') FROM pg_foreign_server AS s WHERE s.srvname = 'once_there';
      SET client_min_messages = error; DROP SERVER once_made, once_there CASCADE;`)
    expect(messages).toContain(
      'NOTICE:  the statement that made the user mapping of server "once_made" is kept, with the password in it, by pg_stat_statements',
    )
    expect(messages).not.toContain('hunter4')
  })

  it('tells of one table, and of what can be told in a transaction that only reads', async () => {
    fronts.together = 1
    const { rows: found } = await session(`BEGIN READ ONLY;
      SELECT cluster, reachable, version, rows, error FROM k8s_fdw.clusters('once.pod'); COMMIT;`)
    expect(found).toEqual([
      [
        'once1',
        't',
        '∅',
        String(names.length),
        'cannot execute CREATE FOREIGN TABLE in a read-only transaction',
      ],
    ])
  })

  it('follows a table that was given another name', async () => {
    await run(`ALTER FOREIGN TABLE once.pods_once2 RENAME TO "Pods of 2"`)
    expect(await failure(`SELECT count(*) FROM once.pods_at_once`)).toContain('once.pods_once2')
    await run(`SELECT k8s_fdw.at_once('once.pods', 'here')`)
    fronts.together = 2
    expect(await rows(SHOWN('once.pods_at_once'))).toEqual(rowsOfEach(['once2', 'once3']))
    await run(
      `ALTER FOREIGN TABLE once."Pods of 2" RENAME TO pods_once2; SELECT k8s_fdw.at_once('once.pods', 'here')`,
    )
  })

  it.each([
    ['its own name', `'once.pods', 'here', 'pods'`, 'once.pods is there already, and is another table'],
    [
      'the name of another table',
      `'once.pods', 'here', 'pod'`,
      'once.pod is there already, and is another table',
    ],
    ['no server', `'once.pods', NULL`, 'no server of postgres_fdw is called "<NULL>"'],
  ])('refuses %s', async (_, args, problem) => {
    expect(await failure(`SELECT k8s_fdw.at_once(${args})`)).toContain(problem)
  })

  it('refuses clusters of another Postgres that have no name', async () => {
    expect(
      await failure(
        `SELECT k8s_fdw.add_postgres('once.pods_at_once', 'here', ARRAY['a', NULL], 'once.pods')`,
      ),
    ).toContain('it is not said which clusters the server "here" has')
  })

  it('passes on the error that names the cluster', async () => {
    await run(`ALTER SERVER once3 OPTIONS (SET api_url '${fronts.url('refused')}')`)
    fronts.together = 1
    expect(await failure(`SELECT count(*) FROM once.pods_at_once`)).toContain(
      `k8s_fdw[status] cluster "once3": GET ${PATH}: 401 Unauthorized`,
    )
  })

  it('refuses what would be left out without a word, unless the log is word enough', async () => {
    await run(`ALTER SERVER once3 OPTIONS (ADD unreachable 'skip')`)
    expect(await failure(`SELECT k8s_fdw.at_once('once.pods', 'here', 'skipping')`)).toContain(
      `the server "once3" has unreachable 'skip', and postgres_fdw does not bring the warning that says what is left out`,
    )
    expect(
      await rows(`SELECT k8s_fdw.at_once('once.pods', 'here', 'skipping', skip_in_log => true)`),
    ).toEqual([['once.skipping']])
  })

  it('refuses to ask as somebody else', async () => {
    await run(`ALTER SERVER once3 OPTIONS (DROP unreachable, ADD impersonate_user_setting 'role')`)
    expect(await failure(`SELECT k8s_fdw.at_once('once.pods', 'here', 'others')`)).toContain(
      'the server "once3" has impersonate_user_setting, and the sessions that would ask it have other settings',
    )
  })

  it('goes with its clusters', async () => {
    await run(
      `SET client_min_messages = error; DROP SERVER once3 CASCADE; SELECT k8s_fdw.at_once('once.pods', 'here')`,
    )
    expect(await rows(SHOWN('once.pods_at_once'))).toEqual(rowsOfEach(['once2']))
  })
})

describeUnless(needsOwnServers, 'k8s_fdw.add_postgres()', () => {
  const other = new OtherPostgres()
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-once-'))
  let port = ''

  beforeAll(async () => {
    await other.begin()
    const component = join(folder, 'k8s_fdw.wasm')
    copyFileSync(COMPONENT, component)
    const conninfo = `${other.conninfo} user=postgres dbname=project`
    await installK8sFdw({ psql: other.psql, conninfo }, `file://${component}`)
    port = /port=(\d+)/.exec(conninfo)?.[1] ?? ''
    const there = `host '${/host=(\S+)/.exec(conninfo)?.[1] ?? ''}', port '${port}', dbname 'project'`
    const { token } = provided()
    const servers = ['once5', 'once6'].map(
      (name) => `CREATE SERVER ${name} FOREIGN DATA WRAPPER k8s_fdw
        OPTIONS (api_url '${fronts.url(name)}', api_key '${token}');`,
    )
    await other.asSuperuser(`SET client_min_messages = error; ${servers.join('\n')} CREATE SCHEMA fleet;
      CREATE EXTENSION postgres_fdw;
      CREATE FOREIGN TABLE fleet.pod (name text, namespace text, labels jsonb)
        SERVER once5 OPTIONS (object 'pods', namespace 'kube-system');
      SELECT k8s_fdw.partition_by_cluster('fleet.pod', ARRAY['once5', 'once6'], 'pods');
      CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${there});
      CREATE USER MAPPING FOR CURRENT_USER SERVER here OPTIONS (user 'postgres');
      SELECT k8s_fdw.at_once('fleet.pods', 'here');`)
    await run(`CREATE SERVER second FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (${there}, async_capable 'true');
      CREATE USER MAPPING FOR CURRENT_USER SERVER second OPTIONS (user 'postgres');`)
  })

  afterAll(async () => {
    await other.end()
    rmSync(folder, { recursive: true })
  })

  it('asks the clusters of two Postgres servers at the same time', async () => {
    expect(
      await rows(
        `SELECT k8s_fdw.add_postgres('once.pods_at_once', 'second', ARRAY['once5', 'once6'], 'fleet.pods_at_once')`,
      ),
    ).toEqual([['once.pods_at_once_second']])
    fronts.together = 3
    expect(await rows(SHOWN('once.pods_at_once'))).toEqual(rowsOfEach(['once2', 'once5', 'once6']))
  })

  it('asks another Postgres only for the cluster of a condition', async () => {
    fronts.together = 1
    expect(await rows(SHOWN(`once.pods_at_once WHERE cluster = 'once6'`))).toEqual(rowsOfEach(['once6']))
  })

  it('counts the rows of its clusters, and says so when it is away', async () => {
    const CHECKED = `SELECT cluster, relation, reachable, rows, error IS NULL FROM k8s_fdw.clusters('once.pods_at_once') WHERE cluster <> 'once2'`
    expect(await rows(CHECKED)).toEqual(
      ['once5', 'once6'].map((name) => [name, 'once.pods_at_once_second', 't', String(names.length), 't']),
    )
    await run(`ALTER SERVER second OPTIONS (SET port '9')`)
    expect(await rows(CHECKED)).toEqual(
      ['once5', 'once6'].map((name) => [name, 'once.pods_at_once_second', 'f', '∅', 'f']),
    )
    await run(`ALTER SERVER second OPTIONS (SET port '${port}')`)
  })

  it('stays when the clusters of this Postgres are gone through again', async () => {
    await run(`SELECT k8s_fdw.at_once('once.pods', 'here')`)
    fronts.together = 3
    expect(await rows(SHOWN('once.pods_at_once'))).toEqual(rowsOfEach(['once2', 'once5', 'once6']))
  })
})
