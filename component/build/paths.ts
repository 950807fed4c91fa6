// Where the build finds its sources and keeps its results.
// Nothing else here knows the tree.
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
/** The parts of the component: runtime, adapter, bindings, mquickjs, and this build. */
export const PARTS = join(ROOT, 'component')
export const WIT = join(ROOT, 'wit')
export const COMPONENT = join(ROOT, 'dist', 'k8s_fdw.wasm')
