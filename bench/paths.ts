// Where the benchmark keeps what it builds and what it finds.
import { join } from 'node:path'
import { CACHE, inRoot } from '../tools/paths.ts'

export const BENCH_CACHE = join(CACHE, 'bench')

/** The built component of a contender other than ours. */
export const builtComponent = (name: string): string => join(BENCH_CACHE, `${name}.wasm`)

export const LATEST = inRoot('bench', 'results', 'latest.json')
export const LATEST_KEPT = inRoot('bench', 'results', 'kept.json')
export const LATEST_FLEET = inRoot('bench', 'results', 'fleet.json')
export const PUBLISHED_JSON = inRoot('docs', 'benchmark.json')
export const PUBLISHED_PICTURE = inRoot('docs', 'benchmark.svg')
