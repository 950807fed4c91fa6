// Every built-in kind that the API server lets anybody make, change and delete: what SQL makes of a manifest, and of a
// change to it, is what kubectl makes of it.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inRoot } from '../../../tools/paths.ts'
import { kubectl } from '../support/kubectl.ts'
import { create, remove } from '../support/objects.ts'
import { getText, suiteApi } from '../support/oracle.ts'
import { listPath, servedKinds, type ServedKind } from '../support/served.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { quoted, run, session } from '../support/sql.ts'

const NAMESPACE = 'every-kind'

interface Entry {
  readonly apiVersion: string
  readonly kind: string
  /** Where the name has to be of a form. */
  readonly name?: string
  readonly settles?: boolean
  readonly change: readonly [path: string, value: unknown]
  readonly [field: string]: unknown
}

interface KubernetesObject {
  metadata: { [field: string]: unknown }
  [field: string]: unknown
}

const ENTRIES = parse(readFileSync(inRoot('test/e2e/manifests/every-kind.yaml'), 'utf8')) as readonly Entry[]

/** Made by the columns of its fields, by a whole manifest, and by kubectl. */
const MAKERS = ['by-columns', 'by-manifest', 'by-kubectl'] as const
type Maker = (typeof MAKERS)[number]

const filled = <T>(value: T, maker: Maker): T =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll('<name>', maker)
      .replaceAll('<n>', String(MAKERS.indexOf(maker) + 1)),
  ) as T

const titleOf = ({ apiVersion, kind }: Entry): string => `${kind} of ${apiVersion}`
const nameOf = ({ name = '<name>' }: Entry, maker: Maker): string => filled(name, maker)
const tableOf = ({ apiVersion, kind }: Entry): string =>
  `${kind}_${apiVersion.replaceAll(/\W/g, '_')}`.toLowerCase()
const fieldsOf = (entry: Entry): string[] =>
  Object.keys(entry).filter((key) => !['apiVersion', 'kind', 'name', 'settles', 'change'].includes(key))

let served: readonly ServedKind[] = []
const kindOf = ({ apiVersion, kind }: Entry): ServedKind => {
  const found = served.find((one) => one.apiVersion === apiVersion && one.kind === kind)
  if (found === undefined) throw new Error(`${apiVersion} ${kind} is not served`)
  return found
}

const pathOf = (entry: Entry, maker: Maker): string => {
  const [start, plural] = listPath(kindOf(entry)).split(/\/(?=[^/]+$)/) as [string, string]
  const within = kindOf(entry).namespaced ? `/namespaces/${NAMESPACE}` : ''
  return `${start}${within}/${plural}/${nameOf(entry, maker)}`
}

const manifestOf = (entry: Entry, maker: Maker): object => ({
  apiVersion: entry.apiVersion,
  kind: entry.kind,
  metadata: { name: nameOf(entry, maker), ...(kindOf(entry).namespaced ? { namespace: NAMESPACE } : {}) },
  ...Object.fromEntries(fieldsOf(entry).map((field) => [field, filled(entry[field], maker)])),
})

const OF_ONE_OBJECT = [
  'name',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
]

/** What is to be the same of all three; undefined if it is not there. */
const seen = async (entry: Entry, maker: Maker): Promise<unknown> => {
  const text = await getText(pathOf(entry, maker)).catch((error: unknown) => String(error))
  if (/: 404 /.test(text)) return undefined
  const number = MAKERS.indexOf(maker) + 1
  const own = text.replaceAll(maker, '<name>')
  const object = JSON.parse(own) as KubernetesObject
  const rest = Object.entries(object).filter(([field]) => field !== 'metadata')
  const whole = {
    metadata: Object.fromEntries(
      Object.entries(object.metadata).filter(([field]) => !OF_ONE_OBJECT.includes(field)),
    ),
    ...Object.fromEntries(rest.filter(([field]) => field !== 'status' || entry.settles !== true)),
  }
  const numbered = JSON.stringify(entry).match(/[^"]*<n>[^"]*/g) ?? []
  return JSON.parse(
    numbered.reduce(
      (before, pattern) => before.replaceAll(pattern.replaceAll('<n>', String(number)), pattern),
      JSON.stringify(whole),
    ),
  )
}

