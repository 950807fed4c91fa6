// Events, through both of their APIs: columns by name, the involved object, the last hour.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { create, remove } from '../support/objects.ts'
import { getText, list } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'

const CORE = '/api/v1/namespaces/happenings/events'
const NEW = '/apis/events.k8s.io/v1/namespaces/happenings/events'
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
const seconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z')

const OBJECT = {
  kind: 'Pod',
  namespace: 'happenings',
  name: 'web-0',
  uid: '11111111-2222-3333-4444-555555555555',
  apiVersion: 'v1',
  resourceVersion: '17',
  fieldPath: 'spec.containers{app}',
}

/** As the kubelet writes one, through the older API, and as a scheduler does, through the newer. */
const core = (name: string, minutes: number): object => ({
  metadata: { name },
  involvedObject: OBJECT,
  reason: 'BackOff',
  message: 'Back-off restarting failed container app',
  type: 'Warning',
  source: { component: 'kubelet', host: 'node-1' },
  firstTimestamp: seconds(minutesAgo(minutes + 60)),
  lastTimestamp: seconds(minutesAgo(minutes)),
  count: 12,
})
const newer = {
  metadata: { name: 'scheduled' },
  eventTime: minutesAgo(5).replace('Z', '000Z'),
  regarding: { ...OBJECT, name: 'db-0', fieldPath: undefined },
  reason: 'Scheduled',
  note: 'Successfully assigned happenings/db-0 to node-1',
  type: 'Normal',
  action: 'Binding',
  reportingController: 'default-scheduler',
  reportingInstance: 'default-scheduler-master',
}

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: 'happenings' } })
  await create(CORE, core('now', 1))
  await create(CORE, core('before', 180))
  await create(NEW, newer)
  await createServer('events', { session_settings: 'on' })
  await run(`CREATE SCHEMA events;
    CREATE FOREIGN TABLE events.core (name text, namespace text, type text, reason text, message text, action text,
        involved_object jsonb, source jsonb, first_timestamp timestamptz, last_timestamp timestamptz, event_time timestamptz,
        count integer, reporting_component text, reporting_instance text, creation_timestamp timestamptz,
        about text OPTIONS (alias 'involvedObject.name'), about_kind text OPTIONS (alias 'involvedObject.kind'))
      SERVER events OPTIONS (object 'events', namespace 'happenings');
    CREATE FOREIGN TABLE events.new (name text, namespace text, type text, reason text, note text, action text, regarding jsonb,
        deprecated_source jsonb, deprecated_first_timestamp timestamptz, deprecated_last_timestamp timestamptz,
        deprecated_count integer, event_time timestamptz, reporting_controller text, reporting_instance text,
        about text OPTIONS (alias 'regarding.name'))
      SERVER events OPTIONS (object 'events.events.k8s.io', namespace 'happenings');`)
})

afterAll(async () => {
  for (const name of ['now', 'before', 'scheduled']) await remove(`${CORE}/${name}`)
})

/** The field selectors of a query's requests. */
const asked = async (sql: string): Promise<string[]> => {
  const { messages } = await session(`SET k8s_fdw.trace = on; ${sql};`)
  expect(messages).not.toContain('ERROR')
  return [...messages.matchAll(/fieldSelector=([^ :&]+)/g)].map((match) => decodeURIComponent(match[1] ?? ''))
}

describe.each([
  { table: 'events.core', path: CORE, column: 'involved_object', field: 'involvedObject' },
  { table: 'events.new', path: NEW, column: 'regarding', field: 'regarding' },
])('$table', ({ table, path, column, field }) => {
  it('has the events of both APIs', async () => {
    const said = await list(path)
    expect((await rows(`SELECT name FROM ${table} ORDER BY name`)).flat()).toEqual(
      said.map(({ metadata }) => metadata.name).sort(),
    )
    expect(said.length).toBe(3)
  })

  it.each(Object.entries(OBJECT))(`is selected by ${field}.%s`, async (key, value) => {
    const selector = `${field}.${key}=${value}`
    // The API server knows the field: 400 otherwise.
    await getText(`${path}?fieldSelector=${encodeURIComponent(selector)}`)
    const where = `${column} @> '${JSON.stringify({ [key]: value })}'`
    const found = await rows(`SELECT name FROM ${table} WHERE ${where} ORDER BY name`)
    const [request = ''] = await asked(`SELECT name FROM ${table} WHERE ${where}`)
    expect(request.replaceAll('\\', '')).toBe(selector)
    expect(found.flat()).toEqual(
      key === 'name' || key === 'fieldPath' ? ['before', 'now'] : ['before', 'now', 'scheduled'],
    )
  })

  it('is selected by a column of the object', async () => {
    expect(await rows(`SELECT name FROM ${table} WHERE about = 'db-0'`)).toEqual([['scheduled']])
    expect(await asked(`SELECT name FROM ${table} WHERE about = 'db-0' AND type = 'Normal'`)).toEqual([
      `${field}.name=db-0,type=Normal`,
    ])
  })
})

it('has the columns of the older API by their names', async () => {
  expect(
    await rows(`SELECT type, reason, message, source->>'component', count, last_timestamp - first_timestamp, event_time,
      involved_object->>'name' FROM events.core WHERE name = 'now'`),
  ).toEqual([
    [
      'Warning',
      'BackOff',
      'Back-off restarting failed container app',
      'kubelet',
      '12',
      '01:00:00',
      '∅',
      'web-0',
    ],
  ])
})

it('has the columns of the newer API by their names', async () => {
  expect(
    await rows(`SELECT type, reason, note, action, reporting_controller, reporting_instance, regarding->>'name',
      event_time IS NOT NULL, deprecated_count FROM events.new WHERE name = 'scheduled'`),
  ).toEqual([
    [
      'Normal',
      'Scheduled',
      newer.note,
      'Binding',
      'default-scheduler',
      'default-scheduler-master',
      'db-0',
      't',
      '∅',
    ],
  ])
  expect(
    await rows(`SELECT deprecated_count, deprecated_source->>'component', deprecated_last_timestamp IS NOT NULL
      FROM events.new WHERE name = 'now'`),
  ).toEqual([['12', 'kubelet', 't']])
})

it('has those of the last hour, whichever API wrote them', async () => {
  const of = async (table: string, time: string): Promise<string[]> =>
    (
      await rows(`SELECT name FROM (SELECT name, coalesce(${time}, event_time) AS at FROM ${table} OFFSET 0) AS e
        WHERE at > now() - interval '1 hour' ORDER BY at DESC`)
    ).flat()
  expect(await of('events.core', 'last_timestamp')).toEqual(['now', 'scheduled'])
  expect(await of('events.new', 'deprecated_last_timestamp')).toEqual(['now', 'scheduled'])
})
