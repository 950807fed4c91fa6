// What an option is, as options/ declares it: the one place that says which options there are and what they take.
// Types alone; the options themselves stand in server.ts, host.ts, table.ts and import.ts.

/** What an option belongs to. `import` is IMPORT FOREIGN SCHEMA, and `mapping` a user mapping. */
export type Place = 'wrapper' | 'server' | 'mapping' | 'table' | 'column' | 'import'

/** When a value is wrong, and what the SQL validator says of it then. */
export interface Rule {
  /** Wrong unless it matches. */
  readonly unless?: RegExp
  /** Wrong if it matches. */
  readonly when?: RegExp
  /** Follows `option "…" `; `%s` is the value, as an error may show it. */
  readonly problem: string
  readonly hint: string
  /** Other hints for values that look like something else. The first that matches counts. */
  readonly hints?: readonly { readonly like: RegExp; readonly hint: string }[]
  /** Words of which the closest is the hint, where one is close. */
  readonly near?: readonly string[]
}

export interface Option {
  readonly name: string
  readonly on: readonly Place[]
  /**
   * Who acts on it. Of the component's options that have a form, src/declared.ts is made. `host` is k8s_fdw's own host,
   * without which the option is refused.
   */
  readonly readBy: 'component' | 'extension' | 'Wrappers' | 'host'
  /** The only values that there are; otherwise `form`, or neither. */
  readonly values?: readonly string[]
  /** What a value looks like. */
  readonly form?: RegExp
  /** Whether it is several of them with commas between. */
  readonly isList?: true
  /** The value where the option is not given. */
  readonly default?: string
  /** What the component's hint says after `it takes `, of an option with a form. */
  readonly takes?: string
  /** What the validator says of a value that is none of `values`, or has not the form. */
  readonly problem?: string
  readonly hint?: string
  readonly hints?: Rule['hints']
  /** In place of `problem`, where there is more than one to tell apart; checked in this order. */
  readonly rules?: readonly Rule[]
  /** A statement in PL/pgSQL on `value` that raises, for what no expression can say. */
  readonly parse?: string
  /** The name of a function in SQL that its rules become, where the extension holds other texts to them. */
  readonly rulesAs?: string
  /** The validator's hint where it is empty. */
  readonly whenEmpty?: string
  /** Whether it says which bearer token requests carry. A server has one of them at most. */
  readonly givesToken?: true
  /** Whether a bearer token may stand in it. */
  readonly mayHoldToken?: true
  /** Whether line breaks may stand in it. */
  readonly mayHaveLines?: true
  /** The most characters that it may have, if more than others. */
  readonly longest?: number
  /** Another spelling that Postgres makes of it. */
  readonly folded?: string
  /** What other programs call it, in lower case and without `_`, `-` and spaces; for imports as it is written. */
  readonly words?: readonly string[]
  /** What is meant by those, where the name does not say it all. */
  readonly meant?: string
  /** Its line in the documentation, in Markdown. Without one it shares that of the next option that has one. */
  readonly doc?: string
}

/** What most options may have. */
export const LONGEST = 4096