const inParallel = async (each: (entry: Entry) => Promise<void>): Promise<void> => {
  const left = [...ENTRIES]
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await each(one)
  }
  await Promise.all(Array.from({ length: 6 }, work))
}

const says = new Map<string, string>()
const CHANGES = ['made', 'labelled', 'changed', 'deleted'] as const
const states = new Map<string, Record<Maker, unknown>>()

const note = async (entry: Entry, step: string): Promise<void> => {
  const [columns, manifest, byKubectl] = await Promise.all(MAKERS.map((maker) => seen(entry, maker)))
  states.set(`${titleOf(entry)} ${step}`, {
    'by-columns': columns,
    'by-manifest': manifest,
    'by-kubectl': byKubectl,
  })
}

/** Once more where the API server itself has written the object meanwhile, as the error's hint says. */
const ask = async (entry: Entry, sql: string): Promise<void> => {
  for (let tries = 10; ; tries--) {
    const { messages, failed } = await session(`SET search_path = every_kind; ${sql}`)
    if (tries > 0 && messages.includes('has changed since it was read')) continue
    if (failed) says.set(titleOf(entry), `${says.get(titleOf(entry)) ?? ''}${messages}`)
    return
  }
}

const json = (value: unknown): string => `${quoted(JSON.stringify(value))}::jsonb`

const patchOf = ({ change: [path, value] }: Entry): string =>
  JSON.stringify(path.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), value))

/** All at once; what one of them is refused for, all are. */
const kubectlAll = (args: readonly string[]): string =>
  kubectl(
    args,
    undefined,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: ENTRIES.map((entry) => manifestOf(entry, 'by-kubectl')),
    }),
  )

const tableSql = (entry: Entry): string => {
  const [path] = entry.change
  const fields = fieldsOf(entry).map((field) => `"${field}_" jsonb OPTIONS (alias ${quoted(field)})`)
  const columns = [
    ...['name text', 'namespace text', 'labels jsonb', 'attrs jsonb', 'object_key text'],
    ...fields,
    `changed jsonb OPTIONS (alias ${quoted(path)})`,
  ]
  const { plural, group, apiVersion } = kindOf(entry)
  const object = `${plural}.${apiVersion.replace(/^.*\//, '')}.${group}`
  return `CREATE FOREIGN TABLE ${tableOf(entry)} (${columns.join(', ')}) SERVER every_kind
    OPTIONS (object '${object}', rowid_column 'object_key'${kindOf(entry).namespaced ? `, namespace '${NAMESPACE}'` : ''});`
}

const BOTH = (entry: Entry): string =>
  `name IN (${quoted(nameOf(entry, 'by-columns'))}, ${quoted(nameOf(entry, 'by-manifest'))})`

