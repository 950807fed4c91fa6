// Who takes part in the benchmark, and where the program of each is.
import { COMPONENT } from '../tools/paths.ts'
import { builtComponent } from './paths.ts'

interface Named {
  readonly id: string
  readonly label: string
}

export interface ComponentContender extends Named {
  readonly type: 'component'
  readonly wasm: string
}

export interface CommandContender extends Named {
  readonly type: 'command'
  /** Which command of a workload it runs. */
  readonly command: 'jq' | 'jsonpath'
}

export type Contender = ComponentContender | CommandContender

/** The contender with which the others are compared. */
export const REFERENCE = 'reference'
export const OURS = 'k8s_fdw'

export const CONTENDERS: readonly Contender[] = [
  { type: 'component', id: OURS, label: 'k8s_fdw', wasm: COMPONENT },
  { type: 'component', id: REFERENCE, label: 'Rust reference', wasm: builtComponent(REFERENCE) },
  {
    type: 'component',
    id: 'quickjs',
    label: 'same source, QuickJS',
    wasm: builtComponent('quickjs'),
  },
  {
    type: 'component',
    id: 'starlingmonkey',
    label: 'same source, StarlingMonkey',
    wasm: builtComponent('starlingmonkey'),
  },
  { type: 'command', id: 'kubectl-jq', label: 'kubectl | jq', command: 'jq' },
  { type: 'command', id: 'kubectl-jsonpath', label: 'kubectl jsonpath', command: 'jsonpath' },
]
