// Every way by which a token gets into Postgres, right or wrong, and what Postgres itself keeps of each.
import { quoted } from '../sql.ts'

/** The superuser, a role that may only use the wrapper, and one in a database where it may create neither wrapper nor event triggers. */
export type Who = 'superuser' | 'plain role' | 'role of a hosted database'

/** `default`: Postgres' own settings. `debug`: all that can be said is said, to the client too. `statements`: log_statement is all. */
export type Level = 'default' | 'debug' | 'statements'

/** What a way's statements are filled with. */
export interface Fill {
  /** A name that no other case has. */
  readonly id: string
  readonly token: string
  readonly url: string
  /** A kubeconfig's text with the token in it. */
  readonly config: (login?: Readonly<Record<string, unknown>>) => string
  /** The kubeconfig as a file of the database server. */
  readonly file: () => string
  /** The options that a server of Wrappers' own wrapper has to have. */
  readonly packaged: string
}

/** Why Postgres has a token at a place: each is a row of docs/credentials.md, which says what to do. */
export const REASONS = [
  'running statement',
  'statement that succeeds',
  'option',
  'statement that Postgres refuses by itself',
  'statement inside a function or DO',
  'statement of the extension',
  'error caught and raised again',
  'other statement of the same string',
  'query that fails',
  'line of COPY',
] as const
export type Reason = (typeof REASONS)[number]

export interface Way {
  readonly name: string
  /** Which levels make a difference; without it all. */
  readonly levels?: readonly Level[]
  /** Who takes it; without it the first two. */
  readonly who?: readonly Who[]
  /** Made before, by the same role, without the token. */
  readonly before?: (fill: Fill) => string
  /** The same by the superuser, before that. */
  readonly prepared?: (fill: Fill) => string
  readonly sql: (fill: Fill) => string
  /** What is asked afterwards of what there is then; it may fail. */
  readonly then?: (fill: Fill) => string
  /** The error; null where there is none. By default the same for each. */
  readonly error: RegExp | null | ((who: Who) => RegExp | null)
  readonly kept: readonly Reason[] | ((who: Who) => readonly Reason[])
}

const server = (fill: Fill, options: string, wrapper = 'k8s_fdw'): string =>
  `CREATE SERVER ${fill.id} FOREIGN DATA WRAPPER ${wrapper} OPTIONS (${options});`
const withKey = (fill: Fill): string => `api_url '${fill.url}', api_key '${fill.token}'`
const bare = (fill: Fill): string => server(fill, `api_url '${fill.url}'`)
const text = (fill: Fill, login?: Readonly<Record<string, unknown>>): string =>
  `kubeconfig ${quoted(fill.config(login))}`
const inDo = (statement: string, handler = ''): string =>
  `DO $do$ BEGIN EXECUTE ${quoted(statement)}; ${handler} END $do$;`
const query = (fill: Fill, columns = 'name text', options = "object 'pods'"): string => `
  CREATE FOREIGN TABLE ${fill.id}_t (${columns}) SERVER ${fill.id} OPTIONS (${options});
  ALTER SERVER ${fill.id} OPTIONS (ADD trace 'on');
  EXPLAIN (VERBOSE) SELECT * FROM ${fill.id}_t;
  SELECT * FROM ${fill.id}_t;`
const maker = (
  fill: Fill,
): string => `CREATE FUNCTION ${fill.id}_make(token text) RETURNS void LANGUAGE plpgsql AS $f$
  BEGIN EXECUTE format('CREATE SERVER ${fill.id} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url %L, api_key %L)', '${fill.url}', token); END $f$;`
/** In no form that is known. */
const opaque = ({ token }: Fill): string => token.slice(token.lastIndexOf('.') + 1)
/** Deeper than max_stack_depth lets jsonb go. */
const deep = (fill: Fill): string =>
  `{"token": "${fill.token}", "x": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`

/** An event trigger of the database's owner, which refuses one kind of server. */
const guard =
  (event: 'ddl_command_start' | 'ddl_command_end') =>
  (): string => `CREATE OR REPLACE FUNCTION public.guard() RETURNS event_trigger LANGUAGE plpgsql AS $g$
    BEGIN IF current_query() LIKE '%page_size ''6' || '66''%' THEN RAISE EXCEPTION 'not on a Sunday'; END IF; END $g$;
    DROP EVENT TRIGGER IF EXISTS guard_${event};
    CREATE EVENT TRIGGER guard_${event} ON ${event} EXECUTE FUNCTION public.guard();`

