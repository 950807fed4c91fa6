// Random changes by SQL, and by somebody else in the midst of them, against a model of what they do: after each run the
// cluster is as the model says, and each statement has failed for the reason that the model gives. A failure shows the
// seed, and the smallest run that fails. K8S_FDW_TEST_CHANGES sets how many changes there are (1,000; on
// Wrappers, which makes a connection for each request, 200), and K8S_FDW_TEST_SEED where they begin.
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startBetween, type Between, type Decide, type Fate } from '../support/between.ts'
import { isOwn } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { list, suiteApi, type KubernetesObject } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, run, session } from '../support/sql.ts'

const COUNT = Number(process.env['K8S_FDW_TEST_CHANGES'] ?? (isOwn ? '1000' : '200'))
const SEED = Number(process.env['K8S_FDW_TEST_SEED'] ?? '1')
/** Changes of one run, which begins with nothing. */
const RUN = 40

const NAMESPACE = 'writes-model'
const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`

type Texts = Readonly<Record<string, string>>

interface Container {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly cpu: string | undefined
}

/** What the model knows of an object; a ConfigMap has data alone, and a Deployment the rest. */
interface Thing {
  readonly labels: Texts
  readonly data: Texts
  readonly replicas: number
  readonly note: string | undefined
  readonly containers: readonly Container[]
}

/** By name. */
type Things = Readonly<Record<string, Thing>>
interface Model {
  readonly maps: Things
  readonly deployments: Things
}

const APP: Container = { name: 'app', image: 'app:1', command: [], cpu: undefined }
const EMPTY: Thing = { labels: {}, data: {}, replicas: 1, note: undefined, containers: [APP] }

/** The SQL of a column's new value, and what becomes of an object; a text is the reason for which it is refused. */
interface Setting {
  readonly column: string
  readonly sql: string
  readonly effect: (before: Thing) => Thing | string
}

interface Change {
  readonly table: 'maps' | 'deployments'
  readonly verb: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly names: readonly string[]
  readonly settings: readonly Setting[]
  /** Somebody else changes one of the objects: before its dry run, or between that and the request for real. */
  readonly meanwhile: 'dry run' | 'request' | undefined
  /** Which of the rows. */
  readonly which: number
}

const without = (texts: Texts, key: string): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([one]) => one !== key))
const json = (value: unknown): string => `${quoted(JSON.stringify(value))}::jsonb`
const literal = (value: string | null): string => (value === null ? 'NULL' : quoted(value))
const withKey = (texts: Texts, key: string, value: string | null): Texts =>
  value === null ? without(texts, key) : { ...texts, [key]: value }

const oneOf = <T>(...choices: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...choices)
const INVALID = 'would not be valid'
const CHANGED = 'has changed since it was read'
const KEYS = {
  labels: ['app', 'tier', 'a.b/c', 'old'],
  data: ['app', 'tier', 'a.b_c', 'old'],
} as const
const textsOf = (of: keyof typeof KEYS): fc.Arbitrary<Texts> =>
  fc
    .dictionary(oneOf<string>(...KEYS[of]), oneOf('x', 'y', '', '0'), { maxKeys: 3 })
    .map((map) => ({ ...map }))

const isLabel = (map: Texts): boolean => Object.values(map).every((value) => value !== 'not a label')

/** Of a column that is a map as a whole. */
const mapSettings = (column: 'labels' | 'data'): fc.Arbitrary<Setting> =>
  fc.oneof(
    fc
      .oneof(
        { weight: 8, arbitrary: textsOf(column) },
        { weight: column === 'labels' ? 1 : 0, arbitrary: fc.constant({ app: 'not a label' }) },
      )
      .map((map): Setting => ({
        column,
        sql: json(map),
        effect: (before) => (isLabel(map) ? { ...before, [column]: map } : INVALID),
      })),
    textsOf(column).map((map): Setting => ({
      column,
      sql: `coalesce(${column}, '{}') || ${json(map)}`,
      effect: (before) => ({ ...before, [column]: { ...before[column], ...map } }),
    })),
    oneOf<string>(...KEYS[column]).map((key): Setting => ({
      column,
      sql: `${column} - ${quoted(key)}`,
      effect: (before) => ({ ...before, [column]: without(before[column], key) }),
    })),
    fc.constant<Setting>({ column, sql: 'NULL', effect: (before) => ({ ...before, [column]: {} }) }),
  )

const keySetting = (column: string, map: 'labels' | 'data', key: string): fc.Arbitrary<Setting> =>
  oneOf('x', 'z', null).map((value) => ({
    column,
    sql: literal(value),
    effect: (before) => ({ ...before, [map]: withKey(before[map], key, value) }),
  }))

const onContainer =
  (index: number, change: (container: Container) => Container | string) =>
  (before: Thing): Thing | string => {
    const container = before.containers[index]
    if (container === undefined) return INVALID
    const changed = change(container)
    return typeof changed === 'string'
      ? changed
      : { ...before, containers: before.containers.map((one, i) => (i === index ? changed : one)) }
  }

const SIDE: Container = { name: 'side', image: 'side:1', command: ['run'], cpu: undefined }
const sideManifest = { name: 'side', image: 'side:1', command: ['run'] }
const CPUS: readonly (readonly [sql: string, quantity: string | undefined])[] = [
  ['0.25', '250m'],
  ['2', '2'],
  ['1.5', '1500m'],
  ['NULL', undefined],
]

const deploymentSetting: fc.Arbitrary<Setting> = fc.oneof(
  mapSettings('labels'),
  keySetting('app', 'labels', 'app'),
  oneOf(0, 1, 3, -1, null).map((value): Setting => ({
    column: 'replicas',
    sql: String(value ?? 'NULL'),
    effect: (before) => (value === -1 ? INVALID : { ...before, replicas: value ?? 1 }),
  })),
  oneOf('n', 'm', null).map((value): Setting => ({
    column: 'note',
    sql: literal(value),
    effect: (before) => ({ ...before, note: value ?? undefined }),
  })),
  fc.tuple(oneOf(0, 1), oneOf('web:1', 'web:2', null)).map(([index, image]): Setting => ({
    column: `image${index}`,
    sql: literal(image),
    effect: (before) =>
      image === null
        ? // Of a container that is not there nothing is removed.
          index < before.containers.length
          ? 'is NULL, and the object needs a value there'
          : before
        : onContainer(index, (container) => ({ ...container, image }))(before),
  })),
  oneOf(...CPUS).map(([sql, cpu]): Setting => ({
    column: 'cpu',
    sql,
    effect: onContainer(0, (container) => ({ ...container, cpu })),
  })),
  oneOf<readonly string[] | null>(['a'], ['a', 'b', 'c'], [], null).map((command): Setting => ({
    column: 'command',
    sql: command === null ? 'NULL' : json(command),
    effect: onContainer(0, (container) => ({ ...container, command: command ?? [] })),
  })),
  oneOf('z', null).map((value): Setting => ({
    column: 'word',
    sql: literal(value),
    effect: onContainer(0, (container) => {
      const { command } = container
      if (value === null) return { ...container, command: command.filter((_, i) => i !== 1) }
      if (command.length === 0) return 'no element'
      return { ...container, command: [command[0] ?? '', value, ...command.slice(2)] }
    }),
  })),
  oneOf(true, false).map((isThere): Setting => ({
    column: 'second',
    sql: isThere ? json(sideManifest) : 'NULL',
    effect: (before) => ({
      ...before,
      containers: [before.containers[0] ?? APP, ...(isThere ? [SIDE] : [])],
    }),
  })),
)
const mapSetting: fc.Arbitrary<Setting> = fc.oneof(
  mapSettings('labels'),
  mapSettings('data'),
  keySetting('app', 'labels', 'app'),
  keySetting('slash', 'labels', 'a.b/c'),
  keySetting('key', 'data', 'app'),
  oneOf('k').map((): Setting => ({ column: 'data', sql: json({ app: 1 }), effect: () => INVALID })),
)

/** Columns of which one is written to a part of what the other is. */
const OVERLAPS: readonly (readonly string[])[] = [
  ['labels', 'app'],
  ['labels', 'slash'],
  ['data', 'key'],
  ['second', 'image1'],
  ['command', 'word'],
]

const insertSettings = (table: Change['table']): fc.Arbitrary<readonly Setting[]> =>
  table === 'maps'
    ? fc.tuple(textsOf('labels'), textsOf('data'), oneOf(0, 0, 0, 0, 1)).map(([labels, data, isBad]) => [
        {
          column: 'labels',
          sql: isBad === 1 ? json({ app: 'not a label' }) : json(labels),
          effect: (before: Thing) => (isBad === 1 ? INVALID : { ...before, labels }),
        },
        { column: 'data', sql: json(data), effect: (before: Thing) => ({ ...before, data }) },
      ])
    : fc.tuple(textsOf('labels'), oneOf(1, 2)).map(([labels, replicas]) => [
        { column: 'labels', sql: json(labels), effect: (before: Thing) => ({ ...before, labels }) },
        { column: 'replicas', sql: String(replicas), effect: (before: Thing) => ({ ...before, replicas }) },
      ])

const uniqueColumns = (settings: readonly Setting[]): Setting[] =>
  settings.filter(({ column }, i) => settings.findIndex((one) => one.column === column) === i)

const change: fc.Arbitrary<Change> = oneOf<Change['table']>('maps', 'deployments').chain((table) =>
  fc
    .record({
      verb: oneOf<Change['verb']>('INSERT', 'INSERT', 'UPDATE', 'UPDATE', 'UPDATE', 'DELETE'),
      names: fc.array(oneOf('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 3 }),
      made: insertSettings(table),
      set: fc.array(table === 'maps' ? mapSetting : deploymentSetting, { minLength: 1, maxLength: 3 }),
      meanwhile: fc.oneof(
        { weight: 22, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: oneOf<'dry run' | 'request'>('dry run', 'request') },
      ),
      which: fc.nat({ max: 2 }),
    })
    .map(({ verb, names, made, set, meanwhile, which }) => ({
      table,
      verb,
      // Twice the same row is a fault of INSERT alone.
      names: verb === 'INSERT' ? names : [...new Set(names)].sort(),
      settings: verb === 'INSERT' ? made : uniqueColumns(set),
      meanwhile: verb === 'INSERT' ? undefined : meanwhile,
      which,
    })),
)

const TEMPLATE = json({
  selector: { matchLabels: { app: 'model' } },
  template: {
    metadata: { labels: { app: 'model' } },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
  },
})

const sqlOf = ({ table, verb, names, settings }: Change): string => {
  const where = `WHERE name IN (${names.map(quoted).join(', ')})`
  if (verb === 'DELETE') return `DELETE FROM model.${table} ${where};`
  if (verb === 'UPDATE')
    return `UPDATE model.${table} SET ${settings.map(({ column, sql }) => `${column} = ${sql}`).join(', ')} ${where};`
  const more =
    table === 'maps'
      ? []
      : [
          { column: 'selector', sql: `${TEMPLATE}->'selector'` },
          { column: 'template', sql: `${TEMPLATE}->'template'` },
        ]
  const columns = [...settings, ...more]
  const rowsOf = names.map((name) => `(${[quoted(name), ...columns.map(({ sql }) => sql)].join(', ')})`)
  return `INSERT INTO model.${table} (name, ${columns.map(({ column }) => column).join(', ')}) VALUES ${rowsOf.join(', ')};`
}

interface Outcome {
  readonly things: Things
  /** The error has to say one of these; there is to be none if there are none. */
  readonly errors: readonly string[]
}

const applied = (before: Thing, { settings, verb }: Change): Thing | string => {
  const columns = settings.map(({ column }) => column)
  if (verb === 'UPDATE' && OVERLAPS.some((pair) => pair.every((column) => columns.includes(column))))
    return 'cannot be written'
  // Elements are removed when all else is done.
  const ordered = [...settings].sort((a, b) => Number(isRemoval(a)) - Number(isRemoval(b)))
  return ordered.reduce<Thing | string>(
    (thing, { effect }) => (typeof thing === 'string' ? thing : effect(thing)),
    before,
  )
}
const isRemoval = ({ column, sql }: Setting): boolean =>
  sql === 'NULL' && (column === 'second' || column === 'word')

const normal = (thing: Thing): unknown => [
  Object.entries(thing.labels).sort(),
  Object.entries(thing.data).sort(),
  thing.replicas,
  thing.note ?? null,
  thing.containers.map(({ name, image, command, cpu }) => [name, image, command, cpu ?? null]),
]

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const withoutThing = (things: Things, name: string): Record<string, Thing> =>
  Object.fromEntries(Object.entries(things).filter(([one]) => one !== name))

const outcome = (things: Things, change: Change): Outcome => {
  const { verb, names, meanwhile, which } = change
  let after: Record<string, Thing> = { ...things }
  if (verb === 'INSERT') {
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) return { things, errors: ['two rows of the statement are for'] }
      const made = applied(EMPTY, change)
      if (typeof made === 'string') return { things, errors: [made] }
      if (things[name] !== undefined) return { things, errors: ['is there already'] }
      after[name] = made
    }
    return { things: after, errors: [] }
  }
  const found = names.filter((name) => things[name] !== undefined)
  const disturbed = meanwhile === undefined ? undefined : found[which % found.length]
  const results = found.map((name) =>
    verb === 'DELETE' ? undefined : applied(things[name] as Thing, change),
  )
  for (const [i, result] of results.entries()) {
    const isBad = typeof result === 'string'
    // What is wrong with the row may be found first.
    if (meanwhile === 'dry run' && found[i] === disturbed)
      return { things, errors: isBad ? [CHANGED, result] : [CHANGED] }
    if (isBad) return { things, errors: [result] }
  }
  for (const [i, name] of found.entries()) {
    const before = things[name] as Thing
    const result = results[i] as Thing | undefined
    // What is as it is to be counts as done, whoever did it.
    const isSame = result !== undefined && isEqual(normal(result), normal(before))
    if (meanwhile === 'request' && name === disturbed && !isSame) {
      return {
        things: after,
        errors: [found.length === 1 ? CHANGED : `${i} of ${found.length} changes are made`],
      }
    }
    after = result === undefined ? withoutThing(after, name) : { ...after, [name]: result }
  }
  return { things: after, errors: [] }
}

interface Found extends KubernetesObject {
  readonly spec?: {
    readonly replicas: number
    readonly template: {
      readonly metadata: { readonly annotations?: Texts }
      readonly spec: {
        readonly containers: readonly {
          readonly name: string
          readonly image: string
          readonly command?: readonly string[]
          readonly resources?: { readonly requests?: { readonly cpu?: string } }
        }[]
      }
    }
  }
}

const thingOf = ({ metadata, data, spec }: Found): Thing => ({
  labels: metadata.labels ?? {},
  data: data ?? {},
  replicas: spec?.replicas ?? EMPTY.replicas,
  note: spec?.template.metadata.annotations?.['note'],
  containers:
    spec?.template.spec.containers.map(({ name, image, command = [], resources }) => ({
      name,
      image,
      command,
      cpu: resources?.requests?.cpu,
    })) ?? EMPTY.containers,
})

const thingsAt = async (path: string): Promise<unknown> =>
  (await list(path)).map((object) => [object.metadata.name, normal(thingOf(object as Found))]).sort()
const expected = (things: Things): unknown =>
  Object.entries(things)
    .map(([name, thing]) => [name, normal(thing)])
    .sort()

let between: Between
/** What somebody else does when the next request comes that this says. */
let disturbed = 0
let disturbance: { readonly path: string; readonly isDry: boolean } | undefined

const decide: Decide = async ({ method, isDry, path }): Promise<Fate> => {
  const due = disturbance
  // The first request for real comes when all rows have passed; each is preceded by what is to happen to its own object.
  if (method === 'GET' || due === undefined || due.isDry !== isDry || !path.startsWith(`${due.path}?`)) {
    if (method !== 'DELETE' || due === undefined || due.isDry !== isDry || path !== due.path) return 'pass'
  }
  disturbance = undefined
  await suiteApi().patch(due.path, { metadata: { annotations: { other: String(++disturbed) } } })
  return 'pass'
}

beforeAll(async () => {
  between = await startBetween()
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('model', { api_url: between.at('model', decide), writes: 'on' })
  await run(`DROP SCHEMA IF EXISTS model CASCADE; CREATE SCHEMA model;
    CREATE FOREIGN TABLE model.maps (name text, labels jsonb, data jsonb,
      app text OPTIONS (alias 'metadata.labels.app'), slash text OPTIONS (alias '{.metadata.labels[''a.b/c'']}'),
      key text OPTIONS (alias 'data.app'), object_key text)
      SERVER model OPTIONS (object 'configmaps', namespace '${NAMESPACE}', rowid_column 'object_key');
    CREATE FOREIGN TABLE model.deployments (name text, labels jsonb, selector jsonb OPTIONS (alias 'spec.selector'),
      template jsonb OPTIONS (alias 'spec.template'), replicas integer OPTIONS (alias 'spec.replicas'),
      app text OPTIONS (alias 'metadata.labels.app'), note text OPTIONS (alias 'spec.template.metadata.annotations.note'),
      image0 text OPTIONS (alias 'spec.template.spec.containers[0].image'),
      image1 text OPTIONS (alias 'spec.template.spec.containers[1].image'),
      cpu numeric OPTIONS (alias 'spec.template.spec.containers[0].resources.requests.cpu'),
      command jsonb OPTIONS (alias 'spec.template.spec.containers[0].command'),
      word text OPTIONS (alias 'spec.template.spec.containers[0].command[1]'),
      second jsonb OPTIONS (alias 'spec.template.spec.containers[1]'), object_key text)
      SERVER model OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', rowid_column 'object_key');`)
})

