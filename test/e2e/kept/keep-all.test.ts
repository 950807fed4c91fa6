// All kinds of a cluster kept in one schema: one job refreshes them by a request or so each, and waits for no watch.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startBetween, type Between } from '../support/between.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'

let between: Between
let asked: string[] = []

beforeAll(async () => {
  between = await startBetween()
  const url = between.at('keep-all', ({ path }) => {
    asked.push(path)
    return 'pass'
  })
  await createServer('keep_all', { api_url: url })
  await run(`CREATE SCHEMA keep_all_source; CREATE SCHEMA keep_all;
    IMPORT FOREIGN SCHEMA "*" FROM SERVER keep_all INTO keep_all_source;`)
})

afterAll(async () => {
  await run('DROP SCHEMA keep_all, keep_all_source CASCADE; DROP SERVER keep_all CASCADE;')
  await between.close()
})

it('refreshes all kinds in one go, without a watch of a second each', async () => {
  const kept = await rows(
    `SELECT count(*) FILTER (WHERE problem IS NULL) FROM k8s_fdw.keep_all('keep_all_source', 'keep_all')`,
  )
  const count = Number(kept[0]?.[0])
  expect(count).toBeGreaterThan(50)
  asked = []
  const { messages } = await session(`CALL k8s_fdw.follow('keep_all', times => 1)`)
  expect(messages).not.toContain('stays as it was')
  expect(asked.filter((path) => path.includes('watch=1'))).toEqual([])
  // A list each; what the kinds are that are not built in is asked once a session.
  expect(asked.filter((path) => path.includes('limit=')).length).toBe(count)
  expect(asked.length).toBeLessThan(count * 2)
  expect(
    await rows(
      `SELECT relation, error FROM k8s_fdw.kept WHERE relation::text ~ '^keep_all[.]' AND (error <> '' OR behind > '1 minute')`,
    ),
  ).toEqual([])
})
