// A backend that the kernel kills in the middle of a scan on our own host, and a component that is busy for long: Postgres
// comes back, nothing is left behind, and whoever waits can stop it.
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHealthy, podsAt } from '../support/fails.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { describeUnless, itUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { rows, run, session } from '../support/sql.ts'

const HEALTHY = 'SELECT count(*) FROM errors.healthy'

/** Looks for what is below each value below each value below each element of a list, and finds nothing. */
const BUSY = 'spec.l[?(@..a..a..none)]'

/** One pod whose list has 1,000 elements, of 100 levels each: `BUSY` takes minutes. */
const deepLists = (): string => {
  const element = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`
  const l = Array.from({ length: 1000 }, () => element).join()
  return `{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"p"},"spec":{"l":[${l}]}}]}`
}

let faults: FaultServer
let folder = ''

/** A table whose column keeps the component busy; the query that reads it. */
const busy = async (name: string): Promise<string> => {
  await podsAt(name, { api_url: `${faults.url}/long` })
  await run(`ALTER FOREIGN TABLE errors.${name} ADD COLUMN v jsonb OPTIONS (alias '${BUSY}')`)
  return `SELECT v FROM errors.${name}`
}

const pidOf = async (marker: string): Promise<number> => {
  const sql = `SELECT pid FROM pg_stat_activity WHERE query LIKE '%${marker}%' AND state = 'active' AND pid <> pg_backend_pid()`
  await expect.poll(async () => (await rows(sql)).length, { timeout: 20_000 }).toBe(1)
  return Number((await rows(sql))[0]?.[0])
}

describeUnless(needsOwnHost, 'what is ended in the middle', () => {
  beforeAll(async () => {
    faults = await startFaults({ long: { body: deepLists() }, silent: () => undefined })
    await createHealthy()
    ;[[folder = ''] = []] = await rows(`SELECT current_setting('data_directory') || '/k8s_fdw'`)
  })
  afterAll(() => faults.close())

  it('is a busy component: it ends with statement_timeout, and the session goes on', async () => {
    const sql = await busy('busy_timeout')
    const answer = await session(`SET statement_timeout = 500;
      SELECT clock_timestamp() AS begun \\gset
      ${sql};
      SELECT clock_timestamp() - :'begun' BETWEEN interval '0.4 s' AND interval '1.5 s';
      RESET statement_timeout;
      ${HEALTHY};`)
    expect(answer.messages).toBe('ERROR:  canceling statement due to statement timeout\n')
    expect(answer.rows).toEqual([['t'], ['7']])
  })

  it('is a busy component: it ends with pg_cancel_backend', async () => {
    const waiting = session(`${await busy('busy_cancel')} /* busy by hand */;\n${HEALTHY};`)
    const pid = await pidOf('busy by hand')
    // It has the answer and works on it.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const begun = Date.now()
    await run(`SELECT pg_cancel_backend(${pid})`)
    const answer = await waiting
    expect(Date.now() - begun).toBeLessThan(2000)
    expect(answer.messages).toBe('ERROR:  canceling statement due to user request\n')
    expect(answer.rows).toEqual([['7']])
  })

  it('is a busy component: it ends with pg_terminate_backend, and harms nobody', async () => {
    const waiting = session(`${await busy('busy_terminated')} /* busy to its end */`)
    await run(`SELECT pg_terminate_backend(${await pidOf('busy to its end')})`)
    expect((await waiting).messages).toContain('terminating connection due to administrator command')
    expect(await rows(HEALTHY)).toEqual([['7']])
  })

  const comesBack = async (query: string, marker: string): Promise<void> => {
    const before = readdirSync(folder)
    const waiting = session(`${query} /* ${marker} */`)
    process.kill(await pidOf(marker), 'SIGKILL')
    expect((await waiting).messages).toContain('server closed the connection unexpectedly')
    await expect.poll(() => rows(HEALTHY).catch(() => []), { timeout: 60_000 }).toEqual([['7']])
    expect(readdirSync(folder)).toEqual(before)
  }

  itUnless(needsOwnServers, 'is a backend in a request: after kill -9 the next query works', async () => {
    await comesBack(
      await podsAt('killed_waiting', { api_url: `${faults.url}/silent` }),
      'killed in a request',
    )
  })

  itUnless(needsOwnServers, 'is a backend in the component: after kill -9 the next query works', async () => {
    await comesBack(await busy('killed_busy'), 'killed when busy')
  })
})