const RUNNING: Reason = 'running statement'
const DONE: readonly Reason[] = [RUNNING, 'statement that succeeds']
const REFUSED: readonly Reason[] = [RUNNING]
const BY_POSTGRES: readonly Reason[] = [RUNNING, 'statement that Postgres refuses by itself']
const INSIDE: readonly Reason[] = [RUNNING, 'statement inside a function or DO']
const ONLY_SUPERUSER: readonly Who[] = ['superuser']
const PLAIN: readonly Who[] = ['superuser', 'role of a hosted database']

export const SERVER_OPTIONS = [
  'api_url', 'api_key_id', 'api_key_name', 'context', 'page_size', 'forbidden', 'trace', 'session_settings', 'stats',
  'impersonate_user', 'impersonate_user_setting', 'impersonate_user_path', 'impersonate_user_prefix',
  'impersonate_groups', 'impersonate_groups_setting', 'impersonate_groups_path', 'impersonate_groups_prefix',
  'fdw_package_url', 'fdw_package_name', 'fdw_package_version', 'fdw_package_checksum',
] as const // prettier-ignore
export const TABLE_OPTIONS = [
  'apiVersion', 'kind', 'object', 'namespace', 'namespaces', 'label_selector', 'field_selector', 'columns',
  'rowid_column', 'on_error', 'reveal_secrets', 'comments',
] as const // prettier-ignore

/** The superuser may use Vault. For others the extension itself gives the token to a server, in a statement inside a function. */
const keptText = (who: Who): readonly Reason[] =>
  who === 'superuser' ? DONE : [...DONE, 'option', 'statement of the extension']

const SUCCEEDING: readonly Way[] = [
  {
    name: 'api_key of a new server',
    sql: (f) => server(f, withKey(f)),
    then: query,
    error: null,
    kept: [...DONE, 'option'],
  },
  {
    name: 'kubeconfig as text, of a new server',
    sql: (f) => server(f, text(f)),
    then: query,
    error: null,
    kept: keptText,
  },
  {
    name: 'kubeconfig as a file',
    who: ONLY_SUPERUSER,
    sql: (f) => server(f, `kubeconfig ${quoted(f.file())}`),
    then: query,
    error: null,
    kept: [],
  },
  {
    name: 'api_key, SET',
    before: (f) => server(f, `api_url '${f.url}', api_key 'former'`),
    sql: (f) => `ALTER SERVER ${f.id} OPTIONS (SET api_key '${f.token}');`,
    error: null,
    kept: [...DONE, 'option'],
  },
  {
    name: 'kubeconfig as text, SET',
    before: (f) => server(f, `kubeconfig ${quoted(f.config({ token: 'former' }))}`),
    sql: (f) => `ALTER SERVER ${f.id} OPTIONS (SET ${text(f)});`,
    error: null,
    kept: keptText,
  },
  {
    name: 'IF NOT EXISTS where it exists',
    before: bare,
    sql: (f) => server(f, withKey(f)).replace('SERVER', 'SERVER IF NOT EXISTS'),
    error: null,
    kept: DONE,
  },
  {
    name: 'vault.create_secret()',
    who: ONLY_SUPERUSER,
    sql: (f) => `SELECT vault.create_secret('${f.token}', '${f.id}');`,
    then: (f) => server(f, `api_url '${f.url}', api_key_name '${f.id}'`) + query(f),
    error: null,
    kept: REFUSED,
  },
  {
    name: 'EXECUTE of a prepared statement',
    who: ONLY_SUPERUSER,
    before: () => '',
    sql: (f) => `PREPARE p (text) AS SELECT vault.create_secret($1, '${f.id}');
      EXECUTE p ('${f.token}');`,
    error: null,
    kept: REFUSED,
  },
  {
    name: 'DO that succeeds',
    sql: (f) => inDo(server(f, withKey(f))),
    error: null,
    kept: [...DONE, 'option', 'statement inside a function or DO'],
  },
  {
    name: 'function that succeeds',
    before: maker,
    sql: (f) => `SELECT ${f.id}_make('${f.token}');`,
    error: null,
    kept: [RUNNING, 'option', 'statement inside a function or DO'],
  },
  {
    name: 'api_key the plain way',
    who: PLAIN,
    sql: (f) => server(f, `${f.packaged}, ${withKey(f)}`, 'wasm_wrapper'),
    then: query,
    error: null,
    kept: [...DONE, 'option'],
  },
  {
    name: 'kubeconfig as text the plain way, and apply()',
    who: PLAIN,
    sql: (f) => server(f, `${f.packaged}, ${text(f)}`, 'wasm_wrapper'),
    then: (f) => `SELECT * FROM k8s_fdw.apply('${f.id}'); ${query(f)}`,
    error: null,
    kept: (who) => (who === 'superuser' ? DONE : [...DONE, 'option']),
  },
]

