// The options of IMPORT FOREIGN SCHEMA → ImportOptions, validated.
// Makes no request.
import { isNamespaceName } from '../cluster/selectors.ts'
import { FdwError } from '../errors.ts'
import type { Host } from '../host.ts'
import { optionText } from '../session/option-text.ts'
import { shown } from '../text/shown.ts'

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
}

function text(host: Host, name: string, fallback: string, form: RegExp, hint: string): string {
  const value = optionText(host, 'import-schema', name) ?? fallback
  if (value === '' || form.test(value)) return value
  throw new FdwError('option', `option ${name} is ${shown(value)}`, hint)
}

/** What an edit of one letter can bring in. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz_-'
const NAMES = ['depth', 'prefix', 'namespace', 'comments', 'on_error']
/** Other words for them; '' for what only tables, or other wrappers, take. */
const OTHER_WORDS: { readonly [meant: string]: string } = {
  depth: 'levels max_depth maxdepth maxDepth',
  prefix: 'table_prefix tableprefix tablePrefix name_prefix',
  namespace: 'ns namespaces',
  comments: 'descriptions',
  on_error: 'onError on_misfit',
  '': 'object kind apiVersion apiversion label_selector labels field_selector columns reveal_secrets suffix schema strict import_default import_collate import_not_null',
}

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
function refuseMisspelt(host: Host): void {
  for (const meant of NAMES.concat('')) {
    const words = (OTHER_WORDS[meant] ?? '').split(' ').concat(meant === '' ? [] : misspellings(meant))
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
export function readImportOptions(host: Host): ImportOptions {
  refuseMisspelt(host)
  const namespace = text(host, 'namespace', '', /^/, '')
  if (namespace !== '' && !isNamespaceName(namespace)) {
    throw new FdwError(
      'option',
      `option namespace is ${shown(namespace)}`,
      'it takes the name of one namespace, which all tables will show; without the option they show all',
    )
  }
  // The extension says in this setting that its event trigger is there.
  const isHeard = host.setting('k8s_fdw.comments') === 'on'
  return {
    depth: Number(
      text(
        host,
        'depth',
        '1',
        /^[0-9]$/,
        'it takes 0 to 9: how many levels of spec and status become columns',
      ),
    ),
    prefix: text(
      host,
      'prefix',
      '',
      /^[a-z_][a-z0-9_]{0,30}$/,
      'it takes what the names of the tables are to begin with: up to 31 lower-case letters, digits and _',
    ),
    namespace: namespace === '' ? null : namespace,
    // Whoever imports has not chosen the columns' types, so that one odd value must not cost all rows.
    onError: text(host, 'on_error', 'null', /^(error|null)$/, "it takes 'error' or 'null'"),
    comments: text(host, 'comments', isHeard ? 'on' : 'off', /^(on|off)$/, "it takes 'on' or 'off'") === 'on',
  }
}
