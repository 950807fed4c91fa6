// What the API server says that it serves, from its older lists, as kubectl api-resources shows it. k8s_fdw reads the
// aggregated discovery instead.
import { getText } from './oracle.ts'

export interface ServedKind {
  readonly apiVersion: string
  readonly group: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
  readonly listable: boolean
  readonly verbs: readonly string[]
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string
    readonly kind: string
    readonly namespaced: boolean
    readonly verbs: readonly string[]
  }[]
}

interface GroupList {
  readonly groups: readonly {
    readonly name: string
    readonly versions: readonly { readonly groupVersion: string }[]
    readonly preferredVersion: { readonly groupVersion: string }
  }[]
}

const inVersion = async (group: string, apiVersion: string): Promise<ServedKind[]> => {
  const root = group === '' ? '/api' : '/apis'
  const { resources } = JSON.parse(await getText(`${root}/${apiVersion}`)) as ResourceList
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced, verbs }) => ({
      apiVersion,
      group,
      plural: name,
      kind,
      namespaced,
      listable: verbs.includes('list'),
      verbs,
    }))
}

/** Every kind once, in its group's preferred version where that has it. */
export const servedKinds = async (): Promise<ServedKind[]> => {
  const { groups } = JSON.parse(await getText('/apis')) as GroupList
  const found = new Map<string, ServedKind>()
  const add = (kinds: readonly ServedKind[]): void => {
    for (const kind of kinds) {
      const key = `${kind.plural}.${kind.group}`
      if (!found.has(key)) found.set(key, kind)
    }
  }
  add(await inVersion('', 'v1'))
  for (const { name, versions, preferredVersion } of groups) {
    add(await inVersion(name, preferredVersion.groupVersion))
    for (const { groupVersion } of versions) add(await inVersion(name, groupVersion))
  }
  return [...found.values()]
}

export const listPath = ({ apiVersion, group, plural }: ServedKind): string =>
  `${group === '' ? '/api' : '/apis'}/${apiVersion}/${plural}`
