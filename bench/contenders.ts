// Owns: who takes part, and where each one's program is.
// Never: builds or runs one.
import { COMPONENT } from '../tools/paths.ts'
import { builtComponent } from './paths.ts'

interface Named {
  readonly id: string
  readonly label: string
}

export interface ComponentContender extends Named {
  readonly type: 'component'
  readonly wasm: string
  /** Of its server, beside those that all have. */
  readonly options: Readonly<Record<string, string>>
}

export interface CommandContender extends Named {
  readonly type: 'command'
  /** Which command of a workload it runs. */
  readonly command: 'jq' | 'jsonpath'
}

export type Contender = ComponentContender | CommandContender

/** What the others are compared with. */
export const REFERENCE = 'reference'
export const OURS = 'k8s_fdw'

export const CONTENDERS: readonly Contender[] = [
  { type: 'component', id: OURS, label: 'k8s_fdw', wasm: COMPONENT, options: {} },
  { type: 'component', id: REFERENCE, label: 'Rust reference', wasm: builtComponent(REFERENCE), options: {} },
  {
    type: 'component',
    id: 'quickjs',
    label: 'same source, QuickJS',
    wasm: builtComponent('quickjs'),
    options: {},
  },
  {
    type: 'component',
    id: 'starlingmonkey',
    label: 'same source, StarlingMonkey',
    wasm: builtComponent('starlingmonkey'),
    // Its heap is too small for the trees of larger pages.
    options: { page_size: '1000' },
  },
  { type: 'command', id: 'kubectl-jq', label: 'kubectl | jq', command: 'jq' },
  { type: 'command', id: 'kubectl-jsonpath', label: 'kubectl jsonpath', command: 'jsonpath' },
]
