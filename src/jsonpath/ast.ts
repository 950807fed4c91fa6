// The syntax tree of a kubectl JSONPath template. This file holds types only.
import type { ExactNumber } from '../json/values.ts'

export type Step =
  /** `.name` or `['name']`. A quoted name with dots may also mean the steps in `split`, as in client-go. */
  | { readonly type: 'field'; readonly name: string; readonly split: readonly string[] | null }
  /** `[n]` or `[-n]`. */
  | { readonly type: 'index'; readonly index: number }
  | {
      readonly type: 'slice'
      readonly start: number | null
      readonly end: number | null
      readonly step: number
    }
  /** `.*` or `[*]`. */
  | { readonly type: 'wildcard' }
  /** `..` */
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly paths: readonly Path[] }
  /** `[?( … )]`. An element passes if all comparisons of at least one of the groups hold. */
  | { readonly type: 'filter'; readonly anyOf: readonly (readonly Comparison[])[] }
  /** Replaces each value by a fixed one. A quoted text is always the first step of a path. */
  | { readonly type: 'literal'; readonly value: string | number | ExactNumber | boolean }

export type Path = readonly Step[]

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'exists'

export interface Comparison {
  readonly left: Path
  readonly operator: Operator
  readonly right: Path
}

/** One part of a template. A path that stands alone is a template of one part. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'range'; readonly path: Path; readonly body: readonly Part[] }

export type Template = readonly Part[]
