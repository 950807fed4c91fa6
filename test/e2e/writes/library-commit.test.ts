// On the extension's own library changes are tried as the rows come, and sent at COMMIT. What the cluster then has, and
// what Postgres does with a table of its own by the same statements, is what kubectl finds.
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, itUnless, needsOwnHost, needsPostgresLog } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { serve, type Serving } from '../support/serving.ts'
import { rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'library-commit'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`

const names = (): string[] =>
  kubectl(['get', 'configmaps', '-n', NAMESPACE, '-o', 'jsonpath={.items[*].metadata.name}'])
    .split(' ')
    .filter((name) => name !== '')
    .sort()

const value = (name: string): string =>
  kubectl(['get', 'configmap', name, '-n', NAMESPACE, '-o', 'jsonpath={.data.k}'])

const insert = (name: string, schema = 'library_commit'): string =>
  `INSERT INTO ${schema}.maps (name, data) VALUES ('${name}', '{"k": "0"}');`

const update = (to: string, name = 'a'): string =>
  `UPDATE library_commit.maps SET k = '${to}' WHERE name = '${name}';`

const WAITING =
  'NOTICE:  k8s_fdw: earlier changes of this table wait for COMMIT: the statement finds the objects as they are without them'

/** The requests that the API server got for real, through a proxy; the next one may be held back. */
let proxy: Serving
let real: string[] = []
let holds: (count: number) => boolean = () => false

describeUnless(needsOwnHost, 'the library sends at COMMIT', () => {
  beforeAll(async () => {
    const { apiServer, ca, token } = provided()
    proxy = await serve((incoming, outgoing) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const body = Buffer.concat(chunks)
        const { method = '', url = '' } = incoming
        if (method !== 'GET' && !url.includes('dryRun') && !body.includes('dryRun')) {
          real.push(`${method} ${url.replace(/\?.*/, '')}`)
          if (holds(real.length)) return
        }
        const onward = request(
          new URL(url, apiServer),
          { method, ca, headers: { ...incoming.headers, authorization: `Bearer ${token}` } },
          (answer) => {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
            answer.pipe(outgoing)
          },
        )
        onward.end(body)
      })
    })
    await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    await createServer('library_commit', { writes: 'on' })
    await createServer('library_commit_proxy', { writes: 'on', api_url: proxy.url })
    for (const [schema, server] of [
      ['library_commit', 'library_commit'],
      ['library_proxied', 'library_commit_proxy'],
    ])
      await run(`CREATE SCHEMA ${schema};
        CREATE FOREIGN TABLE ${schema}.maps (name text, data jsonb, k text OPTIONS (alias 'data.k'), object_key text)
          SERVER ${server} OPTIONS (object 'configmaps', namespace '${NAMESPACE}');`)
    await run(`CREATE FOREIGN TABLE library_commit.applied (name text, data jsonb, object_key text)
        SERVER library_commit OPTIONS (object 'configmaps', namespace '${NAMESPACE}', on_insert 'apply');`)
  })

  afterAll(async () => {
    await proxy.close()
    kubectl(['delete', 'configmaps', '--all', '-n', NAMESPACE, '--wait=false'])
    await remove(`/api/v1/namespaces/${NAMESPACE}`)
  })

  beforeEach(async () => {
    kubectl(['delete', 'configmaps', '--all', '-n', NAMESPACE])
    await create(PATH, { metadata: { name: 'a' }, data: { k: '0' } })
    real = []
    holds = () => false
  })

  describe('what is undone was never sent', () => {
    it.each([
      ['ROLLBACK', `BEGIN; ${insert('b')} ${update('1')} ROLLBACK;`, ['a'], '0'],
      ['COMMIT', `BEGIN; ${insert('b')} ${update('1')} COMMIT;`, ['a', 'b'], '1'],
      [
        'ROLLBACK TO SAVEPOINT',
        `BEGIN; ${insert('b')} SAVEPOINT s; ${insert('c')} ROLLBACK TO s; ${insert('d')} COMMIT;`,
        ['a', 'b', 'd'],
        '0',
      ],
      [
        'a savepoint that is released into one that is undone',
        `BEGIN; SAVEPOINT s; SAVEPOINT t; ${insert('b')} RELEASE t; ROLLBACK TO s; COMMIT;`,
        ['a'],
        '0',
      ],
      [
        'a savepoint that is released',
        `BEGIN; SAVEPOINT s; ${insert('b')} RELEASE s; COMMIT;`,
        ['a', 'b'],
        '0',
      ],
      [
        'an exception block',
        `DO $$ BEGIN ${insert('b')} BEGIN ${insert('c')} PERFORM 1/0; EXCEPTION WHEN division_by_zero THEN NULL; END; END $$;`,
        ['a', 'b'],
        '0',
      ],
      ['a failed statement', `BEGIN; ${insert('b')} SELECT 1/0; COMMIT;`, ['a'], '0'],
      [
        'a statement that fails after its rows',
        `BEGIN; ${insert('b')} SAVEPOINT s;
         INSERT INTO library_commit.maps (name) SELECT 'c' || 1/i FROM generate_series(1, 0, -1) AS i;
         ROLLBACK TO s; COMMIT;`,
        ['a', 'b'],
        '0',
      ],
      [
        'a cancelled one',
        `BEGIN; SET LOCAL statement_timeout = '2s';
         INSERT INTO library_commit.maps (name) SELECT 'c' FROM pg_sleep(0) UNION ALL SELECT 'd' FROM pg_sleep(9); COMMIT;`,
        ['a'],
        '0',
      ],
      ['the end of the session', `BEGIN; ${insert('b')}`, ['a'], '0'],
      [
        'a COMMIT within a procedure',
        `DO $$ BEGIN ${insert('b')} COMMIT; ${insert('c')} ROLLBACK; END $$;`,
        ['a', 'b'],
        '0',
      ],
    ])('%s', async (_, sql, want, k) => {
      await session(sql)
      expect(names()).toEqual(want)
      expect(value('a')).toBe(k)
    })
  })

  it('in the order of the statements, and the cluster has none of it before', async () => {
    const answer = await session(`BEGIN;
      ${insert('c', 'library_proxied')} ${insert('b', 'library_proxied')}
      DELETE FROM library_proxied.maps WHERE name = 'a';
      SELECT string_agg(name, ' ' ORDER BY name) FROM library_commit.maps;
      COMMIT;
      SELECT string_agg(name, ' ' ORDER BY name) FROM library_commit.maps;`)
    expect(answer.rows).toEqual([['a'], ['b c']])
    expect(answer.messages).toContain(WAITING)
    expect(real).toEqual([`POST ${PATH}`, `POST ${PATH}`, `DELETE ${PATH}/a`])
  })

  describe('one object in several statements', () => {
    it('has the last value', async () => {
      const answer = await session(`BEGIN; ${update('1')} ${update('2')} ${update('3')} COMMIT;`)
      expect(answer.messages.split(WAITING)).toHaveLength(3)
      expect(answer.failed).toBe(false)
      expect(value('a')).toBe('3')
    })

    it('is deleted at last', async () => {
      expect((await session(`BEGIN; ${update('1')} DELETE FROM library_commit.maps; COMMIT;`)).failed).toBe(
        false,
      )
      expect(names()).toEqual([])
    })

    it('is changed after it was applied', async () => {
      const answer = await session(`BEGIN;
        INSERT INTO library_commit.applied (name, data) VALUES ('a', '{"l": "1"}'); ${update('2')} COMMIT;`)
      expect(answer.failed).toBe(false)
      expect(value('a')).toBe('2')
    })

    it('is not there any more once it is deleted, as with a table of Postgres', async () => {
      const answer = await session(`BEGIN; DELETE FROM library_commit.maps;
        UPDATE library_commit.maps SET k = '1' RETURNING name; DELETE FROM library_commit.maps RETURNING name; COMMIT;`)
      expect(answer.rows).toEqual([])
      expect(answer.failed).toBe(false)
      expect(names()).toEqual([])
    })

    it('is not blamed on somebody else', async () => {
      expect((await session(`BEGIN; ${insert('b')} ${insert('b')} COMMIT;`)).messages).toContain(
        'k8s_fdw[write] the transaction changes the object b already, and that change waits for COMMIT Hint: COMMIT first, and then run the statement again.',
      )
      expect(
        (await session(`BEGIN; DELETE FROM library_commit.maps; ${insert('a')} COMMIT;`)).messages,
      ).toContain('k8s_fdw[write] the object a is deleted by the transaction, and stays there until COMMIT')
      expect(names()).toEqual(['a'])
    })

    it('is still compared with what others do to it', async () => {
      holds = (count) => {
        if (count === 1) kubectl(['label', 'configmap', 'a', '-n', NAMESPACE, 'l=1'])
        return false
      }
      const answer = await session(`BEGIN; UPDATE library_proxied.maps SET k = '1'; COMMIT;`)
      expect(answer.messages).toMatch(/has changed since it was read, by kubectl-label/)
    })
  })

  it('more statements than it keeps instances of', async () => {
    const answer = await session(`DO $$ BEGIN
      FOR i IN 1..70 LOOP INSERT INTO library_commit.maps (name) VALUES ('n' || i); END LOOP; END $$;`)
    expect(answer.messages).toBe('')
    expect(names()).toHaveLength(71)
  })

  it('an error there undoes what Postgres did, and says what is made', async () => {
    await run('CREATE TABLE IF NOT EXISTS library_commit.local (i integer)')
    holds = (count) => {
      if (count === 1) kubectl(['create', 'configmap', 'c', '-n', NAMESPACE])
      return false
    }
    const answer = await session(`BEGIN; INSERT INTO library_commit.local VALUES (1);
      ${insert('b', 'library_proxied')} ${insert('c', 'library_proxied')} COMMIT;
      SELECT count(*) FROM library_commit.local;
      SELECT server, "table", method, path, status, now() - "time" < '1 min' FROM k8s_fdw.writes();`)
    expect(answer.messages).toContain('ConfigMap library-commit/c is there already')
    expect(answer.messages).toContain(
      'WARNING:  k8s_fdw: 1 change was made in the cluster before the COMMIT failed',
    )
    const write = ['library_commit_proxy', 'library_proxied.maps', 'POST', PATH]
    expect(answer.rows).toEqual([['0'], [...write, '201', 't'], [...write, '409', 't']])
  })

  it('a transaction that Postgres itself refuses after that says what is made', async () => {
    const { psql, conninfo } = provided()
    const begin = 'BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM library_commit.seen;'
    const see = 'INSERT INTO library_commit.seen VALUES (1);'
    // Both have read what the other writes, and the other is first.
    const { messages } = await session(`CREATE TABLE library_commit.seen (i integer);
      ${begin} ${see} ${insert('refused-by-postgres')}
      \\! ${psql} -q -o /dev/null -c "${begin} ${see} COMMIT" "${conninfo}"
      COMMIT;`)
    expect(messages).toContain('ERROR:  could not serialize access')
    expect(messages).toContain('WARNING:  k8s_fdw: 1 change was made in the cluster before the COMMIT failed')
    expect(names()).toContain('refused-by-postgres')
  })

  it('k8s_fdw.dry_run counts when the statement runs, and says so then', async () => {
    const answer = await session(`SET k8s_fdw.dry_run = on; BEGIN; ${insert('b')} \\echo after
      SET k8s_fdw.dry_run = off; ${insert('c')} SET k8s_fdw.dry_run = on; COMMIT; SELECT * FROM k8s_fdw.writes();`)
    expect(answer.messages).toContain('k8s_fdw.dry_run is on: 1 changes would be made, and none was')
    expect(names()).toEqual(['a', 'c'])
  })

  it('not with PREPARE TRANSACTION', async () => {
    const answer = await session(`BEGIN; ${insert('b')} PREPARE TRANSACTION 'p';`)
    expect(answer.messages).toContain(
      'k8s_fdw[write] the transaction has changed foreign tables of k8s_fdw, and PREPARE TRANSACTION cannot keep such changes',
    )
    expect(names()).toEqual(['a'])
  })

  it('a COMMIT that hangs can be cancelled', async () => {
    holds = () => true
    const committing = session(`SET application_name = 'commits'; ${insert('b', 'library_proxied')}
      SELECT status FROM k8s_fdw.writes();`)
    await expect.poll(() => real.length, { timeout: 20_000 }).toBe(1)
    await rows(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'commits'`)
    const answer = await committing
    expect(answer.messages).toContain('canceling statement due to user request')
    expect(answer.rows).toEqual([['∅']])
  })

  itUnless(needsPostgresLog, 'the log has what a killed backend sent, and no value', async () => {
    const log = (): string => readFileSync(provided().postgresLog ?? '', 'utf8')
    const before = log().length
    holds = (count) => count === 2
    const committing = session(`SET application_name = 'dies'; BEGIN;
      ${insert('b', 'library_proxied')} ${insert('c', 'library_proxied').replace('"0"', '"confidential"')} COMMIT;`)
    await expect.poll(() => real.length, { timeout: 20_000 }).toBe(2)
    const [[pid = ''] = []] = await rows(`SELECT pid FROM pg_stat_activity WHERE application_name = 'dies'`)
    process.kill(Number(pid), 'SIGKILL')
    expect((await committing).messages).toContain('server closed the connection')
    const said = log().slice(before)
    expect(said.match(/LOG: {2}k8s_fdw: server "library_commit_proxy": POST \S+/g)).toEqual([
      `LOG:  k8s_fdw: server "library_commit_proxy": POST ${PATH}`,
      `LOG:  k8s_fdw: server "library_commit_proxy": POST ${PATH}`,
    ])
    expect(names()).toEqual(['a', 'b'])
    // Postgres ends all sessions after that, and takes new ones when it has recovered.
    await expect.poll(() => rows('SELECT 1').catch(() => []), { timeout: 30_000 }).toEqual([['1']])
  })
})
