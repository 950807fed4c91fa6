// Where things are in the repository.
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

export const inRoot = (...parts: string[]): string => join(ROOT, ...parts)

/** The folders of what is built or fetched. */
export const NOT_OURS = ['node_modules', 'target', 'dist', '.cache', '.run', '.git'] as const

/** The repository's own files of these patterns. */
export const ourFiles = (...patterns: readonly string[]): string[] =>
  globSync(patterns, {
    cwd: ROOT,
    exclude: (name) => NOT_OURS.some((folder) => folder === basename(name)),
  }).sort()

export const CACHE = inRoot('.cache')
export const LOGS = inRoot('.cache', 'logs')
export const COMPONENT = inRoot('dist', 'k8s_fdw.wasm')
/** What the component is made of, as its build found it. */
export const MATERIALS = inRoot('dist', 'k8s_fdw.materials.json')
export const RELEASE = inRoot('dist', 'release')
export const CLUSTER_BINARY = inRoot('.cache', 'cluster')
/** kubectl of the API server's version: the tests' outside oracle, and the benchmark's other way. */
export const KUBECTL = inRoot('.cache', 'kubectl')

/** What runs the component: the host of our own, or one of the two generations of the Wrappers framework. */
export type Variant = 'own' | 'current' | 'legacy'

export const hostFolder = (variant: Variant): string => inRoot('.cache', `wrappers-${variant}`)
export const SITE = inRoot('dist', 'site')

/** What stands in for `hostFolder` in a Postgres of ours: another build of Wrappers, the real one (test/host/README.md). */
export const hostFiles = (variant: Variant): string => {
  const other = process.env['K8S_FDW_TEST_HOST_FOLDER'] ?? ''
  return other === '' ? hostFolder(variant) : other
}
