// The options of IMPORT FOREIGN SCHEMA → ImportOptions, validated.
// Makes no request.
import {
  IMPORT_COMMENTS,
  IMPORT_DEPTH,
  IMPORT_NAMESPACE,
  IMPORT_ON_ERROR,
  IMPORT_PREFIX,
  IMPORT_WORDS,
  IMPORT_WRITES,
} from '../declared.ts'
import { FdwError } from '../errors.ts'
import type { OptionSource, SessionSettings } from '../host.ts'
import { declared } from '../session/option-text.ts'

export interface ImportOptions {
  /** Levels of spec and status that become columns; 0: each is one column. */
  readonly depth: number
  /** What the tables' names begin with. */
  readonly prefix: string
  /** Option of each table of a namespaced kind; null: all namespaces. */
  readonly namespace: string | null
  /** Whether the statements carry descriptions, which the extension's event trigger makes comments of. */
  readonly comments: boolean
  /** Whether a value that does not fit its column ends a query or is NULL. */
  readonly onError: string
  /** Whether the tables are for writing too. */
  readonly writes: boolean
}

/** What an edit of one letter can bring in. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz_-'
const NAMES = Object.keys(IMPORT_WORDS).filter((name) => name !== '')

/** Names one edit from a name: a letter too few, too many, wrong, or two in turn. */
function misspellings(name: string): string[] {
  const made = [name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1)]
  for (let i = 0; i <= name.length; i++) {
    const before = name.slice(0, i)
    const rest = name.slice(i + 1)
    for (let l = 0; l < LETTERS.length; l++) {
      const letter = LETTERS.charAt(l)
      made.push(before + letter + name.slice(i), before + letter + rest)
    }
    made.push(before + rest, before + rest.charAt(0) + name.charAt(i) + rest.slice(1))
  }
  return made
}

/**
 * The host gives an option by its name, and no list of them: one that is not read would pass without a word. So it is
 * asked for names that are close.
 * @throws {FdwError} option.
 */
function refuseMisspelt(host: OptionSource): void {
  for (const meant of NAMES.concat('')) {
    const words = (IMPORT_WORDS[meant] ?? '').split(' ').concat(meant === '' ? [] : misspellings(meant))
    const given = words.find((word) => !NAMES.includes(word) && host.option('import-schema', word) !== null)
    if (given === undefined) continue
    throw new FdwError(
      'option',
      `IMPORT FOREIGN SCHEMA takes no option ${given}`,
      meant === ''
        ? `it takes ${NAMES.join(', ')}; for others ALTER FOREIGN TABLE after it`
        : `did you mean ${meant}?`,
    )
  }
}

/** @throws {FdwError} option. */
export function readImportOptions(host: OptionSource & SessionSettings): ImportOptions {
  refuseMisspelt(host)
  // The extension says in this setting that its event trigger is there.
  const isHeard = host.setting('k8s_fdw.comments') === 'on'
  return {
    depth: Number(declared(host, IMPORT_DEPTH)),
    prefix: declared(host, IMPORT_PREFIX) ?? '',
    namespace: declared(host, IMPORT_NAMESPACE),
    onError: declared(host, IMPORT_ON_ERROR),
    writes: declared(host, IMPORT_WRITES) === 'on',
    comments: (declared(host, IMPORT_COMMENTS) ?? (isHeard ? 'on' : 'off')) === 'on',
  }
}