beforeAll(async () => {
  served = await servedKinds()
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('every_kind', { writes: 'on' })
  await run(`DROP SCHEMA IF EXISTS every_kind CASCADE; CREATE SCHEMA every_kind; SET search_path = every_kind;
    ${ENTRIES.map(tableSql).join('\n')}`)

  kubectlAll(['create', '-f', '-'])
  await inParallel(async (entry) => {
    const fields = fieldsOf(entry)
    const names = ['name', ...fields.map((field) => `"${field}_"`)].join(', ')
    const values = [
      quoted(nameOf(entry, 'by-columns')),
      ...fields.map((field) => json(filled(entry[field], 'by-columns'))),
    ]
    await ask(entry, `INSERT INTO ${tableOf(entry)} (${names}) VALUES (${values.join(', ')});`)
    await ask(
      entry,
      `INSERT INTO ${tableOf(entry)} (attrs) VALUES (${json(manifestOf(entry, 'by-manifest'))});`,
    )
  })
  await inParallel((entry) => note(entry, 'made'))

  kubectlAll(['patch', '-f', '-', '--type', 'merge', '-p', '{"metadata":{"labels":{"changed":"yes"}}}'])
  await inParallel(async (entry) => {
    const set = `labels = coalesce(labels, '{}') || '{"changed": "yes"}'`
    await ask(entry, `UPDATE ${tableOf(entry)} SET ${set} WHERE ${BOTH(entry)};`)
  })
  await inParallel((entry) => note(entry, 'labelled'))

  // In the API server's own words, of which kubectl is the oracle elsewhere in this file: a process for each kind takes long.
  await inParallel(async (entry) => {
    await suiteApi().patch(pathOf(entry, 'by-kubectl'), JSON.parse(patchOf(entry)) as object)
    await ask(entry, `UPDATE ${tableOf(entry)} SET changed = ${json(entry.change[1])} WHERE ${BOTH(entry)};`)
  })
  await inParallel((entry) => note(entry, 'changed'))

  kubectlAll(['delete', '--wait=false', '-f', '-'])
  await inParallel((entry) => ask(entry, `DELETE FROM ${tableOf(entry)} WHERE ${BOTH(entry)};`))
  // Some are gone a moment later.
  await new Promise((resolve) => setTimeout(resolve, 500))
  await inParallel((entry) => note(entry, 'deleted'))
})

afterAll(async () => {
  // No controller takes their finalizers here.
  await inParallel(async (entry) => {
    for (const maker of MAKERS)
      await suiteApi()
        .patch(pathOf(entry, maker), { metadata: { finalizers: null } })
        .catch(() => undefined)
  })
  await remove(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined)
})

it('is all kinds that can be made, changed and deleted', async () => {
  const { items } = JSON.parse(await getText('/apis/apiextensions.k8s.io/v1/customresourcedefinitions')) as {
    items: { spec: { group: string } }[]
  }
  const services = JSON.parse(await getText('/apis/apiregistration.k8s.io/v1/apiservices')) as {
    items: { spec: { group?: string; service?: object } }[]
  }
  const others = [
    ...items.map(({ spec }) => spec.group),
    ...services.items.filter(({ spec }) => spec.service !== undefined).map(({ spec }) => spec.group),
  ]
  const written = ['create', 'patch', 'delete']
  const all = served.filter(({ group }) => !others.includes(group))
  const titles = (kinds: readonly ServedKind[]): string[] =>
    kinds.map(({ kind, apiVersion }) => `${kind} of ${apiVersion}`).sort()
  expect(ENTRIES.map(titleOf).sort()).toEqual(
    titles(all.filter(({ verbs }) => written.every((verb) => verbs.includes(verb)))),
  )
  // These are questions to the API server and what it is asked to do, and the last is a view of other objects.
  expect(titles(all.filter(({ verbs }) => !written.every((verb) => verbs.includes(verb))))).toEqual([
    'Binding of v1',
    'ComponentStatus of v1',
    'LocalSubjectAccessReview of authorization.k8s.io/v1',
    'SelfSubjectAccessReview of authorization.k8s.io/v1',
    'SelfSubjectReview of authentication.k8s.io/v1',
    'SelfSubjectRulesReview of authorization.k8s.io/v1',
    'SubjectAccessReview of authorization.k8s.io/v1',
    'TokenReview of authentication.k8s.io/v1',
  ])
})

it.each(ENTRIES.map((entry) => [titleOf(entry), entry] as const))('%s', (title) => {
  expect(says.get(title)).toBeUndefined()
  for (const step of CHANGES) {
    const state = states.get(`${title} ${step}`)
    expect(state?.['by-columns'], `by columns, ${step}`).toEqual(state?.['by-kubectl'])
    expect(state?.['by-manifest'], `by a manifest, ${step}`).toEqual(state?.['by-kubectl'])
    if (step === 'made') expect(state?.['by-kubectl']).toBeDefined()
  }
  expect(states.get(`${title} changed`)?.['by-kubectl']).not.toEqual(
    states.get(`${title} labelled`)?.['by-kubectl'],
  )
})
