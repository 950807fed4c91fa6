// Random changes in the cluster, and refreshes at random times, by lists and by watches, after versions that are too old
// too: after each refresh the kept tables have what the API server lists as of their version, the history has what it
// listed then, and logical replication brings each change once. A long run, with an etcd that forgets meanwhile:
// K8S_FDW_TEST_CHANGES=10000 K8S_FDW_TEST_API_SERVER_FLAGS='--etcd-compaction-interval=5s --watch-cache=false'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refresh, refreshAsDelivered, refreshBy, shown, textsOf, type How } from '../support/kept.ts'
import { itUnless, needsOwnServers } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const NAMESPACES = ['model-a', 'model-b', 'model-c'] as const
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const TABLES: readonly (readonly [table: string, selector: string])[] = [
  // What is in the others belongs to other tests, and one value has a character that no Postgres holds.
  ['model.everything', 'fieldSelector=metadata.namespace!%3Dzoo'],
  ['model.web', 'labelSelector=app%3Dweb'],
]
/** As many changes at least, in bursts of up to 100; the suite's own are fewer. */
const CHANGES = Number(process.env['K8S_FDW_TEST_CHANGES'] ?? '250')
const BURST = CHANGES > 1000 ? 100 : 24
/** The API server may forget a version before the next refresh. */
const FORGETS = process.env['K8S_FDW_TEST_API_SERVER_FLAGS'] !== undefined

const path = (namespace: string, name = ''): string => `/api/v1/namespaces/${namespace}/configmaps/${name}`

type Step = readonly [
  what: 'put' | 'label' | 'change' | 'remove' | 'anew' | 'empty',
  namespace: string,
  name: string,
  number: number,
]

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('put', 'put', 'label', 'change', 'change', 'remove', 'anew', 'empty'),
  fc.constantFrom(...NAMESPACES),
  fc.constantFrom(...NAMES),
  fc.nat(9),
)
const round = fc.record({
  steps: fc.array(step, { minLength: 0, maxLength: BURST }),
  how: fc.constantFrom<How>('list', 'watch', 'watch'),
  isExpired: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
})

const there = new Set<string>()

const object = (name: string, number: number): object => ({
  metadata: { name, labels: { app: number % 2 === 0 ? 'web' : 'db' } },
  data: { number: String(number) },
})

/** A namespace goes when its finalizer does; there is no controller here that takes it away. */
const madeAnew = async (name: string): Promise<void> => {
  const at = `/api/v1/namespaces/${name}`
  await remove(at)
  await suiteApi().put(`${at}/finalize`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
    spec: {},
  })
  await create('/api/v1/namespaces', { metadata: { name } })
  await untilTaken(name)
}

/** The API server may take the former namespace of that name for this one for a moment. */
const untilTaken = async (namespace: string): Promise<void> => {
  const isTaken = await create(`${path(namespace)}?dryRun=All`, object('a', 0)).then(
    () => true,
    (error: unknown) => {
      if (String(error).includes('NamespaceTerminating')) return false
      throw error
    },
  )
  if (isTaken) return
  await new Promise((resolve) => setTimeout(resolve, 50))
  await untilTaken(namespace)
}

/** What is not possible is left out: to change what is not there. */
const take = async ([what, namespace, name, number]: Step): Promise<void> => {
  const key = `${namespace}/${name}`
  const put = async (): Promise<void> => {
    await create(path(namespace), object(name, number))
    there.add(key)
  }
  const removed = async (one: string): Promise<void> => {
    await remove(path(namespace, one))
    there.delete(`${namespace}/${one}`)
  }
  if (what === 'empty') {
    if (number > 1) return
    await remove(path(namespace))
    if (number === 0) await madeAnew(namespace)
    for (const one of NAMES) there.delete(`${namespace}/${one}`)
  } else if (!there.has(key)) {
    await put()
  } else if (what === 'label') {
    await suiteApi().patch(path(namespace, name), {
      metadata: { labels: { app: number % 2 === 0 ? 'web' : 'db' } },
    })
  } else if (what === 'change') {
    await suiteApi().patch(path(namespace, name), { data: { number: String(number) } })
  } else {
    await removed(name)
    if (what === 'anew') await put()
  }
}

beforeAll(async () => {
  for (const name of NAMESPACES) await create('/api/v1/namespaces', { metadata: { name } })
  await createServer('model')
  const columns = 'namespace text, name text, uid text, labels jsonb, data jsonb'
  await run(`CREATE SCHEMA model; CREATE SCHEMA model_source;
    CREATE FOREIGN TABLE model_source.everything (${columns}) SERVER model OPTIONS (object 'configmaps', field_selector 'metadata.namespace!=zoo');
    CREATE FOREIGN TABLE model_source.web (${columns}) SERVER model OPTIONS (object 'configmaps', label_selector 'app=web');
    SELECT k8s_fdw.keep('model_source.everything', 'model.everything', history => true), k8s_fdw.keep('model_source.web', 'model.web', history => true);
    ALTER TABLE model.everything ADD UNIQUE (namespace, name);`)
})

afterAll(async () => {
  await refreshAsDelivered()
  await run('DROP SCHEMA model, model_source CASCADE')
  for (const name of NAMESPACES) await remove(`/api/v1/namespaces/${name}`)
})

