// Owns: random WHERE clauses: each must find in the foreign table what it finds in a copy of it.
// Never: a clause that cannot be made again; the seed is printed. K8S_FDW_TEST_CONDITIONS sets how many (200).
import { beforeAll, describe, expect, it } from 'vitest'
import { APPS, COLUMNS, createMenagerie, NAMESPACES, NODES, PHASES } from './support/menagerie.ts'
import { createServer } from './support/servers-in-sql.ts'
import { quoted, run, session } from './support/sql.ts'

const COUNT = Number(process.env['K8S_FDW_TEST_CONDITIONS'] ?? '200')
const SEED = Number(process.env['K8S_FDW_TEST_SEED'] ?? '1')
/** Conditions of one session. */
const BATCH = 25

/** Mulberry32: small, and the same everywhere. */
const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const makeConditions = (seed: number): (() => string) => {
  const next = random(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T
  const some = <T>(values: readonly T[]): T[] => Array.from({ length: 1 + below(3) }, () => pick(values))

  const ODD = ['', 'no such', 'a,b', 'x=y', "it's", '*', 'null', '..', 'ü']
  const VALUES: { readonly [column: string]: readonly string[] } = {
    namespace: [...NAMESPACES, 'default', 'kube-system', ...ODD],
    name: ['p0', 'p1', 'p2', 'p3', 'p19', 'P1', ...ODD],
    app: [...APPS.filter((app) => app !== undefined), ...ODD],
    tier: ['t0', 't1', 't2', ...ODD],
    part_of: ['shop', ...ODD],
    node: [...NODES.filter((node) => node !== undefined), ...ODD],
    phase: [...PHASES, 'running', ...ODD],
    restart_policy: ['Always', 'Never', ...ODD],
    scheduler: ['default-scheduler', 'other-scheduler', ...ODD],
    account: ['robot', 'default', ...ODD],
    ip: ['10.0.0.1', '10.0.0.4', ...ODD],
    image: ['image:0', 'image:1', ...ODD],
  }
  const jsonOf = (): [column: string, value: unknown] => {
    const labels = Object.fromEntries(
      some(['app', 'tier', 'app.kubernetes.io/part-of', 'revision', 'none', 'a b']).map((key) => [
        key,
        pick<unknown>(['web', 'db', 't1', 'shop', '03', '1', '', 3, null, 'no such', { a: 1 }]),
      ]),
    )
    const spec = Object.fromEntries(
      some(['nodeName', 'restartPolicy', 'hostNetwork', 'schedulerName', 'none']).map((key) => [
        key,
        pick<unknown>(['n1', 'n2', 'Always', 'Never', true, false, 1, null, '']),
      ]),
    )
    const metadata = pick<unknown>([
      { labels },
      { name: pick(['p1', 'p2', '']) },
      { namespace: pick(NAMESPACES), labels },
      [],
      'x',
    ])
    return pick<[string, unknown]>([
      ['labels', labels],
      ['labels', labels],
      ['spec', spec],
      ['metadata', metadata],
      ['attrs', { metadata, spec }],
      ['attrs', { status: { phase: pick(PHASES) } }],
      ['attrs', { kind: pick(['Pod', 'Node']), spec }],
    ])
  }
  const array = (values: readonly string[]): string => `ARRAY[${values.map(quoted).join(', ')}]`

  const onText = (): string => {
    const column = pick(Object.keys(VALUES))
    const values = VALUES[column] ?? []
    const value = quoted(pick(values))
    return pick([
      () => `${column} = ${value}`,
      () => `${value} = ${column}`,
      () => `${column} <> ${value}`,
      () => `${column} IN (${some(values).map(quoted).join(', ')})`,
      () => `${column} NOT IN (${some(values).map(quoted).join(', ')})`,
      () => `${column} = ANY (${array(some(values))})`,
      () => `${column} = ANY (ARRAY[${value}, NULL])`,
      () => `${column} <> ALL (${array(some(values))})`,
      () => `${column} = ALL (${array(some(values))})`,
      () => `${column} <> ANY (${array(some(values))})`,
      () => `${column} IS NULL`,
      () => `${column} IS NOT NULL`,
      () => `${column} IS NOT DISTINCT FROM ${value}`,
      () => `${column} ${pick(['<', '<=', '>', '>='])} ${value}`,
      () => `${column} LIKE ${quoted(`${pick(values).slice(0, 2)}%`)}`,
      () => `${column} = (SELECT ${value}::text)`,
      () => `${column}::varchar = ${value}`,
    ])()
  }
  const onJson = (): string => {
    const [column, value] = jsonOf()
    const text = `${quoted(JSON.stringify(value))}::jsonb`
    const key = quoted(pick(['app', 'tier', 'none', 'a b', '']))
    return pick([
      () => `${column} @> ${text}`,
      () => `${column} @> ${text}`,
      () => `${column} <@ ${text}`,
      // The host takes a constant that contains a column for a column that contains it: no ${text} @> column.
      () => `${text} <@ ${column}`,
      () => `${column} = ${text}`,
      () => `${column} <> ${text}`,
      () => `${column} ? ${key}`,
      () => `${column} ?| ARRAY[${key}, 'app']`,
      () => `${column} ?& ARRAY[${key}, 'app']`,
      () => `${column}->>'app' = 'web'`,
      () => `${column} IS NULL`,
    ])()
  }
  const onOthers = (): string =>
    pick([
      () => 'host_network',
      () => 'NOT host_network',
      () => `host_network IS ${pick(['TRUE', 'NOT TRUE', 'FALSE', 'NOT FALSE', 'NULL', 'NOT NULL'])}`,
      () => `host_network = ${pick(['true', 'false'])}`,
      () => `host_network = (SELECT ${pick(['true', 'false'])})`,
      () => `revision = ${below(5)}`,
      () => `revision <> ${below(5)}`,
      () => `revision IN (${below(5)}, ${below(5)})`,
      () => 'revision IS NULL',
      () => `revision = (SELECT ${below(5)})`,
    ])()
  const simple = (): string => pick([onText, onText, onText, onJson, onJson, onOthers])()
  const condition = (depth: number): string => {
    if (depth === 0 || next() < 0.4) return simple()
    const parts = [condition(depth - 1), condition(depth - 1)]
    return pick([
      () => `(${parts.join(' AND ')})`,
      () => `(${parts.join(' AND ')})`,
      () => `(${parts.join(' OR ')})`,
      () => `NOT (${parts[0] ?? ''})`,
    ])()
  }
  return () => condition(2)
}

beforeAll(async () => {
  await createMenagerie()
  await createServer('conditions')
  await run(`CREATE SCHEMA conditions;
    CREATE FOREIGN TABLE conditions.pods (${COLUMNS}) SERVER conditions OPTIONS (apiVersion 'v1', kind 'Pod');
    CREATE TABLE conditions.copy AS SELECT * FROM conditions.pods;`)
})

const digest = (table: string, where: string): string =>
  `(SELECT count(*) || ' ' || coalesce(md5(string_agg(namespace || '/' || name, ',' ORDER BY namespace, name)), '') FROM ${table} WHERE ${where})`

describe(`random conditions, seed ${SEED}`, () => {
  const make = makeConditions(SEED)
  const batches = Array.from({ length: Math.ceil(COUNT / BATCH) }, (_, batch) =>
    Array.from({ length: Math.min(BATCH, COUNT - batch * BATCH) }, make),
  )

  it('find nothing, few and many', async () => {
    const counts = batches
      .flat()
      .slice(0, 200)
      .map((where) => `SELECT count(*) FROM conditions.copy WHERE ${where};`)
    const found = (await session(counts.join('\n'))).rows.flat().map(Number)
    expect(found.length).toBe(Math.min(200, COUNT))
    expect(found.filter((count) => count === 0).length).toBeGreaterThan(found.length / 20)
    expect(found.filter((count) => count > 0 && count < 40).length).toBeGreaterThan(found.length / 10)
    expect(found.filter((count) => count >= 40).length).toBeGreaterThan(found.length / 20)
  })

  it.each(batches.map((conditions, i) => ({ from: i * BATCH, conditions })))(
    'from $from on find in the foreign table what they find in a copy',
    async ({ conditions }) => {
      const statements = conditions.map(
        (where) => `SELECT ${digest('conditions.pods', where)}, ${digest('conditions.copy', where)};`,
      )
      const answer = await session(statements.join('\n'))
      expect(answer.messages.split('\n').filter((line) => line.startsWith('ERROR'))).toEqual([])
      expect(answer.rows.length).toBe(conditions.length)
      const wrong = conditions.filter((_, i) => answer.rows[i]?.[0] !== answer.rows[i]?.[1])
      expect(wrong).toEqual([])
    },
  )
})