const clear = async (): Promise<void> => {
  await suiteApi().remove(MAPS)
  await suiteApi().remove(DEPLOYMENTS)
}

afterAll(async () => {
  await clear()
  await between.close()
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

/** The errors of statements, each after its number. */
const errorsOf = (messages: string): Map<number, string> =>
  new Map(
    messages
      .split(/^NOTICE: {2}change (?=\d)/m)
      .slice(1)
      .map((text) => [Number.parseInt(text, 10), text]),
  )

const runAll = async (changes: readonly Change[]): Promise<void> => {
  await clear()
  let model: Model = { maps: {}, deployments: {} }
  let waiting: { sql: string; errors: readonly string[] }[] = []
  const send = async (): Promise<void> => {
    const sql = waiting
      .map(({ sql }, i) => `DO $$ BEGIN RAISE NOTICE 'change ${i}'; END $$;\n${sql}`)
      .join('\n')
    const said = errorsOf((await session(sql)).messages)
    for (const [i, { sql, errors }] of waiting.entries()) {
      const text = said.get(i) ?? ''
      if (errors.length === 0) expect(text, sql).not.toContain('ERROR:')
      else
        expect(
          errors.some((error) => text.includes(error)),
          `${sql}\n${text}\n${errors.join()}`,
        ).toBe(true)
    }
    waiting = []
    expect(await thingsAt(MAPS)).toEqual(expected(model.maps))
    expect(await thingsAt(DEPLOYMENTS)).toEqual(expected(model.deployments))
  }
  for (const one of changes) {
    const { table, meanwhile, names, which } = one
    const things = model[table]
    const found = names.filter((name) => things[name] !== undefined)
    const isDisturbed = meanwhile !== undefined && found.length > 0
    if (isDisturbed && waiting.length > 0) await send()
    const { things: after, errors } = outcome(things, one)
    waiting.push({ sql: sqlOf(one), errors })
    model = { ...model, [table]: after }
    if (!isDisturbed) continue
    const name = found[which % found.length] ?? ''
    disturbance = { path: `${table === 'maps' ? MAPS : DEPLOYMENTS}/${name}`, isDry: meanwhile === 'dry run' }
    await send().finally(() => (disturbance = undefined))
  }
  if (waiting.length > 0) await send()
}

it('makes changes of all sorts, of which some fail', () => {
  const changes = fc.sample(change, { seed: SEED, numRuns: 400 })
  let things: Things = {}
  const outcomes = changes.map((one) => {
    const result = outcome(things, one)
    things = result.things
    return result
  })
  const failed = outcomes.filter(({ errors }) => errors.length > 0)
  expect(failed.length).toBeGreaterThan(changes.length / 20)
  expect(failed.length).toBeLessThan(changes.length / 1.5)
  expect(failed.filter(({ errors }) => /changed|made/.test(errors.join())).length).toBeGreaterThan(0)
})

it.each(Array.from({ length: Math.ceil(COUNT / RUN) }, (_, i) => i * RUN))(
  `random changes from %i on, seed ${SEED}`,
  async (from) => {
    const count = Math.min(RUN, COUNT - from)
    const changes = fc.array(change, { minLength: count, maxLength: count, size: 'max' })
    await fc.assert(fc.asyncProperty(changes, runAll), {
      seed: SEED + from,
      numRuns: 1,
      endOnFailure: true,
    })
  },
)
