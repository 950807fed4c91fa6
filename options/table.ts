// The options of tables and columns, in the order in which errors and the documentation list them.
import type { Option } from './declaration.ts'
import {
  API_VERSION,
  INTERNAL_NAMES,
  KIND,
  NAMESPACE_NAME,
  RESOURCE,
  ROWS,
  SUBRESOURCE,
  SWITCH,
  VIRTUAL_NAMES,
} from './shared.ts'

const on = ['table'] as const

const VIRTUAL = VIRTUAL_NAMES.filter((name) => !RESOURCE.test(name)).join('|')

export const TABLE_OPTIONS: readonly Option[] = [
  {
    name: 'apiVersion',
    on,
    readBy: 'component',
    folded: 'apiversion',
    form: API_VERSION,
    problem: 'must be a version or group/version, not %s',
    hint: "For example 'v1' or 'apps/v1', as the first line of a manifest has it; kubectl api-versions lists them.",
    words: ['version'],
  },
  {
    name: 'kind',
    on,
    readBy: 'component',
    form: KIND,
    problem: 'must be one kind, not %s',
    hint: "For example 'Pod' or 'ReplicaSet', as a manifest has it; kubectl api-resources lists them.",
    hints: [
      {
        like: SUBRESOURCE,
        hint: "The lines of logs are object 'pods/log'; of other subresources there are no tables.",
      },
    ],
    doc: "the same as in a manifest: `'apps/v1'` and `'Deployment'`; `kind` alone is looked for in all groups. Either `kind` or `object` is required",
  },
  {
    name: 'object',
    on,
    readBy: 'component',
    // The component takes it apart, and holds the parts to the forms of kind and apiVersion.
    rules: [
      {
        unless: new RegExp(`^(${VIRTUAL})$|${RESOURCE.source}`),
        problem: 'must be a resource, not %s',
        hint: "For example 'pods', 'deploy', 'deployments.apps' or 'deployments.v1.apps', as kubectl takes it.",
        near: VIRTUAL_NAMES.filter((name) => !INTERNAL_NAMES.includes(name)),
        hints: [
          {
            like: SUBRESOURCE,
            hint: "Of subresources only 'pods/log' is a table; an object's status is a column of its own table.",
          },
        ],
      },
    ],
    words: ['resource', 'resources'],
    doc: "the resource as kubectl takes it: `'pods'`, `'po'`, `'deployments.apps'`, `'deployments.v1.apps'`, see [below](#which-kind); or what is no kind: [`'version'`, `'whoami'`, `'can_i'`, `'api_resources'`](#the-cluster-itself), [`'pods/log'`](#logs-of-pods)",
  },
  {
    name: 'namespace',
    on,
    readBy: 'component',
    form: NAMESPACE_NAME,
    takes:
      'the name of one namespace (lower-case letters, digits and -); without the option the table shows all',
    problem: 'must be the name of one namespace, not %s',
    hint: "For several give namespaces 'one,two' instead; leave both out to read all.",
    whenEmpty: 'Leave namespace out to read all namespaces.',
    words: ['ns'],
    doc: 'the one namespace to read',
  },
  {
    name: 'namespaces',
    on,
    readBy: 'component',
    form: NAMESPACE_NAME,
    isList: true,
    longest: 65536,
    takes:
      "names of namespaces (lower-case letters, digits and -) with commas between them, such as 'default,web'",
    problem: 'must be names of namespaces with commas between them, not %s',
    hint: "For example 'default,web'. Leave it out to read all namespaces.",
    doc: "several: `'shop,billing'`. Neither of the two: all namespaces",
  },
  { name: 'label_selector', on, readBy: 'component', longest: 65536, words: ['selector'] },
  {
    name: 'field_selector',
    on,
    readBy: 'component',
    longest: 65536,
    doc: 'sent with every request, as `kubectl get --selector` and `--field-selector` have them',
  },
  {
    name: 'columns',
    on,
    readBy: 'component',
    mayHaveLines: true,
    // It has something for each column, of which a table may have 1,600.
    longest: 8388608,
    parse: 'k8s_fdw.check_columns(value)',
    doc: 'a JSON object with the path of each column whose name does not say it, see [below](#columns)',
  },
  {
    name: 'writes',
    on,
    readBy: 'component',
    ...SWITCH,
    words: ['writable', 'updatable', 'write', 'readonly'],
    doc: "`'on'`: [INSERT, UPDATE and DELETE](changing.md) change the cluster's objects. Default: what the server says",
  },
  {
    name: 'rowid_column',
    on,
    readBy: 'component',
    doc: "`'object_key'` on a table that is written: the column that says which object a row is, and in which state it was read. Wrappers demands the option",
  },
  {
    name: 'max_writes',
    on,
    readBy: 'component',
    ...ROWS,
    doc: 'the most rows that one statement may change. Default: what the server says',
  },
  {
    name: 'on_insert',
    on,
    readBy: 'component',
    values: ['create', 'apply'],
    default: 'create',
    problem: 'must be create or apply, not %s',
    hint: 'create: an object that is there already is an error. apply: it is changed, as kubectl apply --server-side does.',
    doc: "`'apply'`: INSERT is a server-side apply, which makes an object or changes it",
  },
  {
    name: 'propagation_policy',
    on,
    readBy: 'component',
    values: ['Background', 'Foreground', 'Orphan'],
    default: 'Background',
    problem: 'must be Background, Foreground or Orphan, not %s',
    hint: 'It says what becomes of the objects that belong to a deleted one, as kubectl delete --cascade does.',
    words: ['cascade'],
    doc: 'what becomes of the objects that belong to a deleted one, as with `kubectl delete --cascade`',
  },
  {
    name: 'grace_period_seconds',
    on,
    readBy: 'component',
    form: /^[0-9]{1,9}$/,
    takes: "whole seconds, such as '30'",
    problem: 'must be whole seconds, not %s',
    hint: "For example '30'. Without it each object's own counts.",
    words: ['graceperiod'],
    doc: 'how long a deleted pod may take to stop. Default: what the pod says',
  },
  {
    name: 'subresource',
    on,
    readBy: 'component',
    values: ['status', 'scale'],
    problem: 'must be status or scale, not %s',
    hint: 'status: UPDATE writes columns below status. scale: UPDATE writes spec.replicas, with the right to scale alone.',
    doc: "`'status'` or `'scale'`: UPDATE writes this part of the object alone. Default: the object",
  },
  {
    name: 'on_error',
    on,
    readBy: 'component',
    values: ['error', 'null'],
    default: 'error',
    problem: 'must be error or null, not %s',
    hint: 'error: a value that does not fit its column ends the query. null: it becomes NULL, with a warning.',
    doc: "`'null'`: a value that does not fit its column is NULL, with one warning a scan",
  },
  {
    name: 'reveal_secrets',
    on,
    readBy: 'component',
    values: ['true', 'false'],
    default: 'false',
    problem: 'must be true or false, not %s',
    hint: 'Without it the values of Secret objects are masked.',
    doc: "`'true'` shows the values of Secrets",
  },
  {
    name: 'comments',
    on,
    readBy: 'extension',
    longest: 8388608,
    parse: 'k8s_fdw.check_comments(value)',
    doc: 'what [IMPORT FOREIGN SCHEMA](import.md) sends to the [extension](#the-extension-k8s_fdw), which makes comments of it',
  },
]

export const COLUMN_OPTIONS: readonly Option[] = [
  {
    name: 'alias',
    on: ['column'],
    readBy: 'extension',
    parse: 'k8s_fdw.remark_path(value)',
    words: ['path', 'jsonpath', 'field'],
    doc: 'with the [extension](#the-extension-k8s_fdw): the path, in place of an entry in `columns`',
  },
]
