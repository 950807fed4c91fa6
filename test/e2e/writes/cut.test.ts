// The connection is cut, or the statement or its backend is ended, at each request of a statement that writes. What is in
// the cluster then is what the error says, and the statement that is run again ends right.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBetween, type Between, type Decide, type Fate } from '../support/between.ts'
import { isOwn, itUnless, needsOwnHost, needsOwnServers } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { list, suiteApi, type KubernetesObject } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'writes-cut'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
const ROWS = [1, 2, 3]

interface Made extends KubernetesObject {
  readonly spec?: { readonly template: { readonly spec: { readonly containers: { image: string }[] } } }
}

interface Way {
  readonly kind: string
  /** Whether the objects are there before. */
  readonly isThere: boolean
  /** How many dry runs a row has. */
  readonly tries?: number
  /** `t` is the table's name, which the names of its objects begin with. */
  readonly sql: (t: string) => string
  /** Run again after a part of it was done. */
  readonly again?: (t: string) => string
  /** Whether an object is as the statement makes it; undefined if it is not there. */
  readonly isDone: (object: Made | undefined) => boolean
}

const WAYS: Readonly<Record<string, Way>> = {
  insert: {
    kind: 'ConfigMap',
    isThere: false,
    sql: (t) => `INSERT INTO cut.${t} (name, data)
      SELECT '${t}-' || i, '{"k": "v"}' FROM generate_series(1, 3) AS i
      WHERE '${t}-' || i NOT IN (SELECT name FROM cut.${t} WHERE name LIKE '${t}-%')`,
    isDone: (object) => object?.data?.['k'] === 'v',
  },
  apply: {
    kind: 'ConfigMap',
    isThere: true,
    sql: (t) =>
      `INSERT INTO cut.${t} (name, data) SELECT '${t}-' || i, '{"n": "v"}' FROM generate_series(1, 3) AS i`,
    isDone: (object) => object?.data?.['n'] === 'v',
  },
  index: {
    kind: 'Deployment',
    isThere: true,
    sql: (t) => `UPDATE cut.${t} SET image = 'web:2' WHERE name LIKE '${t}-%'`,
    isDone: (object) => object?.spec?.template.spec.containers[0]?.image === 'web:2',
  },
  // What is left of the list after it is no longer where it was.
  element: {
    kind: 'Deployment',
    isThere: true,
    sql: (t) => `UPDATE cut.${t} SET first = NULL WHERE name LIKE '${t}-%' AND image = 'web:1'`,
    isDone: (object) => object?.spec?.template.spec.containers.map(({ image }) => image).join() === 'side:1',
  },
  // Nothing is added, so that what the statement wants is in the object already.
  key: {
    kind: 'ConfigMap',
    isThere: true,
    tries: 2,
    sql: (t) => `UPDATE cut.${t} SET labels = labels - 'old' WHERE name LIKE '${t}-%'`,
    isDone: (object) => object !== undefined && object.metadata.labels?.['old'] === undefined,
  },
  delete: {
    kind: 'ConfigMap',
    isThere: true,
    sql: (t) => `DELETE FROM cut.${t} WHERE name LIKE '${t}-%'`,
    isDone: (object) => object === undefined,
  },
}

const manifest = (kind: string, name: string): object => {
  const labels = { app: 'cut', old: 'yes' }
  const containers = [
    { name: 'app', image: 'web:1' },
    { name: 'side', image: 'side:1' },
  ]
  return kind === 'ConfigMap'
    ? { metadata: { name, labels }, data: { k: 'before' } }
    : {
        metadata: { name, labels },
        spec: {
          selector: { matchLabels: { app: 'cut' } },
          template: { metadata: { labels: { app: 'cut' } }, spec: { containers } },
        },
      }
}

interface Case {
  readonly table: string
  readonly way: Way
  readonly title: string
  readonly decide: Decide
}

let between: Between

