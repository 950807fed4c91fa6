// An answer that is too large to be read: its error, and how much memory it costs the server process.
import { afterAll, beforeAll, expect } from 'vitest'
import { createHealthy, podsAt, serverLife } from '../support/fails.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { session } from '../support/sql.ts'
import { itUnless, needsPostgresLog } from '../support/left-out.ts'

const BODY_BYTES = 200 * 1024 * 1024

let faults: FaultServer
let lifeBefore = ''

beforeAll(async () => {
  const start = '{"kind":"PodList","apiVersion":"v1","items":['
  const body = Buffer.alloc(BODY_BYTES, ' ')
  body.write(start)
  body.write(']}', BODY_BYTES - 2)
  faults = await startFaults({ large: { body } })
  await createHealthy()
  lifeBefore = await serverLife()
})

afterAll(() => faults.close())

/** The backend's memory as Linux counts it, MiB, read by the backend itself. */
const MEMORY = `SELECT regexp_matches(pg_read_file('/proc/self/status'), '(VmHWM|VmRSS):\\s+(\\d+) kB', 'g');`

const memoryOf = (rows: readonly string[][]): { readonly peak: number; readonly now: number } => {
  const [peak, now] = rows.map(([match = '']) => Math.round(Number(/\d+/.exec(match)?.[0]) / 1024))
  return { peak: peak ?? NaN, now: now ?? NaN }
}

itUnless(needsPostgresLog, 'an answer of 200 MiB', async () => {
  const sql = await podsAt('large', { api_url: `${faults.url}/large` })
  const answer = await session(`SELECT count(*) FROM errors.healthy;
    ${MEMORY}
    ${sql};
    ${MEMORY}
    SELECT count(*) FROM errors.healthy;
    ${MEMORY}`)
  expect(answer.messages.trimEnd()).toMatchInlineSnapshot(
    `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/pods: 200 OK, but the body has 209715200 bytes, more than the 134217728 that one answer may have. Hint: ask for fewer objects at a time: ALTER SERVER … OPTIONS (ADD page_size '95')"`,
  )
  const counts = [answer.rows[0], answer.rows[5]]
  expect(counts).toEqual([['7'], ['7']])
  const before = memoryOf(answer.rows.slice(1, 3))
  const after = memoryOf(answer.rows.slice(3, 5))
  const end = memoryOf(answer.rows.slice(6, 8))
  // The body twice: the host's own copy, and the component's. Measured: 402 MiB above what the process had.
  expect(after.peak - before.now).toBeLessThan(480)
  // Both are gone with the statement. Measured: 2 MiB above.
  expect(after.now - before.now).toBeLessThan(50)
  expect(end.now - before.now).toBeLessThan(50)
  expect(await serverLife()).toBe(lifeBefore)
})
