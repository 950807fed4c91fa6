// Asks a virtual object as a scan does: its rows, the requests, and the warnings.
import type { Inputs } from '../../../src/plan/combinations.ts'
import type { TableOptions } from '../../../src/session/options.ts'
import type { VirtualObject } from '../../../src/virtual/object.ts'
import { clusterOf, tableOptions, treesOf } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'

export const inputsOf = (given: { readonly [input: string]: readonly string[] }): Inputs =>
  new Map(Object.entries(given))

export function ask(
  object: VirtualObject,
  answers: Answers,
  given: { readonly [input: string]: readonly string[] } = {},
  table: Partial<TableOptions> = {},
  settings: { readonly [name: string]: string } = {},
) {
  const { api, requests, warnings } = clusterOf(answers)
  const settled: string[] = []
  const steps = object.steps({
    api,
    table: tableOptions(table),
    setting: (name) => settings[name] ?? null,
    inputs: inputsOf(given),
    settle: (names) => settled.push(...names),
  })
  const rows = steps.flatMap((step) => treesOf(step()))
  return { rows, requests, warnings, settled }
}
