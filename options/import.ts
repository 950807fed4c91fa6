// The options of IMPORT FOREIGN SCHEMA. The SQL validator never sees them: Postgres hands them to the wrapper alone.
import type { Option } from './declaration.ts'
import { NAMESPACE_NAME } from './shared.ts'

const on = ['import'] as const

export const IMPORT_OPTIONS: readonly Option[] = [
  {
    name: 'depth',
    on,
    readBy: 'component',
    form: /^[0-9]$/,
    default: '1',
    takes: '0 to 9: how many levels of spec and status become columns',
    words: ['levels', 'max_depth', 'maxdepth', 'maxDepth'],
    doc: "how many levels of spec and status become columns, 0 to 9. With `'0'` each of them is one `jsonb` column, with `'2'` `strategy` of a deployment becomes `strategy_rolling_update` and `strategy_type`",
  },
  {
    name: 'prefix',
    on,
    readBy: 'component',
    form: /^[a-z_][a-z0-9_]{0,30}$/,
    takes: 'what the names of the tables are to begin with: up to 31 lower-case letters, digits and _',
    words: ['table_prefix', 'tableprefix', 'tablePrefix', 'name_prefix'],
    doc: "what the tables' names begin with; `LIMIT TO` and `EXCEPT` take the names with it",
  },
  {
    name: 'namespace',
    on,
    readBy: 'component',
    form: NAMESPACE_NAME,
    takes: 'the name of one namespace, which all tables will show; without the option they show all',
    words: ['ns', 'namespaces'],
    doc: 'each table of a namespaced kind shows this one alone',
  },
  {
    name: 'writes',
    on,
    readBy: 'component',
    values: ['on', 'off'],
    default: 'off',
    words: ['writable', 'updatable', 'write'],
    doc: "`'on'`: the tables are for [INSERT, UPDATE and DELETE](changing.md): each has the option `writes 'on'`, and a column `object_key` with which Wrappers says what to change; and everything (`\"*\"`) has a table [`manifests`](changing.md#apply-manifests)",
  },
  {
    name: 'comments',
    on,
    readBy: 'component',
    values: ['on', 'off'],
    words: ['descriptions'],
    doc: "`'on'` or `'off'`: whether the statements carry the descriptions. Default: `'on'` where the extension k8s_fdw makes comments of them, otherwise `'off'`",
  },
  {
    name: 'on_error',
    on,
    readBy: 'component',
    values: ['error', 'null'],
    // Whoever imports has not chosen the columns' types, so that one odd value must not cost all rows.
    default: 'null',
    words: ['onError', 'on_misfit'],
    doc: "what a value does that does not fit its column: `'null'` makes it NULL with a WARNING that names object and column and a type that fits; with `'error'` it ends the query",
  },
]

/** What tables or other wrappers take, and an import does not. */
export const NOT_OF_IMPORTS: readonly string[] =
  'object kind apiVersion apiversion label_selector labels field_selector columns reveal_secrets suffix schema strict import_default import_collate import_not_null'.split(
    ' ',
  )
