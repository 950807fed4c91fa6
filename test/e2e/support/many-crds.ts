// Generates custom resource definitions by the dozen, in groups of ten, each with what real ones have in their schemas;
// and removes them afterwards.
import { create, remove } from './objects.ts'
import { getText } from './oracle.ts'

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const PER_GROUP = 10
/** As controller-gen writes it. */
const QUANTITY =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'
const INT_OR_STRING = { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }

export interface Definition {
  readonly group: string
  readonly plural: string
  readonly kind: string
}

const definition = (n: number): Definition => ({
  group: `g${Math.floor(n / PER_GROUP)}.many.example.com`,
  plural: `crd${n}s`,
  kind: `Crd${n}`,
})

/** The first has a thousand fields more. */
const spec = (n: number): object => ({
  type: 'object',
  description: `Spec of the kind with the number ${n}.`,
  properties: {
    limit: { ...INT_OR_STRING, pattern: QUANTITY, description: 'A quantity.' },
    port: INT_OR_STRING,
    mode: { type: 'string', enum: ['on', 'off'], nullable: true },
    at: { type: 'string', format: 'date-time' },
    ratio: { type: 'number' },
    big: { type: 'integer', format: 'int64' },
    small: { type: 'integer', format: 'int32' },
    paused: { type: 'boolean' },
    'dashed-name': { type: 'string' },
    anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    lists: { type: 'array', items: { type: 'array', items: { type: 'string' } } },
    map: { type: 'object', additionalProperties: { type: 'integer' } },
    template: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { image: { type: 'string' } } } },
    },
    ...(n === 0
      ? Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`extra${i}`, { type: 'string' }]))
      : {}),
  },
})

const manifest = (n: number): object => {
  const { group, plural, kind } = definition(n)
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: n % 2 === 0 ? 'Namespaced' : 'Cluster',
      names: { plural, singular: plural.slice(0, -1), kind, listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: spec(n),
                status: { type: 'object', properties: { paused: { type: 'boolean' } } },
                top: { type: 'string' },
              },
            },
          },
        },
      ],
    },
  }
}

const isDocumented = async ({ group, kind }: Definition): Promise<boolean> => {
  const document = await getText(`/openapi/v3/apis/${group}/v1`).catch(() => '')
  return document.includes(`"kind":"${kind}"`)
}

/** Makes them, and waits until the API server documents the last of each group. */
export const createDefinitions = async (count: number): Promise<Definition[]> => {
  for (let n = 0; n < count; n++) await create(PATH, manifest(n))
  const all = Array.from({ length: count }, (_, n) => definition(n))
  for (const each of all) {
    while (!(await isDocumented(each))) await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return all
}

export const removeDefinitions = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    const { group, plural } = definition(n)
    await remove(`${PATH}/${plural}.${group}`)
  }
}
