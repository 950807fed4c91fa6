// The ways of security/tokens.yaml, and the token as each option that is not made for one.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { isOfOwnHost, optionsOf } from '../../../../options/all.ts'
import { inRoot } from '../../../../tools/paths.ts'
import { fillIn } from '../../../support/markdown.ts'
import { isOwn } from '../left-out.ts'

/** The superuser, a role that may only use the wrapper, and one in a database where it may create neither wrapper nor event triggers. */
export type Who = 'superuser' | 'plain role' | 'role of a hosted database'

/** `default`: Postgres' own settings. `debug`: all that can be said is said, to the client too. `statements`: log_statement is all. */
export type Level = 'default' | 'debug' | 'statements'

/** Why Postgres has a token at a place: each but the last is a row of docs/credentials.md, which says what to do. */
export const REASONS = [
  'running statement',
  'statement that succeeds',
  'option',
  'statement that Postgres refuses by itself',
  'statement inside a function or DO',
  'error caught and raised again',
  'other statement of the same string',
  'query that fails',
  'line of COPY',
] as const
/** A user mapping is where a token belongs on our own host: its owner can read it, and a dump has it. */
export type Reason = (typeof REASONS)[number] | 'user mapping'

/** All texts of SQL have placeholders, which `written` fills in. */
export interface Way {
  readonly name: string
  /** Which levels make a difference; without it all. */
  readonly levels?: readonly Level[]
  /** Who takes it; without it the first two. */
  readonly who?: readonly Who[]
  /** Made before, by the superuser and then by the same role, without the token. */
  readonly prepared?: string
  readonly before?: string
  readonly sql: string
  /** What is asked afterwards of what there is then; it may fail. */
  readonly then?: string
  /** A pattern of the error; left out where there is none. */
  readonly error?: string
  /** What differs on our own host; null where Wrappers has something and it has nothing. */
  readonly own?: Readonly<Record<string, unknown>>
  /** A way that there is on our own host only. */
  readonly only?: 'own'
  /** Without it only the running statement. */
  readonly kept?: readonly Reason[] | Readonly<Record<'superuser' | 'others', readonly Reason[]>>
}

/** What a way's texts are filled with. */
export interface Fill {
  /** A name that no other case has. */
  readonly id: string
  readonly token: string
  readonly url: string
  /** The options that a server of Wrappers' own wrapper has to have. */
  readonly packaged: string
  /** Makes a file of the database server, and gives its path. */
  readonly write: (name: string, content: string) => string
}

const { texts, ways } = parse(readFileSync(inRoot('test/e2e/security/tokens.yaml'), 'utf8')) as {
  readonly texts: Readonly<Record<string, string>>
  readonly ways: readonly Way[]
}

const kubeconfig = (login = '{"token":"<token>"}'): string =>
  `{"current-context":"here","clusters":[{"name":"c","cluster":{"server":"<url>"}}],` +
  `"contexts":[{"name":"here","context":{"cluster":"c","user":"admin"}}],"users":[{"name":"admin","user":${login}}]}`

export const written = (text: string, { id, token, url, packaged, write }: Fill): string => {
  const own = [
    ['<token>', token],
    ['<url>', url],
    ['<id>', id],
    ['<packaged>', packaged],
    // In no form that is known.
    ['<opaque>', token.slice(token.lastIndexOf('.') + 1)],
    ['<end of the token>', token.slice(-60)],
  ] as const
  const shared = Object.entries(texts).map(([name, shares]) => [`<${name}>`, shares] as const)
  const whole = shared
    .reduce((before, [name, shares]) => before.replaceAll(name, shares), text)
    .replaceAll(/<kubeconfig of (\{.*?\})>/g, (_, login: string) => kubeconfig(login))
    .replaceAll('<kubeconfig>', kubeconfig())
    .replaceAll('<kubeconfig, cut off>', kubeconfig().slice(0, -1))
    // Deeper than max_stack_depth lets jsonb go.
    .replaceAll('<deep kubeconfig>', `{"token": "<token>", "x": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`)
    .replaceAll('<file>', () => write(`${id}.json`, fillIn(kubeconfig(), new Map(own))))
  return fillIn(whole, new Map(own))
}

/** The options that are not made for a token. */
const optionsWithout = (place: 'server' | 'table'): readonly string[] =>
  optionsOf(place)
    .filter((option) => isOwn || !isOfOwnHost(option))
    .filter(({ name }) => name !== 'api_key' && name !== 'kubeconfig')
    .map(({ name }) => name)
export const SERVER_OPTIONS = optionsWithout('server')
export const TABLE_OPTIONS = optionsWithout('table')

const PLAIN: readonly Who[] = ['superuser', 'role of a hosted database']
const STORED: readonly Reason[] = ['running statement', 'statement that succeeds', 'option']

const serverWith = (option: string): string =>
  option === 'api_url' ? "api_url '<token>'" : `api_url '<url>', ${option} '<token>'`
const tableWith = (options: string): string =>
  `CREATE FOREIGN TABLE <id>_t (name text) SERVER <id> OPTIONS (${options});`

/** Which options refuse it; the others take it, or their own error is as good. */
const MISTAKEN: readonly Way[] = [
  ...SERVER_OPTIONS.map((option) => ({
    name: `the token as ${option} of a server`,
    sql: `<new server> (${serverWith(option)});`,
    error: 'option "\\w+" |needs "',
  })),
  ...TABLE_OPTIONS.map((option) => ({
    name: `the token as ${option} of a table`,
    before: '<a server>',
    sql: tableWith(`${option} '<token>'`),
    error: 'option "\\w+" has a bearer token in it',
  })),
  // Without a validator of ours it is the component that refuses. Only the validator can tell a token from a name that TLS
  // takes, and an error about a certificate shows the name that it is not for.
  ...SERVER_OPTIONS.filter((option) => !/^(fdw_|tls_server_name)/.test(option)).map((option) => ({
    name: `the token as ${option} of a server, the plain way`,
    who: PLAIN,
    sql: `<new plain server> (<packaged>, ${serverWith(option)});`,
    then: '<query>',
    kept: STORED,
  })),
  ...TABLE_OPTIONS.map((option): Way => ({
    name: `the token as ${option} of a table, the plain way`,
    // Elsewhere an event trigger makes comments of comments.
    who: option === 'comments' ? ['role of a hosted database'] : PLAIN,
    before: "<new plain server> (<packaged>, api_url '<url>');",
    sql: tableWith(`${option === 'object' || option === 'kind' ? '' : "object 'pods', "}${option} '<token>'`),
    then: 'EXPLAIN (VERBOSE) SELECT * FROM <id>_t; SELECT * FROM <id>_t;',
    kept: STORED,
  })),
].map((way) => ({ ...way, levels: ['default'] }))

const onThisHost = (way: Way): Way => {
  if (!isOwn || way.own === undefined) return way
  const all = { ...way, ...way.own }
  return Object.fromEntries(
    Object.entries<unknown>(all).filter(([, value]) => value !== null),
  ) as unknown as Way
}

export const WAYS: readonly Way[] = [...ways, ...MISTAKEN]
  .filter(({ only }) => only === undefined || isOwn)
  .map(onThisHost)

export const keptBy = ({ kept = ['running statement'] }: Way, who: Who): readonly Reason[] => {
  if (!('others' in kept)) return kept
  return who === 'superuser' ? kept.superuser : kept.others
}