const bad = (name: string, sql: (f: Fill) => string, error: RegExp, before?: (f: Fill) => string): Way => ({
  name,
  sql,
  error,
  kept: REFUSED,
  ...(before === undefined ? {} : { before }),
})

const REFUSING: readonly Way[] = [
  bad('CREATE SERVER where it exists', (f) => server(f, withKey(f)), /server "\w+" already exists/, bare),
  bad('CREATE SERVER with a kubeconfig where it exists', (f) => server(f, text(f)), /already exists/, bare),
  bad(
    'ALTER SERVER, ADD where the option exists',
    (f) => `ALTER SERVER ${f.id} OPTIONS (ADD api_url '${f.url}', ADD api_key '${f.token}');`,
    /option "api_url" provided more than once/,
    bare,
  ),
  bad(
    'ALTER SERVER, SET where the option does not exist',
    (f) => `ALTER SERVER ${f.id} OPTIONS (SET api_key '${f.token}');`,
    /option "api_key" not found/,
    bare,
  ),
  bad(
    'ALTER SERVER where there is none',
    (f) => `ALTER SERVER ${f.id} OPTIONS (SET api_key '${f.token}');`,
    /server "\w+" does not exist/,
  ),
  bad('a wrapper that does not exist', (f) => server(f, withKey(f), 'k8s'), /wrapper "k8s" does not exist/),
  {
    ...bad(
      'a server of somebody else',
      (f) => `ALTER SERVER ${f.id} OPTIONS (ADD api_key '${f.token}');`,
      /must be owner/,
    ),
    who: ['plain role'],
    prepared: bare,
  },
  {
    ...bad('a wrapper without USAGE', (f) => server(f, withKey(f), 'wasm_wrapper'), /permission denied/),
    who: ['plain role'],
  },
  bad(
    'an option that nobody knows',
    (f) => server(f, `${withKey(f)}, nonsense 'x'`),
    /knows no option "nonsense"/,
  ),
  bad(
    'an option named "token"',
    (f) => server(f, `api_url '${f.url}', token '${f.token}'`),
    /knows no option "token"/,
  ),
  bad(
    'a token as the name of an option',
    (f) => server(f, `${withKey(f)}, "${f.token.slice(-60)}" 'x'`),
    /knows no option/,
  ),
  bad('two tokens', (f) => server(f, `${withKey(f)}, api_key_name 'x'`), /both give the bearer token/),
  bad(
    'a token with more beside it',
    (f) => server(f, `api_url '${f.url}', api_key '${f.token} and more'`),
    /is not a bearer token/,
  ),
  bad('no URL', (f) => server(f, `api_key '${f.token}'`), /does not say which cluster it is/),
  bad('a URL with the token', (f) => server(f, `api_url '${f.url}?token=${f.token}'`), /option "api_url"/),
  bad(
    'a kubeconfig that the event trigger refuses',
    (f) => server(f, text(f, { token: '', username: 'x', password: f.token })),
    /logs in with a user name/,
  ),
  bad(
    'a kubeconfig with a token of two words',
    (f) => server(f, text(f, { token: `${f.token} x` })),
    /the token of user "admin" has white space/,
  ),
  bad(
    'a kubeconfig, the token in tokenFile',
    (f) => server(f, text(f, { token: '', tokenFile: f.token })),
    /is a token itself/,
  ),
  bad(
    'a kubeconfig without the context',
    (f) => server(f, `${text(f)}, context 'nowhere'`),
    /there is no context "nowhere"/,
  ),
  bad(
    'a kubeconfig as the context',
    (f) => server(f, `${text(f)}, context ${quoted(f.config())}`),
    /option "context"/,
  ),
  bad(
    'a kubeconfig that is cut off',
    (f) => server(f, `kubeconfig ${quoted(f.config().slice(0, -1))}`),
    /is not valid JSON/,
  ),
  bad(
    'a kubeconfig in YAML that is wrong',
    (f) => server(f, `kubeconfig 'users:\n- user: {token: ${f.token}}\n  x'`),
    /cannot read line/,
  ),
  bad(
    'a kubeconfig too deep for jsonb',
    (f) => server(f, `kubeconfig ${quoted(deep(f))}`),
    /stack depth limit exceeded/,
  ),
  bad(
    'a kubeconfig of the plain way, without its component',
    (f) => server(f, `${text(f)}, fdw_package_url 'file:///x'`),
    /needs "fdw_package_name"/,
  ),
  {
    ...bad(
      'a kubeconfig that apply() refuses',
      (f) =>
        server(
          f,
          `${f.packaged}, ${text(f, { token: '', username: 'x', password: f.token })}`,
          'wasm_wrapper',
        ),
      /x/,
    ),
    who: PLAIN,
    error: null,
    then: (f) => `SELECT * FROM k8s_fdw.apply('${f.id}');`,
    kept: [...DONE, 'option'],
  },
  {
    ...bad(
      'a kubeconfig too deep for apply()',
      (f) => server(f, `${f.packaged}, kubeconfig ${quoted(deep(f))}`, 'wasm_wrapper'),
      /x/,
    ),
    who: PLAIN,
    error: null,
    then: (f) => `SELECT * FROM k8s_fdw.apply('${f.id}');`,
    kept: [...DONE, 'option'],
  },
  bad(
    'CREATE USER MAPPING',
    (f) => `CREATE USER MAPPING FOR CURRENT_USER SERVER ${f.id} OPTIONS (token '${f.token}');`,
    /option "token" of a user mapping is for k8s_fdw's own host/,
    bare,
  ),
  bad(
    'CREATE USER MAPPING where it exists',
    (f) => `CREATE USER MAPPING FOR CURRENT_USER SERVER ${f.id} OPTIONS (password '${f.token}');`,
    /user mapping for .* already exists/,
    (f) => `${bare(f)} CREATE USER MAPPING FOR CURRENT_USER SERVER ${f.id};`,
  ),
  bad(
    'ALTER USER MAPPING',
    (f) => `ALTER USER MAPPING FOR CURRENT_USER SERVER ${f.id} OPTIONS (ADD api_key '${f.token}');`,
    /knows no option "api_key"/,
    (f) => `${bare(f)} CREATE USER MAPPING FOR CURRENT_USER SERVER ${f.id};`,
  ),
  bad(
    'CREATE FOREIGN TABLE with the api_key',
    (f) =>
      `CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object 'pods', api_key '${f.token}');`,
    /knows no option "api_key"/,
    bare,
  ),
  bad(
    'CREATE FOREIGN TABLE where it exists',
    (f) =>
      `CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object 'pods', api_key '${f.token}');`,
    /relation "\w+" already exists/,
    (f) => `${bare(f)} CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object 'pods');`,
  ),
  bad(
    'ALTER FOREIGN TABLE',
    (f) => `ALTER FOREIGN TABLE ${f.id}_t OPTIONS (ADD api_key '${f.token}');`,
    /knows no option "api_key"/,
    (f) => `${bare(f)} CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object 'pods');`,
  ),
  bad(
    'ALTER TABLE, a column that is not there',
    (f) => `ALTER TABLE ${f.id}_t ALTER COLUMN nothing OPTIONS (ADD alias '${f.token}');`,
    /column "nothing" .* does not exist/,
    (f) => `${bare(f)} CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object 'pods');`,
  ),
  bad(
    'the alias of a column',
    (f) =>
      `CREATE FOREIGN TABLE ${f.id}_t (name text OPTIONS (alias '${f.token}')) SERVER ${f.id} OPTIONS (object 'pods');`,
    /option "alias" has a bearer token in it/,
    bare,
  ),
  bad(
    'an option of a column',
    (f) =>
      `CREATE FOREIGN TABLE ${f.id}_t (name text OPTIONS (token '${f.token}')) SERVER ${f.id} OPTIONS (object 'pods');`,
    /knows no option "token"/,
    bare,
  ),
  {
    ...bad(
      'the wrapper',
      (f) => `ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD api_key '${f.token}');`,
      /knows no option "api_key"/,
    ),
    who: ONLY_SUPERUSER,
  },
  {
    ...bad(
      'the kubeconfig of the wrapper',
      (f) =>
        `ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD kubeconfig ${quoted(f.config())}, ADD api_url 'http://127.0.0.1:1');`,
      /must be a path here/,
    ),
    who: ONLY_SUPERUSER,
  },
  bad(
    'IMPORT FOREIGN SCHEMA',
    (f) => `IMPORT FOREIGN SCHEMA "*" FROM SERVER ${f.id} INTO public OPTIONS (prefix '${f.token}');`,
    /option prefix has a bearer token in it/,
    bare,
  ),
  // Of no form that is known, where Postgres refuses before any validator is asked: the option's name tells.
  bad(
    'an opaque api_key of a table whose server does not exist',
    (f) =>
      `CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object 'pods', api_key '${opaque(f)}');`,
    /server "\w+" does not exist/,
  ),
  bad(
    'an opaque token of a column, where the server does not exist',
    (f) =>
      `CREATE FOREIGN TABLE ${f.id}_t (name text OPTIONS ("Bearer_Token" '${opaque(f)}')) SERVER ${f.id};`,
    /server "\w+" does not exist/,
  ),
  bad(
    'an opaque api_key of a table that does not exist',
    (f) => `ALTER FOREIGN TABLE ${f.id}_t OPTIONS (ADD api_key '${opaque(f)}');`,
    /relation "\w+" does not exist/,
  ),
  bad(
    'an opaque token of an import from a server that does not exist',
    (f) => `IMPORT FOREIGN SCHEMA "*" FROM SERVER ${f.id} INTO public OPTIONS (token '${opaque(f)}');`,
    /server "\w+" does not exist/,
  ),
  bad(
    'the validator, called',
    (f) => `SELECT k8s_fdw.k8s_fdw_validator(ARRAY['api_key=${f.token} x'], 'pg_foreign_server'::regclass);`,
    /is not a bearer token/,
  ),
  {
    ...bad(
      "somebody else's event trigger at the beginning",
      (f) => server(f, `${withKey(f)}, page_size '666'`),
      /not on a Sunday/,
    ),
    prepared: guard('ddl_command_start'),
  },
  {
    ...bad(
      "somebody else's event trigger at the end",
      (f) => server(f, `${withKey(f)}, page_size '666'`),
      /not on a Sunday/,
    ),
    prepared: guard('ddl_command_end'),
  },
]

