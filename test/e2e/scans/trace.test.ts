// What a session can make k8s_fdw tell about its requests; and that a query by itself writes nothing.
import { beforeAll, describe, expect, it } from 'vitest'
import { isOwn, itUnless, needsOwnHost, needsStatsTable } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

beforeAll(async () => {
  await createServer('quiet')
  await createServer('heard', { session_settings: 'on' })
  await createServer('traced', { trace: 'on', session_settings: 'on' })
  await createServer('counted', { stats: 'on' })
  await run(
    ['CREATE SCHEMA trace;']
      .concat(
        ['quiet', 'heard', 'traced', 'counted'].map(
          (server) => `CREATE FOREIGN TABLE trace.${server} (name text)
            SERVER ${server} OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`,
        ),
      )
      .join('\n'),
  )
})

/** The INFO lines, without what differs from run to run. */
const infos = (messages: string): string[] =>
  messages
    .split('\n')
    .filter((line) => line.startsWith('INFO:'))
    .map((line) => line.replace(/\d+ bytes/, 'N bytes').replace(/under 1 s|\d+ s$/, 'T'))

const LINE =
  'INFO:  k8s_fdw: GET /api/v1/namespaces/kube-system/pods?limit=100000&includeObject=None: 200 OK, N bytes, 7 objects, T'

describe('trace', () => {
  it('is silent by itself', async () => {
    expect((await session('SELECT name FROM trace.quiet;')).messages).toBe('')
  })

  it('prints each request after SET k8s_fdw.trace = on, and no more after off', async () => {
    const answer = await session(`SET k8s_fdw.trace = on;
      SELECT name FROM trace.heard;
      SET k8s_fdw.trace = off;
      SELECT name FROM trace.heard;`)
    expect(infos(answer.messages)).toEqual([LINE])
  })

  it("prints each request of a server with trace 'on', unless the session says off", async () => {
    expect(infos((await session('SELECT name FROM trace.traced;')).messages)).toEqual([LINE])
    expect((await session('SET k8s_fdw.trace = off; SELECT name FROM trace.traced;')).messages).toBe('')
  })

  it('prints no token', async () => {
    const { messages } = await session('SET k8s_fdw.trace = on; SELECT name FROM trace.heard;')
    expect(messages).not.toContain(provided().token)
  })

  it('names a setting that is neither on nor off', async () => {
    expect(await failure(`SET k8s_fdw.trace = loud; SELECT name FROM trace.heard;`)).toBe(
      'ERROR:  guest fdw error: k8s_fdw[option] the setting k8s_fdw.trace is "loud". Hint: it takes on or off: SET k8s_fdw.trace = on',
    )
  })
})

describe('statistics', () => {
  const COUNTS = `SELECT create_times, rows_in, rows_out, bytes_in > 1000 FROM wrappers_fdw_stats WHERE fdw_name = 'k8s_fdw'`

  it('are not written by themselves: a query gets no transaction id', async () => {
    const answer = await session(`BEGIN;
      SELECT name FROM trace.quiet;
      SELECT pg_current_xact_id_if_assigned();
      COMMIT;
      ${isOwn ? '' : `SELECT count(*) FROM wrappers_fdw_stats WHERE fdw_name = 'k8s_fdw';`}`)
    expect(answer.rows.slice(7)).toEqual(isOwn ? [['∅']] : [['∅'], ['0']])
  })

  itUnless(needsStatsTable, "are written once a scan with stats 'on'", async () => {
    await rows('SELECT name FROM trace.counted')
    expect(await rows(COUNTS)).toEqual([['1', '7', '7', 't']])
    await rows('SELECT name FROM trace.counted LIMIT 2')
    expect(await rows(COUNTS)).toEqual([['2', '9', '9', 't']])
    const answer = await session(
      'BEGIN; SELECT name FROM trace.counted; SELECT pg_current_xact_id_if_assigned() IS NULL; ROLLBACK;',
    )
    expect(answer.rows.at(-1)).toEqual(['f'])
    expect(await rows(COUNTS)).toEqual([['2', '9', '9', 't']])
  })
})

describe('k8s_fdw.requests()', () => {
  itUnless(needsOwnHost, 'has what the session asked, by server and table', async () => {
    const answer = await session(`SELECT name FROM trace.quiet; SELECT name FROM trace.quiet;
      SELECT name FROM trace.counted;
      SELECT server, "table", requests, failed, bytes > 100, waited_ms > 0 FROM k8s_fdw.requests();`)
    expect(answer.rows.slice(-2)).toEqual([
      ['quiet', 'trace.quiet', '2', '0', 't', 't'],
      ['counted', 'trace.counted', '1', '0', 't', 't'],
    ])
  })

  itUnless(needsOwnHost, 'counts what got no answer, and no other session sees it', async () => {
    await createServer('nobody', { api_url: 'http://127.0.0.1:9' })
    await run(
      `CREATE FOREIGN TABLE trace.nobody (name text) SERVER nobody OPTIONS (apiVersion 'v1', kind 'Pod');`,
    )
    const answer = await session(`SELECT name FROM trace.nobody;
      SELECT server, "table", requests, failed > 0, bytes FROM k8s_fdw.requests();`)
    expect(answer.rows).toEqual([['nobody', 'trace.nobody', '0', 't', '0']])
    expect(await rows('SELECT * FROM k8s_fdw.requests()')).toEqual([])
  })

  itUnless(isOwn ? 'it is there' : undefined, 'says that Wrappers counts none', async () => {
    expect(await failure('SELECT * FROM k8s_fdw.requests()')).toBe(
      `ERROR:  Wrappers does not count the requests of a session
HINT:  SET k8s_fdw.trace = on prints each request; the server's option stats 'on' adds to the table wrappers_fdw_stats.`,
    )
  })
})

describe('k8s_fdw.writes()', () => {
  itUnless(
    isOwn ? 'test/e2e/writes/library-commit.test.ts has it' : undefined,
    'is not on Wrappers',
    async () => {
      expect(await failure('SELECT * FROM k8s_fdw.writes()')).toBe(
        `ERROR:  Wrappers does not note what a session has changed
HINT:  SET k8s_fdw.trace = on prints each request.`,
      )
    },
  )
})
