// Whatever a scan waits for on our own host, it can be cancelled, and the session goes on.
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHealthy, podsAt } from '../support/fails.ts'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { rows, run, session } from '../support/sql.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n'

/** What a server does with a connection that it does not serve. */
const HANGS: { readonly [how: string]: (socket: Socket) => void } = {
  silent: () => undefined,
  'after a part of the head': (socket) => socket.once('data', () => socket.write(HEAD.slice(0, 20))),
  'after the head': (socket) => socket.once('data', () => socket.write(HEAD)),
  'within the body': (socket) =>
    socket.once('data', () => socket.write(`${HEAD}{"kind":"PodList","items":[`)),
  'byte by byte': (socket) =>
    socket.once('data', () => {
      socket.write(HEAD)
      const each = setInterval(() => socket.write(' '), 50)
      socket.once('close', () => {
        clearInterval(each)
      })
    }),
}

const servers: Server[] = []

const portOf = async (how: string): Promise<number> => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    HANGS[how]?.(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describeUnless(needsOwnHost, 'waiting', () => {
  beforeAll(createHealthy)
  afterAll(() => {
    for (const server of servers) server.close()
  })

  it.each(Object.keys(HANGS))('for a server that hangs, %s, ends with statement_timeout', async (how) => {
    const name = `hangs_${Object.keys(HANGS).indexOf(how)}`
    const sql = await podsAt(name, { api_url: `http://127.0.0.1:${await portOf(how)}` })
    const answer = await session(`SET statement_timeout = 300;
      SELECT clock_timestamp() AS begun \\gset
      ${sql};
      SELECT clock_timestamp() - :'begun' < interval '2 s';
      RESET statement_timeout;
      SELECT count(*) FROM errors.healthy;`)
    expect(answer.messages).toContain('canceling statement due to statement timeout')
    expect(answer.rows).toEqual([['t'], ['7']])
  })

  it('ends with pg_cancel_backend', async () => {
    const sql = await podsAt('hangs_for_all', { api_url: `http://127.0.0.1:${await portOf('silent')}` })
    const waiting = session(`${sql} WHERE name <> 'cancelled by hand';\nSELECT count(*) FROM errors.healthy;`)
    const cancelled = `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
      WHERE query LIKE '%cancelled by hand%' AND state = 'active' AND pid <> pg_backend_pid()`
    await expect.poll(() => rows(cancelled), { timeout: 20_000 }).toEqual([['1']])
    const answer = await waiting
    expect(answer.messages).toContain('canceling statement due to user request')
    expect(answer.rows).toEqual([['7']])
  })

  it('ends for ANALYZE too, and can be caught in PL/pgSQL', async () => {
    await podsAt('hangs_in_blocks', { api_url: `http://127.0.0.1:${await portOf('silent')}` })
    const answer = await session(`SET statement_timeout = 300;
      ANALYZE errors.hangs_in_blocks;
      DO $$ BEGIN
        PERFORM * FROM errors.hangs_in_blocks;
      EXCEPTION WHEN query_canceled THEN
        RAISE NOTICE 'caught';
      END $$;`)
    expect(answer.messages).toMatch(/ERROR:  canceling statement[\s\S]*NOTICE:  caught/)
  })

  it('ends by request_timeout, which the error names', async () => {
    const url = `http://127.0.0.1:${await portOf('within the body')}`
    const sql = await podsAt('hangs_short', { api_url: url, request_timeout: '1s' })
    const { messages } = await session(sql)
    expect(messages).toContain('timed out')
    expect(messages).toContain('request_timeout')
  })

  it('harms nobody else when a backend is killed in it', async () => {
    const sql = await podsAt('hangs_killed', { api_url: `http://127.0.0.1:${await portOf('silent')}` })
    const waiting = session(`${sql} WHERE name <> 'ended by hand'`)
    const ended = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
      WHERE query LIKE '%ended by hand%' AND state = 'active' AND pid <> pg_backend_pid()`
    await expect.poll(() => rows(ended), { timeout: 20_000 }).toEqual([['1']])
    expect((await waiting).messages).toContain('terminating connection due to administrator command')
    await run('SELECT count(*) FROM errors.healthy')
  })
})
