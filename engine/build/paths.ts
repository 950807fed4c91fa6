// Where the build finds its sources and keeps its results.
// Nothing else here knows the tree.
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
export const ENGINE = join(ROOT, 'engine')
export const WIT = join(ROOT, 'wit')
export const CACHE = join(ROOT, '.cache', 'engine')
export const COMPONENT = join(ROOT, 'dist', 'k8s_fdw.wasm')
