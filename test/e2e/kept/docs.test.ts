// Every statement of docs/keeping.md runs as it stands, in the order of the page, in a database of its own; the recipes
// find what the cluster and its history have.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { psql } from '../../support/psql.ts'
import { fillIn, readPage, sqlBlocks } from '../../support/markdown.ts'
import { runIn, type Outcome } from '../support/docs.ts'
import { kubectl } from '../support/kubectl.ts'
import { apply } from '../support/manifests.ts'
import { patchStatus, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { OtherPostgres, WRITER } from '../support/other-postgres.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { run } from '../support/sql.ts'

const DATABASE = 'k8s_fdw_keeping'
const POD = '/api/v1/namespaces/shop/pods/db-0'

const other = new OtherPostgres()

beforeAll(async () => {
  await other.begin()
  const { apiServer, token } = provided()
  await apply(suiteApi(), 'shop.yaml')
  await run(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE); CREATE DATABASE ${DATABASE};`)
  await runIn(
    DATABASE,
    `${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw; SET client_min_messages = error;
     CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key '${token}');`,
  )
})

afterAll(async () => {
  await run(`DROP DATABASE ${DATABASE} WITH (FORCE)`)
  await remove('/api/v1/namespaces/shop').catch(() => undefined)
  await other.end()
})

/** What the page has → what there is here. */
const VALUES = (): Map<string, string> =>
  new Map([
    [
      "host 'db.example.com', dbname 'postgres'",
      `host '127.0.0.1', port '${other.way.port}', dbname 'project'`,
    ],
    ["sslmode 'verify-full', sslrootcert '/etc/ssl/project.crt'", "sslmode 'disable'"],
    ["password '…'", `password '${other.password}'`],
  ])

/** The first column of the one row, as it is. */
const value = async (sql: string): Promise<string> => {
  const { psql: program, conninfo } = provided()
  const args = ['-q', '-At', '-v', 'ON_ERROR_STOP=1']
  return (await psql({ psql: program, conninfo, args, sql: `\\connect ${DATABASE}\n${sql}` })).stdout
}

/** As if all of it had begun two days ago: no page can wait so long. */
const AGED = `UPDATE k8s_fdw.kept_tables SET history_from = history_from - interval '2 days';
  DO $$ DECLARE h regclass; BEGIN
    FOR h IN SELECT history FROM k8s_fdw.kept WHERE history IS NOT NULL LOOP
      EXECUTE format('UPDATE %s SET valid = tstzrange(lower(valid) - interval ''2 days'', upper(valid)) WHERE change = ''FOUND''', h);
    END LOOP; END $$;`

const restarted = (count: number, reason?: string): Promise<void> =>
  patchStatus(POD, {
    containerStatuses: [
      {
        name: 'db',
        image: 'docker.io/library/postgres:17',
        imageID: '',
        ready: true,
        restartCount: count,
        state: { running: { startedAt: '2024-05-06T07:08:09Z' } },
        lastState: reason === undefined ? {} : { terminated: { exitCode: 137, reason } },
      },
    ],
  })

/** What happens before the statements of a section. */
const BEFORE: Readonly<Record<string, () => Promise<void>>> = {
  'Its history': async () => {
    await runIn(DATABASE, AGED)
    await restarted(3)
    kubectl(['scale', 'deployment/web', '-n', 'shop', '--replicas=5'])
    kubectl(['set', 'image', 'deployment/web', 'web=registry.example.com/shop/web:1.4.3', '-n', 'shop'])
    await runIn(DATABASE, `CALL k8s_fdw.follow('kept', times => 1)`)
  },
}

/** What the last statement of a section finds, or what it leads to. */
const AFTER: Readonly<Record<string, (outcome: Outcome) => void | Promise<void>>> = {
  'Its history': ({ statements }) => {
    expect(statements[0]?.output).toContain('db-0')
    expect(statements[1]?.output).toMatch(/MODIFIED \| shop +\| db-0 .*"restartCount": 3/)
  },
  'Bring it to another Postgres': async ({ statements }) => {
    const { sql = '', output = '' } = statements.at(-1) ?? {}
    if (sql.includes('remote_script')) {
      await other.ask(await value(sql))
      await other.ask(`ALTER ROLE ${WRITER} PASSWORD '${other.password}'`)
    } else if (sql.includes('from k8s_fdw.kept')) {
      expect(output).toContain('remote.pods_kept')
      const pods = kubectl(['get', 'pods', '-A', '-o', 'name']).trim().split('\n')
      expect(await other.ask('SELECT count(*) FROM kubernetes.pods')).toBe(String(pods.length))
    }
  },
  'Events that stay': ({ statements }) => expect(statements[0]?.output).toContain('Back-off restarting'),
  'What ran where at a time': ({ statements }) => expect(statements[0]?.rowCount).toBe(2),
  'Restarts a day, by image': ({ statements }) =>
    expect(statements[0]?.output).toMatch(/docker\.io\/library\/postgres:17 \| +3/),
  'Who changed a deployment, and when': ({ statements }) => {
    // It was scaled, and then had its image set.
    expect(statements[0]?.output).toMatch(/web +\| kubectl +\|/)
    expect(statements[0]?.output).toMatch(/web +\| kubectl-set +\|/)
  },
  'What differs between two moments': ({ statements }) => {
    expect(statements[0]?.rowCount).toBe(1)
    expect(statements[0]?.output).toContain('web:1.4.3')
  },
  'An alert when a container runs out of memory': async () => {
    await restarted(4, 'OOMKilled')
    const { psql: program, conninfo } = provided()
    const { stdout } = await psql({
      psql: program,
      conninfo,
      args: ['-q', '-At'],
      sql: `\\connect ${DATABASE}\nLISTEN out_of_memory;\nSELECT changed FROM k8s_fdw.refresh('kept.pods');\nSELECT 1;`,
    })
    expect(stdout).toContain('"out_of_memory" with payload "shop/db-0"')
  },
  'A chart in Grafana': ({ statements }) => expect(statements[0]?.output).toContain('Running'),
}

describe('docs/keeping.md', () => {
  const used = new Set<string>()
  const of = <T>(table: Readonly<Record<string, T>>, title: string): T | undefined => {
    const heading = Object.keys(table).find((one) => title.includes(one))
    if (heading !== undefined) used.add(heading)
    return heading === undefined ? undefined : table[heading]
  }

  for (const { title, sql } of sqlBlocks(readPage('docs/keeping.md'))) {
    it(title, async () => {
      await of(BEFORE, title)?.()
      const outcome = await runIn(DATABASE, `SET client_min_messages = warning;\n${fillIn(sql, VALUES())}`)
      expect(outcome.messages).toBe('')
      await of(AFTER, title)?.({ ...outcome, statements: outcome.statements.slice(1) })
    })
  }

  it('was looked at behind each recipe', () => {
    expect([...used].sort()).toEqual([...new Set([...Object.keys(AFTER), ...Object.keys(BEFORE)])].sort())
  })
})
