// A day of refreshes, one each half hour, by what a job of pg_cron calls. Nobody waits a day: after each round all that is
// noted is half an hour older. The history keeps six hours, and is right at each of them.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listed, shown } from '../support/kept.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const NAMESPACE = 'kept-day'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const ROUNDS = 48
const KEPT_ROUNDS = 12

const AGE = `DO $$ DECLARE s interval := '30 minutes'; BEGIN
    UPDATE k8s_fdw.kept_state SET refreshed_at = refreshed_at - s WHERE relation = 'kept_day.configs'::regclass;
    UPDATE k8s_fdw.kept_tables SET history_from = history_from - s WHERE relation = 'kept_day.configs'::regclass;
    UPDATE kept_day.configs_history SET valid = tstzrange(lower(valid) - s, upper(valid) - s);
  END $$;`

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await create(PATH, { metadata: { name: 'a' }, data: { k: '0' } })
  await create(PATH, { metadata: { name: 'still' }, data: { k: '0' } })
  await createServer('kept_day')
  await run(`CREATE SCHEMA kept_day; CREATE SCHEMA day_source;
    CREATE FOREIGN TABLE day_source.configs (name text, namespace text, uid text, labels jsonb, data jsonb) SERVER kept_day OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
    SELECT k8s_fdw.keep('day_source.configs', 'kept_day.configs', history => true, keep_for => '6 hours');`)
})

afterAll(async () => {
  await run('DROP SCHEMA kept_day, day_source CASCADE; DROP SERVER kept_day CASCADE;')
  await remove(`/api/v1/namespaces/${NAMESPACE}`)
})

it('keeps as much of its history as it is to, and no more', async () => {
  const past: string[][] = []
  for (let round = 1; round <= ROUNDS; round++) {
    await suiteApi().patch(`${PATH}/a`, { data: { k: String(round) } })
    await run(`${AGE} CALL k8s_fdw.follow('kept_day.configs', times => 1);`)
    if (round > ROUNDS - KEPT_ROUNDS) past.push(listed('-n', NAMESPACE))
  }
  expect(await shown('kept_day.configs')).toEqual(listed('-n', NAMESPACE))
  // One state a round is left of what changes, and the one that lasts of what does not.
  expect(
    await rows(`SELECT name, count(*) BETWEEN ${KEPT_ROUNDS} AND ${KEPT_ROUNDS + 2} FROM kept_day.configs_history WHERE name = 'a' GROUP BY name
      UNION ALL SELECT name, count(*) = 1 FROM kept_day.configs_history WHERE name = 'still' GROUP BY name`),
  ).toEqual([
    ['a', 't'],
    ['still', 't'],
  ])
  expect(
    await rows(`SELECT history_from BETWEEN now() - interval '6 hours 31 minutes' AND now() - interval '5 hours 59 minutes', error IS NULL
      FROM k8s_fdw.kept WHERE relation = 'kept_day.configs'::regclass`),
  ).toEqual([['t', 't']])
  for (const [ago, list] of [...past].reverse().entries())
    expect(
      await shown(`k8s_fdw.as_of(NULL::kept_day.configs, now() - interval '${ago * 30} minutes')`),
      `${ago * 30} minutes ago`,
    ).toEqual(list)
})
