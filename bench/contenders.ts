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
  /** What runs the component. */
  readonly host: 'own' | 'wrappers'
}

export interface CommandContender extends Named {
  readonly type: 'command'
  /** Which command of a workload it runs. */
  readonly command: 'jq' | 'jsonpath'
}

export type Contender = ComponentContender | CommandContender

/** The contender with which the others are compared. */
export const REFERENCE = 'reference'
/** Our component, on the extension's own library and on Wrappers. */
export const OWN = 'own'
export const ON_WRAPPERS = 'k8s_fdw'

const onWrappers = (id: string, label: string, wasm = builtComponent(id)): ComponentContender => ({
  type: 'component',
  host: 'wrappers',
  id,
  label,
  wasm,
})

export const CONTENDERS: readonly Contender[] = [
  { ...onWrappers(OWN, 'k8s_fdw', COMPONENT), host: 'own' },
  onWrappers(ON_WRAPPERS, 'k8s_fdw on Wrappers', COMPONENT),
  onWrappers(REFERENCE, 'Rust on Wrappers'),
  onWrappers('quickjs', 'same source, QuickJS'),
  onWrappers('starlingmonkey', 'same source, StarlingMonkey'),
  { type: 'command', id: 'kubectl-jq', label: 'kubectl | jq', command: 'jq' },
  { type: 'command', id: 'kubectl-jsonpath', label: 'kubectl jsonpath', command: 'jsonpath' },
]