const tableOf = ({ table, way: { kind } }: Case): string => {
  const columns =
    kind === 'ConfigMap'
      ? 'name text, labels jsonb, data jsonb, attrs jsonb'
      : `name text, labels jsonb, image text OPTIONS (alias 'spec.template.spec.containers[0].image'),
         first jsonb OPTIONS (alias 'spec.template.spec.containers[0]')`
  const applies = table.startsWith('apply') ? `, on_insert 'apply'` : ''
  return `CREATE FOREIGN TABLE cut.${table} (${columns}, object_key text) SERVER ${table}
    OPTIONS (object '${kind === 'ConfigMap' ? 'configmaps' : 'deployments.apps'}', namespace '${NAMESPACE}', rowid_column 'object_key'${applies});`
}

const inParallel = async <T>(
  all: readonly T[],
  most: number,
  each: (one: T) => Promise<void>,
): Promise<void> => {
  const left = [...all]
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await each(one)
  }
  await Promise.all(Array.from({ length: most }, work))
}

const prepare = async (cases: readonly Case[]): Promise<void> => {
  await inParallel(cases, 8, async (one) => {
    const { table, way, decide } = one
    await createServer(table, { api_url: between.at(table, decide), writes: 'on' })
    await run(tableOf(one))
    const path = way.kind === 'ConfigMap' ? CONFIG_MAPS : DEPLOYMENTS
    if (way.isThere) for (const i of ROWS) await create(path, manifest(way.kind, `${table}-${i}`))
  })
}

type Found = ReadonlyMap<string, Made>

const found = async (): Promise<Found> => {
  const all = [...(await list(CONFIG_MAPS)), ...(await list(DEPLOYMENTS))] as Made[]
  return new Map(all.map((object) => [object.metadata.name, object]))
}

const doneOf = ({ table, way }: Case, objects: Found): string[] =>
  ROWS.map((i) => `${table}-${i}`).filter((name) => way.isDone(objects.get(name)))

/** What an error says is done: so many of the rows, from the first; and whether one more may be. */
const saidOf = (
  messages: string,
): { readonly done: number; readonly perhaps: boolean; readonly names: string } => {
  if (!messages.includes('ERROR:')) return { done: ROWS.length, perhaps: false, names: '' }
  const [, done = '0', , names = ''] =
    /(\d) of 3 changes are made( \((.*?)\))?, and no more will be/.exec(messages) ?? []
  return { done: Number(done), perhaps: messages.includes('it is not known whether'), names }
}

const firstOf = ({ table, way }: Case, count: number): string[] =>
  ROWS.slice(0, count).map((i) => `${way.kind} ${NAMESPACE}/${table}-${i}`)

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  between = await startBetween()
  await run(`DROP SCHEMA IF EXISTS cut CASCADE; CREATE SCHEMA cut;`)
})

