// Where the build finds its sources and keeps its results.
// Nothing else here knows the tree.
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
/** The parts of the component: runtime, adapter, bindings, mquickjs, and this build. */
export const PARTS = join(ROOT, 'component')
export const WIT = join(ROOT, 'wit')
/** Results of earlier builds; another folder makes a build that owes nothing to them. */
export const CACHE = process.env['K8S_FDW_BUILD_CACHE'] ?? join(ROOT, '.cache', 'engine')
export const COMPONENT = join(ROOT, 'dist', 'k8s_fdw.wasm')
