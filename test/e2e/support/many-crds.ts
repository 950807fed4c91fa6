// Generates custom resource definitions by the dozen, in groups of ten, each with what real ones have in their schemas;
// and removes them afterwards.
import { apply } from './manifests.ts'
import { remove } from './objects.ts'
import { getText, suiteApi } from './oracle.ts'

const PER_GROUP = 10

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

const thousandFields = (): string =>
  JSON.stringify(
    Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`extra${i}`, { type: 'string' }])),
  )

const isDocumented = async ({ group, kind }: Definition): Promise<boolean> => {
  const document = await getText(`/openapi/v3/apis/${group}/v1`).catch(() => '')
  return document.includes(`"kind":"${kind}"`)
}

/** Makes them, and waits until the API server documents the last of each group. */
export const createDefinitions = async (count: number): Promise<Definition[]> => {
  const all = Array.from({ length: count }, (_, n) => definition(n))
  for (const [n, { group }] of all.entries())
    await apply(suiteApi(), 'many-crds.yaml', {
      n,
      group,
      scope: n % 2 === 0 ? 'Namespaced' : 'Cluster',
      'more fields': n === 0 ? thousandFields() : '{}',
    })
  for (const each of all)
    while (!(await isDocumented(each))) await new Promise((resolve) => setTimeout(resolve, 200))
  return all
}

export const removeDefinitions = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    const { group, plural } = definition(n)
    await remove(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${group}`)
  }
}