afterAll(async () => {
  await between.close()
  await suiteApi().remove(CONFIG_MAPS)
  await suiteApi().remove(DEPLOYMENTS)
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

/** The fate of the k-th request that writes; afterwards all is well again, or nothing arrives any more. */
const atRequest = (k: number, fate: Fate, isDown: boolean): Decide => {
  let seen = 0
  return ({ method }) => {
    if (method !== 'GET' && seen < k) {
      seen++
      return seen === k ? fate : 'pass'
    }
    return isDown && seen >= k ? 'cut before' : 'pass'
  }
}

const isHealed = { now: false }
const whileIll =
  (decide: Decide): Decide =>
  (passing) =>
    isHealed.now ? 'pass' : decide(passing)

describe('a connection that is cut', () => {
  const cases: Case[] = []
  const FATES: readonly Fate[] = ['cut before', 'cut after', 'cut within']
  for (const [name, way] of Object.entries(WAYS)) {
    const dry = ROWS.length * (way.tries ?? 1)
    const add = (k: number, fate: Fate, isDown: boolean): void => {
      const table = `${name}${cases.length}`
      const which = k > dry ? `request ${k - dry}` : `dry run ${k}`
      const title = `${name}, ${fate.replace('cut ', '')} ${which}, ${isDown ? 'for good' : 'once'}`
      cases.push({ table, way, title, decide: whileIll(atRequest(k, fate, isDown)) })
    }
    add(2, 'cut before', false)
    add(2, 'cut after', true)
    for (const row of ROWS) add(dry + row, FATES[row % FATES.length] ?? 'pass', false)
    add(dry + 3, 'cut after', false)
    // Who sends it again waits longer each time.
    add(dry + 2, 'cut before', true)
    add(dry + 3, 'cut after', true)
  }
  const messages = new Map<string, string>()
  const again = new Map<string, string>()
  let after: Found = new Map()
  let end: Found = new Map()

  beforeAll(async () => {
    isHealed.now = false
    await prepare(cases)
    await inParallel(cases, 24, async ({ table, way }) => {
      messages.set(table, (await session(`${way.sql(table)};`)).messages)
    })
    after = await found()
    isHealed.now = true
    await inParallel(cases, 6, async ({ table, way }) => {
      again.set(table, (await session(`${way.sql(table)};`)).messages)
    })
    end = await found()
  })

  it.each(cases.map((one) => [one.title, one] as const))('%s', (_, one) => {
    const said = messages.get(one.table) ?? ''
    const { done, perhaps, names } = saidOf(said)
    const isDone = doneOf(one, after)
    expect(isDone, said).toEqual(ROWS.slice(0, isDone.length).map((i) => `${one.table}-${i}`))
    if (perhaps) expect([done, done + 1], said).toContain(isDone.length)
    else expect(isDone.length, said).toBe(done)
    if (done > 0 && done < ROWS.length) expect(names).toBe(firstOf(one, done).join(', '))
    expect(again.get(one.table)).toBe('')
    expect(doneOf(one, end)).toHaveLength(ROWS.length)
  })

  it('is cut in all of these ways with an error and without one', () => {
    const failed = [...messages.values()].filter((text) => text !== '').length
    expect(failed).toBeGreaterThan(cases.length / 6)
    expect(failed).toBeLessThan(cases.length)
  })
})

describe('names that the API server makes up', () => {
  it('are made up once, whatever is lost', async () => {
    isHealed.now = false
    const way = WAYS['insert'] as Way
    const cases: Case[] = [4, 5, 6].flatMap((k) =>
      (['cut before', 'cut after'] as const).map((fate) => ({
        table: `generated${k}${fate.slice(4)}`,
        way,
        title: '',
        decide: atRequest(k, fate, false),
      })),
    )
    await prepare(cases)
    const said = new Map<string, string>()
    await inParallel(cases, 6, async ({ table }) => {
      const sql = `INSERT INTO cut.${table} (attrs) SELECT '{"metadata": {"generateName": "${table}-"}}' FROM generate_series(1, 3);`
      said.set(table, (await session(sql)).messages)
    })
    const names = [...(await found()).keys()]
    for (const { table } of cases) {
      const text = said.get(table) ?? ''
      const made = names.filter((name) => name.startsWith(`${table}-`))
      expect(made, text).toHaveLength(saidOf(text).done)
    }
  })
})

describe('a statement that is ended', () => {
  /** Ends the statement while the API server has not got its k-th request yet, which it gets or not. */
  const endedAt = (k: number, end: () => Promise<unknown>): Decide => {
    let seen = 0
    return async ({ method }): Promise<Fate> => {
      if (isHealed.now || method === 'GET') return 'pass'
      seen++
      if (seen === k) {
        await end()
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      return 'pass'
    }
  }
  const byHand =
    (call: string, table: string): (() => Promise<unknown>) =>
    () =>
      rows(`SELECT ${call}(pid) FROM pg_stat_activity
        WHERE query LIKE '%${table}%' AND state = 'active' AND pid <> pg_backend_pid()`)

  /** The rows that are done are those whose requests were sent: the first ones. */
  const expectFirst = async (one: Case, k: number): Promise<number> => {
    const done = doneOf(one, await found())
    expect(done).toEqual(ROWS.slice(0, done.length).map((i) => `${one.table}-${i}`))
    const sent = Math.max(0, k - ROWS.length - 1)
    // Wrappers does not stop before the statement has ended by itself.
    if (isOwn) expect([sent, k > ROWS.length ? sent + 1 : sent]).toContain(done.length)
    else expect([0, ROWS.length]).toContain(done.length)
    return done.length
  }
  const runsAgain = async (one: Case): Promise<void> => {
    isHealed.now = true
    const left = (await session(`${one.way.sql(one.table)};`)).messages
    expect(left).toBe('')
    expect(doneOf(one, await found())).toHaveLength(ROWS.length)
  }
  const caseOf = (
    name: string,
    title: string,
    k: number,
    end: (table: string) => () => Promise<unknown>,
  ): Case => {
    const table = `${name}${title}${k}`
    return { table, way: WAYS[name] as Way, title, decide: endedAt(k, end(table)) }
  }

  it.each([
    ['cancelled', 'pg_cancel_backend', 'canceling statement due to user request'],
    ['terminated', 'pg_terminate_backend', 'terminating connection due to administrator command'],
  ])('is %s at each request', async (title, call, want) => {
    isHealed.now = false
    const cases = ['insert', 'index', 'delete'].flatMap((name) =>
      [2, 4, 5, 6].map((k) => [k, caseOf(name, title, k, (table) => byHand(call, table))] as const),
    )
    await prepare(cases.map(([, one]) => one))
    const said = new Map<string, string>()
    await inParallel(cases, 6, async ([, { table, way }]) => {
      said.set(table, (await session(`${way.sql(table)};`)).messages)
    })
    for (const [k, one] of cases) {
      const done = await expectFirst(one, k)
      if (isOwn || done < ROWS.length) expect(said.get(one.table)).toContain(want)
    }
    for (const [, one] of cases) await runsAgain(one)
  })

  itUnless(needsOwnHost, 'ends by statement_timeout at each dry run', async () => {
    isHealed.now = false
    const cases = [1, 3, 4].map(
      (k) =>
        [
          k,
          caseOf('index', 'timeout', k, () => () => new Promise((resolve) => setTimeout(resolve, 2500))),
        ] as const,
    )
    await prepare(cases.map(([, one]) => one))
    const said = new Map<string, string>()
    await inParallel(cases, 4, async ([, { table, way }]) => {
      // The table is asked first, so that nothing is to be loaded.
      const sql = `SELECT count(*) FROM cut.${table}; SET statement_timeout = 2000; ${way.sql(table)};`
      said.set(table, (await session(sql)).messages)
    })
    for (const [k, one] of cases) {
      // The timeout is of the statement; COMMIT has none.
      if (k > ROWS.length) {
        expect(said.get(one.table)).toBe('')
        expect(doneOf(one, await found())).toHaveLength(ROWS.length)
      } else {
        expect(said.get(one.table)).toContain('canceling statement due to statement timeout')
        await expectFirst(one, k)
      }
    }
    for (const [, one] of cases) await runsAgain(one)
  })

  itUnless(needsOwnServers, 'loses its backend between two requests for real', async () => {
    isHealed.now = false
    const one = caseOf('insert', 'killed', 5, (table) => async () => {
      const [[pid] = []] = await rows(`SELECT pid FROM pg_stat_activity
        WHERE query LIKE '%${table}%' AND state = 'active' AND pid <> pg_backend_pid()`)
      process.kill(Number(pid), 'SIGKILL')
    })
    await prepare([one])
    expect((await session(`${one.way.sql(one.table)};`)).messages).toContain(
      'server closed the connection unexpectedly',
    )
    await expect.poll(() => rows('SELECT 1').catch(() => []), { timeout: 60_000 }).toEqual([['1']])
    const done = doneOf(one, await found())
    expect([[`${one.table}-1`], [`${one.table}-1`, `${one.table}-2`]]).toContainEqual(done)
    await runsAgain(one)
  })
})
