// The syntax tree of a kubectl JSONPath template.
// Types only: parse.ts makes it, evaluate.ts runs it.
import type { ExactNumber } from '../json/values.ts'

export type Step =
  /** `.name`, `['name']`. A quoted name with dots may also mean the steps in `split`, as in client-go. */
  | { readonly type: 'field'; readonly name: string; readonly split: readonly string[] | null }
  /** `[n]`, `[-n]`. */
  | { readonly type: 'index'; readonly index: number }
  | {
      readonly type: 'slice'
      readonly start: number | null
      readonly end: number | null
      readonly step: number
    }
  /** `.*`, `[*]`. */
  | { readonly type: 'wildcard' }
  /** `..` */
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly paths: readonly Path[] }
  /** `[?( … )]`: an element passes where every comparison of one of the groups holds. */
  | { readonly type: 'filter'; readonly anyOf: readonly (readonly Comparison[])[] }
  /** In place of each value at hand. A quoted text is always a path's first step. */
  | { readonly type: 'literal'; readonly value: string | number | ExactNumber | boolean }

export type Path = readonly Step[]

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'exists'

export interface Comparison {
  readonly left: Path
  readonly operator: Operator
  readonly right: Path
}

/** A template's parts in order; a path that stands alone is a template of one part. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'range'; readonly path: Path; readonly body: readonly Part[] }

export type Template = readonly Part[]