const versionOf = async (table: string): Promise<string> =>
  (await rows(`SELECT resource_version FROM k8s_fdw.kept WHERE relation = '${table}'::regclass`))[0]?.[0] ??
  ''
const listNow = async (selector: string): Promise<string[]> =>
  textsOf(await suiteApi().text(`/api/v1/configmaps?${selector}`))
/** As of a version; null where etcd has forgotten it. */
const listAt = (selector: string, version: string): Promise<string[] | null> =>
  suiteApi()
    .text(`/api/v1/configmaps?${selector}&resourceVersion=${version}&resourceVersionMatch=Exact`)
    .then(textsOf, (error: unknown) => {
      if (FORGETS && String(error).includes('410')) return null
      throw error
    })

/** What a slot has had since it was asked last, as texts of test_decoding, of the table without its history. */
const decoded = async (): Promise<string[]> =>
  (await rows(`SELECT data FROM pg_logical_slot_get_changes('model', NULL, NULL)`))
    .map(([text = '']) => text)
    .filter(
      (text) => text.startsWith('table model."everything"') || text.startsWith('table model.everything:'),
    )

itUnless(
  needsOwnServers,
  'holds after random changes',
  async () => {
    await run(`SELECT pg_create_logical_replication_slot('model', 'test_decoding')`)
    const seed = Number(process.env['K8S_FDW_TEST_SEED'] ?? Date.now() % 2 ** 31)
    console.log(`seed ${seed}`)
    const ways = new Map<string, number>()
    let late = 0
    const past: { readonly table: string; readonly at: string; readonly list: string[] }[] = []
    try {
      let left = CHANGES
      for (const { steps, how, isExpired } of fc.sample(round, { numRuns: CHANGES, seed })) {
        if (left <= 0) break
        left -= steps.length
        for (const each of steps) await take(each)
        await refreshBy(how)
        for (const [table, selector] of TABLES) {
          const before = new Set(await shown(table))
          if (isExpired)
            await run(
              `UPDATE k8s_fdw.kept_state SET versions = '{"": "1"}' WHERE relation = '${table}'::regclass`,
            )
          await decoded()
          const done = await refresh(table)
          // Of a version that it still knows the API server sends all changes again.
          if (!isExpired && !FORGETS) expect(done.how).toBe(how)
          ways.set(done.how, (ways.get(done.how) ?? 0) + 1)
          let list = await listAt(selector, await versionOf(table))
          // The library's own host does not wait for what an API server is slow to send. It comes with the next refresh.
          let again = 0
          while (list === null && (await shown(table)).join() !== (await listNow(selector)).join()) {
            expect(++again).toBeLessThan(20)
            await refresh(table)
            list = await listAt(selector, await versionOf(table))
          }
          list ??= await listNow(selector)
          if (again > 0 || (await listNow(selector)).join() !== list.join()) late++
          expect(await shown(table)).toEqual(list)
          if (again > 0) await decoded()
          else if (table === 'model.everything') {
            const uidOf = (text: string): string => (JSON.parse(text) as string[])[2] ?? ''
            const [former, now] = [new Set([...before].map(uidOf)), new Set(list.map(uidOf))]
            const counts = [
              [...now].filter((uid) => !former.has(uid)).length,
              list.filter((text) => former.has(uidOf(text)) && !before.has(text)).length,
              [...former].filter((uid) => !now.has(uid)).length,
            ]
            expect(done.counts).toBe(counts.join(' '))
            const stream = await decoded()
            expect(
              ['INSERT', 'UPDATE', 'DELETE'].map(
                (what) => stream.filter((text) => text.includes(`: ${what}: `)).length,
              ),
            ).toEqual(counts)
          }
          const [[at = ''] = []] = await rows(
            `SELECT refreshed_at FROM k8s_fdw.kept WHERE relation = '${table}'::regclass`,
          )
          past.push({ table, at, list })
        }
      }
      console.log(
        `${CHANGES - left} changes, ${past.length} refreshes, ${late} of them late: ${[...ways].map((way) => way.join(' ')).join(', ')}`,
      )
      for (const { table, at, list } of past)
        expect(await shown(`k8s_fdw.as_of(NULL::${table}, '${at}')`), `${table} at ${at}`).toEqual(list)
    } finally {
      await run(`SELECT pg_drop_replication_slot('model')`)
    }
  },
  240_000 + CHANGES * 1000,
)

it('has a history in which an object has one state at a time, and no gap while it is there', async () => {
  for (const [table] of TABLES) {
    expect(
      await rows(`SELECT a.uid FROM ${table}_history AS a JOIN ${table}_history AS b
        ON a.uid = b.uid AND a.ctid < b.ctid AND a.valid && b.valid`),
    ).toEqual([])
    expect(
      await rows(`SELECT uid FROM ${table}_history AS h WHERE change = 'MODIFIED'
        AND NOT EXISTS (SELECT FROM ${table}_history AS o WHERE o.uid = h.uid AND upper(o.valid) = lower(h.valid))`),
    ).toEqual([])
    // Nor do two objects have one name at a time.
    expect(
      await rows(`SELECT a.name FROM ${table}_history AS a JOIN ${table}_history AS b
        ON a.namespace = b.namespace AND a.name = b.name AND a.uid < b.uid AND a.valid && b.valid`),
    ).toEqual([])
  }
})
