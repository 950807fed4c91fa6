// Random WHERE clauses: each must find in the foreign table what it finds in a copy of it. A failure shows the seed,
// and the smallest clause that fails. K8S_FDW_TEST_CONDITIONS sets how many clauses there are (200), and
// K8S_FDW_TEST_SEED where they begin.
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { APPS, COLUMNS, createMenagerie, NAMESPACES, NODES, PHASES } from '../support/menagerie.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, run, session } from '../support/sql.ts'

const COUNT = Number(process.env['K8S_FDW_TEST_CONDITIONS'] ?? '200')
const SEED = Number(process.env['K8S_FDW_TEST_SEED'] ?? '1')
/** Conditions of one test. */
const BATCH = 25

const ODD = ['', 'no such', 'a,b', 'x=y', "it's", '*', 'null', '..', 'ü']
const VALUES: { readonly [column: string]: readonly string[] } = {
  namespace: [...NAMESPACES, 'default', 'kube-system'],
  name: ['p0', 'p1', 'p2', 'p3', 'p19', 'P1'],
  app: APPS.filter((app) => app !== undefined),
  tier: ['t0', 't1', 't2'],
  part_of: ['shop'],
  node: NODES.filter((node) => node !== undefined),
  phase: [...PHASES, 'running'],
  restart_policy: ['Always', 'Never'],
  scheduler: ['default-scheduler', 'other-scheduler'],
  account: ['robot', 'default'],
  ip: ['10.0.0.1', '10.0.0.4'],
  image: ['image:0', 'image:1'],
}

const oneOf = <T>(...choices: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...choices)
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(of, { minLength: 1, maxLength: 3, size: 'max' })

/** In these, C is a column, V a value, N one to three values, L a pattern and J a jsonb constant. */
const ON_TEXT = [
  'C = V', 'V = C', 'C <> V', 'C IN (N)', 'C NOT IN (N)', 'C = ANY (ARRAY[N])', 'C = ANY (ARRAY[V, NULL])', 'C <> ALL (ARRAY[N])',
  'C = ALL (ARRAY[N])', 'C <> ANY (ARRAY[N])', 'C IS NULL', 'C IS NOT NULL', 'C IS NOT DISTINCT FROM V', 'C < V', 'C <= V',
  'C > V', 'C >= V', 'C LIKE L', 'C = (SELECT V::text)', 'C::varchar = V',
] as const // prettier-ignore
// The host takes a constant that contains a column for a column that contains it: no J @> C.
const ON_JSON = [
  'C @> J', 'C @> J', 'C <@ J', 'J <@ C', 'C = J', 'C <> J', 'C ? V', "C ?| ARRAY[V, 'app']", "C ?& ARRAY[V, 'app']",
  "C->>'app' = 'web'", 'C IS NULL',
] as const // prettier-ignore
const ON_OTHERS = [
  'host_network', 'NOT host_network', 'host_network IS TRUE', 'host_network IS NOT TRUE', 'host_network IS FALSE',
  'host_network IS NOT FALSE', 'host_network IS NULL', 'host_network IS NOT NULL', 'host_network = true', 'host_network = false',
  'host_network = (SELECT true)', 'host_network = (SELECT false)', 'revision = V', 'revision <> V', 'revision IN (V, 2)',
  'revision IS NULL', 'revision = (SELECT V)',
] as const // prettier-ignore

const filled = (form: string, parts: Readonly<Record<string, string>>): string =>
  form.replaceAll(/\b[CVNLJ]\b/g, (letter) => parts[letter] ?? letter)

const onText = oneOf(...Object.entries(VALUES)).chain(([column, values]) =>
  fc.tuple(oneOf(...ON_TEXT), some(oneOf(...values, ...ODD))).map(([form, [value = '', ...more]]) =>
    filled(form, {
      C: column,
      V: quoted(value),
      N: [value, ...more].map(quoted).join(', '),
      L: quoted(`${value.slice(0, 2)}%`),
    }),
  ),
)

