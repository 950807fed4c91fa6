// The options of IMPORT FOREIGN SCHEMA → ImportOptions, validated.
// Makes no request.
import { FdwError } from '../errors.ts'
import type { Host } from '../host.ts'
import { optionText, shown } from '../session/option-text.ts'
import { isNamespaceName } from '../cluster/selectors.ts'

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

/** @throws {FdwError} option. */
export function readImportOptions(host: Host): ImportOptions {
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
