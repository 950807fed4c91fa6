// What a scan may use on our own host, and what becomes of it beyond.
import { chownSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHealthy, podsAt } from '../support/fails.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { rows, session } from '../support/sql.ts'

const HEALTHY = 'SELECT count(*) FROM errors.healthy'

/** 40,000 pods in one answer of some 40 MB. */
const largeList = (): Buffer => {
  const items = Array.from({ length: 40_000 }, (_, i) => ({
    metadata: { name: `p${i}` },
    spec: { a: 'x'.repeat(960) },
  }))
  return Buffer.from(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items }))
}

let faults: FaultServer

describeUnless(needsOwnHost, 'limits', () => {
  beforeAll(async () => {
    faults = await startFaults({ large: { body: largeList() } })
    await createHealthy()
  })
  afterAll(() => faults.close())

  it('k8s_fdw.max_memory ends a scan that needs more, and no other', async () => {
    const sql = await podsAt('greedy', { api_url: `${faults.url}/large` })
    const answer = await session(`SET k8s_fdw.max_memory = '100MB'; ${sql};
      ${HEALTHY}; RESET k8s_fdw.max_memory; SELECT count(spec) FROM (${sql}) AS s; ${HEALTHY};`)
    expect(answer.messages).toMatch(
      /k8s_fdw\[memory\] the scan needs more than the 100 MB of k8s_fdw.max_memory/,
    )
    expect(answer.rows).toEqual([['7'], ['40000'], ['7']])
  })

  it('a compiled form that is cut off is made anew', async () => {
    const [[folder = ''] = []] = await rows(`SELECT current_setting('data_directory') || '/k8s_fdw'`)
    await rows(HEALTHY)
    const [file = ''] = readdirSync(folder)
    const kept = join(folder, file)
    const { size, mode, uid, gid } = statSync(kept)
    expect([mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700])
    // Other sessions have the file mapped, so it is replaced and not changed.
    const damaged = `${folder}.damaged`
    writeFileSync(damaged, readFileSync(kept).subarray(0, size / 2), { mode: 0o600 })
    chownSync(damaged, uid, gid)
    renameSync(damaged, kept)
    expect(await rows(HEALTHY)).toEqual([['7']])
    expect(statSync(kept).size).toBe(size)
    expect(readdirSync(folder)).toEqual([file])
  })
})