const fields = (names: readonly string[], values: readonly unknown[]): fc.Arbitrary<object> =>
  some(fc.tuple(oneOf(...names), oneOf(...values))).map((entries) => Object.fromEntries(entries) as object)
const labels = fields(
  ['app', 'tier', 'app.kubernetes.io/part-of', 'revision', 'none', 'a b'],
  ['web', 'db', 't1', 'shop', '03', '1', '', 3, null, 'no such', { a: 1 }],
)
const spec = fields(
  ['nodeName', 'restartPolicy', 'hostNetwork', 'schedulerName', 'none'],
  ['n1', 'n2', 'Always', 'Never', true, false, 1, null, ''],
)
const metadata = fc.oneof(
  fc.record({ labels }),
  fc.record({ name: oneOf('p1', 'p2', '') }),
  fc.record({ namespace: oneOf(...NAMESPACES), labels }),
  oneOf<unknown>([], 'x'),
)
const document = fc.oneof(
  fc.record({ metadata, spec }),
  fc.record({ status: fc.record({ phase: oneOf(...PHASES) }) }),
  fc.record({ kind: oneOf('Pod', 'Node'), spec }),
)
const onJson = fc
  .tuple(
    oneOf(...ON_JSON),
    fc.oneof(
      { weight: 2, arbitrary: fc.tuple(fc.constant('labels'), labels) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('spec'), spec) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('metadata'), metadata) },
      { weight: 3, arbitrary: fc.tuple(fc.constant('attrs'), document) },
    ),
    oneOf('app', 'tier', 'none', 'a b', ''),
  )
  .map(([form, [column, value], key]) =>
    filled(form, { C: column, J: `${quoted(JSON.stringify(value))}::jsonb`, V: quoted(key) }),
  )
const onOthers = fc
  .tuple(oneOf(...ON_OTHERS), fc.nat({ max: 4 }))
  .map(([form, number]) => filled(form, { V: String(number) }))

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, depthSize: 'max', withCrossShrink: true },
    { weight: 20, arbitrary: onText },
    { weight: 13, arbitrary: onJson },
    { weight: 7, arbitrary: onOthers },
    { weight: 30, arbitrary: fc.tuple(tie('condition'), tie('condition')).map((two) => `(${two.join(' AND ')})`) },
    { weight: 15, arbitrary: fc.tuple(tie('condition'), tie('condition')).map((two) => `(${two.join(' OR ')})`) },
    { weight: 15, arbitrary: tie('condition').map((one) => `NOT (${one})`) },
  ),
})) // prettier-ignore

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
  it('find nothing, few and many', async () => {
    const conditions = fc.sample(condition, { seed: SEED, numRuns: 200 })
    const counts = conditions.map((where) => `SELECT count(*) FROM conditions.copy WHERE ${where};`)
    const found = (await session(counts.join('\n'))).rows.flat().map(Number)
    expect(found.length).toBe(conditions.length)
    expect(found.filter((count) => count === 0).length).toBeGreaterThan(found.length / 20)
    expect(found.filter((count) => count > 0 && count < 40).length).toBeGreaterThan(found.length / 10)
    expect(found.filter((count) => count >= 40).length).toBeGreaterThan(found.length / 20)
  })

  it.each(Array.from({ length: Math.ceil(COUNT / BATCH) }, (_, batch) => batch * BATCH))(
    'from %i on find in the foreign table what they find in a copy',
    async (from) => {
      const findsTheSame = fc.asyncProperty(condition, async (where) => {
        const sql = `SELECT ${digest('conditions.pods', where)}, ${digest('conditions.copy', where)};`
        const { rows, messages } = await session(sql)
        expect(messages.split('\n').filter((line) => line.startsWith('ERROR'))).toEqual([])
        expect(rows[0]?.[0], where).toBe(rows[0]?.[1])
      })
      const numRuns = Math.min(BATCH, COUNT - from)
      await fc.assert(findsTheSame, { seed: SEED + from, numRuns })
    },
  )
})
