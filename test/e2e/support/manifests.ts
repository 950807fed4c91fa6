// Puts manifests of test/e2e/manifests into a cluster, with the status that a controller or a kubelet would write.
// A manifest may leave out the uid of an owner, which is looked up, and has two tags of its own:
//   !now -3m20s                            is a time, so long ago or, with +, so long from now
//   !certificate shop.example.com 61d12h   is what a Secret of type kubernetes.io/tls holds, and when it expires
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments, type ScalarTag } from 'yaml'
import { inRoot } from '../../../tools/paths.ts'
import type { Api } from './api.ts'
import { createAuthority } from './certificates.ts'

interface Reference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly ownerReferences?: readonly Reference[]
  }
  readonly status?: object
}

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 }

/** `-3m20s` → -200 */
const seconds = (duration: string): number => {
  const parts = [...duration.matchAll(/(\d+)([dhms])/g)]
  const sum = parts.reduce(
    (before, [, count, unit = '']) => before + Number(count) * (SECONDS[unit] ?? NaN),
    0,
  )
  return duration.startsWith('-') ? -sum : sum
}

/** With the six digits that Kubernetes wants in some of its times, and takes in all. */
const timeFromNow = (duration: string): string =>
  new Date(Date.now() + seconds(duration) * 1000).toISOString().replace(/\.\d+Z$/, '.000000Z')

const certificateOf = (name: string, duration: string): object => {
  const authority = createAuthority('Example CA')
  const { cert, key } = authority.issue([name], -30, seconds(duration) / 86_400)
  // As a server has it: its own first, then the authority's.
  return { 'tls.crt': `${cert}${authority.cert}`, 'tls.key': key }
}

const TAGS: ScalarTag[] = [
  { tag: '!now', resolve: timeFromNow },
  { tag: '!certificate', resolve: (text) => certificateOf(...(text.split(' ') as [string, string])) },
]

/** What stands for `<a name>` in the file, by that name. */
type Values = Readonly<Record<string, string | number>>

const read = (file: string, values: Values): Manifest[] => {
  const text = Object.entries(values).reduce(
    (before, [name, value]) => before.replaceAll(`<${name}>`, String(value)),
    readFileSync(file, 'utf8'),
  )
  return parseAllDocuments(text, { merge: true, customTags: TAGS }).flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw new Error(`${file}: ${error.message}`)
    const manifest = document.toJS() as Manifest & { readonly items?: readonly Manifest[] }
    return manifest.items ?? [manifest]
  })
}

/** A file, or the files of a folder in the order of their names. */
const readAll = (name: string, values: Values): Manifest[] => {
  const path = inRoot('test/e2e/manifests', name)
  if (!statSync(path).isDirectory()) return read(path, values)
  return readdirSync(path)
    .sort()
    .flatMap((file) => read(join(path, file), values))
}

/** As Kubernetes' own UnsafeGuessKindToResource has it. */
const pluralOf = (kind: string): string => {
  const singular = kind.toLowerCase()
  if (singular === 'endpoints') return singular
  if (singular.endsWith('s')) return `${singular}es`
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
}

const listPath = (apiVersion: string, kind: string, namespace: string | undefined): string => {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${pluralOf(kind)}`
}

/** What a definition or an APIService adds is served a moment after it is made. */
export const untilServed = async (api: Api, path: string): Promise<void> => {
  for (let tries = 300; ; tries--) {
    const answer = await api.text(path).catch((error: unknown) => error)
    if (!(answer instanceof Error)) return
    if (tries === 0) throw answer
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const put = async (api: Api, { status, metadata, ...manifest }: Manifest): Promise<void> => {
  const { name, namespace, ownerReferences = [] } = metadata
  const owners = ownerReferences.map(async (owner) => {
    // The only owner in these manifests that is in no namespace.
    const place = owner.kind === 'Node' ? undefined : namespace
    const path = `${listPath(owner.apiVersion, owner.kind, place)}/${owner.name}`
    const found = await api.get<{ metadata: { uid: string } }>(path)
    return { ...owner, uid: found.metadata.uid }
  })
  const path = listPath(manifest.apiVersion, manifest.kind, namespace)
  await untilServed(api, `${path}?limit=1`)
  await api.create(path, {
    ...manifest,
    metadata: { ...metadata, ownerReferences: await Promise.all(owners) },
  })
  if (status !== undefined) await api.patch(`${path}/${name}/status`, { status })
}

/** Puts them in their order, for an owner has to be there before what it owns. */
export const apply = async (api: Api, name: string, values: Values = {}): Promise<void> => {
  for (const manifest of readAll(name, values)) await put(api, manifest)
}
