// cases.json: what the component and the SQL validator answer to the same options.
// test/contract/option-cases.test.ts and sql/test/option_cases.sql each try all of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Refused {
  /** What the message names. */
  readonly option: string
  /** `both`: two of which one would have to win; `missing`: one that another needs; `name`: no option is called so. */
  readonly why: 'value' | 'token' | 'empty' | 'both' | 'missing' | 'name'
}

export interface OptionCase {
  readonly name: string
  readonly on: 'server' | 'table'
  /** A server has an api_url beside them, unless it is null here. */
  readonly options: { readonly [name: string]: string | null }
  /** null where they are taken. */
  readonly refused: Refused | null
  /** Where the validator answers otherwise, and why it means to. */
  readonly validator?: { readonly refused: Refused | null; readonly because: string }
}

/** Which of some words is meant by another; null for none of them. */
export interface WordCase {
  readonly word: string
  readonly among: readonly string[]
  readonly meant: string | null
}

export const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8')) as {
  readonly options: readonly OptionCase[]
  readonly words: readonly WordCase[]
}