/** Which options refuse it; the others take it, or their own error is as good. */
const MISTAKEN: readonly Way[] = (
  [
    ...SERVER_OPTIONS.map((option) =>
      bad(
        `the token as ${option} of a server`,
        (f) => server(f, `${option === 'api_url' ? '' : `api_url '${f.url}', `}${option} '${f.token}'`),
        /option "\w+" |needs "/,
      ),
    ),
    ...TABLE_OPTIONS.map((option) =>
      bad(
        `the token as ${option} of a table`,
        (f) => `CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (${option} '${f.token}');`,
        /option "\w+" has a bearer token in it/,
        bare,
      ),
    ),
    // Without a validator of ours it is the component that refuses.
    ...SERVER_OPTIONS.filter((option) => !option.startsWith('fdw_')).map((option): Way => ({
      name: `the token as ${option} of a server, the plain way`,
      who: PLAIN,
      sql: (f) =>
        server(
          f,
          `${f.packaged}, ${option === 'api_url' ? '' : `api_url '${f.url}', `}${option} '${f.token}'`,
          'wasm_wrapper',
        ),
      then: query,
      error: null,
      kept: [...DONE, 'option'],
    })),
    ...TABLE_OPTIONS.map((option): Way => ({
      name: `the token as ${option} of a table, the plain way`,
      // Elsewhere an event trigger makes comments of comments.
      who: option === 'comments' ? ['role of a hosted database'] : PLAIN,
      before: (f) => server(f, `${f.packaged}, api_url '${f.url}'`, 'wasm_wrapper'),
      sql: (f) =>
        `CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (${option === 'object' || option === 'kind' ? '' : "object 'pods', "}${option} '${f.token}');`,
      then: (f) => `EXPLAIN (VERBOSE) SELECT * FROM ${f.id}_t; SELECT * FROM ${f.id}_t;`,
      error: null,
      kept: [...DONE, 'option'],
    })),
  ] as readonly Way[]
).map((way) => ({ ...way, levels: ['default'] }))

