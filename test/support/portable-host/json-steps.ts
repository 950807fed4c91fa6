// The tree of steps that component/runtime/json_index.c takes for the wanted paths.
import type { JsonPath } from '../../../src/host.ts'

/** A step of the wanted paths, in a tree of all of them. */
export interface Step {
  /** The leaf that the value goes to, or -1. */
  leaf: number
  readonly children: Map<string | number, Step>
}

/** The tree of paths. Equal paths have the leaf of the first, which `leafOf` gives for each. */
export function stepsOf(paths: readonly JsonPath[]): { root: Step; leafOf: readonly number[] } {
  const root: Step = { leaf: -1, children: new Map() }
  const leafOf = paths.map((path, leaf) => {
    let step = root
    for (const part of path) {
      const next = step.children.get(part) ?? { leaf: -1, children: new Map<string | number, Step>() }
      step.children.set(part, next)
      step = next
    }
    if (step.leaf < 0) step.leaf = leaf
    return step.leaf
  })
  return { root, leafOf }
}