const BEYOND_REACH: readonly Way[] = [
  {
    name: 'a syntax error',
    sql: (f) => server(f, `${withKey(f)},`),
    error: /syntax error/,
    kept: BY_POSTGRES,
  },
  {
    name: 'a transaction that is aborted',
    sql: (f) => `BEGIN; SELECT 1/0; ${server(f, withKey(f))}`,
    error: /is aborted/,
    kept: BY_POSTGRES,
  },
  {
    name: 'a transaction that only reads',
    sql: (f) => `BEGIN READ ONLY; ${server(f, withKey(f))}`,
    error: /read-only transaction/,
    kept: BY_POSTGRES,
  },
  {
    name: 'DO, refused by Postgres',
    before: bare,
    sql: (f) => inDo(server(f, withKey(f))),
    error: /already exists/,
    kept: INSIDE,
  },
  {
    name: 'DO, refused by the validator',
    sql: (f) => inDo(server(f, `${withKey(f)}, nonsense 'x'`)),
    error: /knows no option/,
    kept: INSIDE,
  },
  {
    name: 'DO, refused by the event trigger',
    sql: (f) => inDo(server(f, text(f, { token: '', username: 'x', password: f.token }))),
    error: /logs in with/,
    kept: INSIDE,
  },
  {
    name: 'a function, refused by the validator',
    before: (f) => maker(f),
    sql: (f) => `SELECT ${f.id}_make('${f.token} x');`,
    error: /is not a bearer token/,
    kept: INSIDE,
  },
  {
    name: 'a function, refused by Postgres',
    before: (f) => `${maker(f)} ${bare(f)}`,
    sql: (f) => `SELECT ${f.id}_make('${f.token}');`,
    error: /already exists/,
    kept: INSIDE,
  },
  {
    name: 'DO, caught and raised again',
    before: bare,
    sql: (f) => inDo(server(f, withKey(f)), 'EXCEPTION WHEN OTHERS THEN RAISE;'),
    error: /already exists/,
    kept: [...INSIDE, 'error caught and raised again'],
  },
  {
    name: 'another statement of the same string',
    sql: (f) => `${server(f, withKey(f)).replace(/;$/, '')} \\; SELECT 1/0;`,
    error: /division by zero/,
    kept: [...DONE, 'other statement of the same string'],
  },
  {
    name: 'DO that fails after the statement in it',
    before: (f) => server(f, `api_url '${f.url}', api_key 'former'`),
    sql: (f) => inDo(`ALTER SERVER ${f.id} OPTIONS (SET api_key '${f.token}')`, 'PERFORM 1/0;'),
    error: /division by zero/,
    kept: [...INSIDE, 'other statement of the same string'],
  },
  {
    name: 'an opaque token under a name that tells nothing, where the server does not exist',
    sql: (f) => `CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object '${opaque(f)}');`,
    error: /server "\w+" does not exist/,
    kept: BY_POSTGRES,
  },
  {
    name: 'vault.create_secret() that fails',
    who: ONLY_SUPERUSER,
    sql: (f) => `SELECT vault.create_secret('${f.token}', 'a', 'b', 'no uuid');`,
    error: /invalid input syntax for type uuid/,
    kept: [RUNNING, 'query that fails'],
  },
  {
    name: 'parse_kubeconfig(), called',
    sql: (f) => `SELECT k8s_fdw.parse_kubeconfig('{"token": "${f.token}"');`,
    error: /is not valid JSON/,
    kept: [RUNNING, 'query that fails'],
  },
  {
    name: 'COPY, a line too long',
    before: (f) => `CREATE TABLE ${f.id}_c (config text);`,
    sql: (f) => `COPY ${f.id}_c FROM stdin;\nx\t${f.token}\n\\.\n`,
    error: /extra data after last expected column/,
    kept: ['line of COPY'],
  },
  {
    name: 'COPY into a foreign table',
    before: (f) =>
      `${bare(f)} CREATE FOREIGN TABLE ${f.id}_t (name text) SERVER ${f.id} OPTIONS (object 'pods');`,
    sql: (f) => `COPY ${f.id}_t FROM stdin;\n${f.token}\n\\.\n`,
    error: /./,
    kept: ['line of COPY'],
  },
]

export const WAYS: readonly Way[] = [...SUCCEEDING, ...REFUSING, ...MISTAKEN, ...BEYOND_REACH]
