// options/ → sql/parts/18_declared.sql: what the SQL validator knows of the options.
import { OPTIONS, isOfOwnHost, optionsOf, rulesOf } from './all.ts'
import type { Option, Place, Rule } from './declaration.ts'
import { LONGEST } from './declaration.ts'
import { CREDENTIAL_WORDS, KNOWN_TOKEN, META_FIELDS, NEAR, RANDOM_TEXT } from './shared.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
const list = (texts: readonly string[]): string => texts.map(quoted).join(', ')
const matches = (not: boolean, { source, flags }: RegExp): string =>
  `${not ? '!' : ''}~${flags.includes('i') ? '*' : ''} ${quoted(source)}`

/** What the validator sees, by the catalog that it is told; imports it never sees. */
const CATALOGS: readonly (readonly [catalog: string, on: Place, place: string])[] = [
  ['pg_foreign_data_wrapper', 'wrapper', 'foreign data wrapper'],
  ['pg_foreign_server', 'server', 'server'],
  ['pg_foreign_table', 'table', 'table'],
  ['pg_attribute', 'column', 'column'],
  ['pg_user_mapping', 'mapping', 'user mapping'],
]

const seen = OPTIONS.filter(({ on }) => !on.includes('import'))
const namesOf = ({ name, folded }: Option): string[] => (folded === undefined ? [name] : [name, folded])

function grouped<Key>(options: readonly Option[], keyOf: (option: Option) => Key): Map<Key, Option[]> {
  const groups = new Map<Key, Option[]>()
  for (const option of options) groups.set(keyOf(option), [...(groups.get(keyOf(option)) ?? []), option])
  return groups
}

const sqlFunction = (signature: string, returns: string, traits: string, body: string): string =>
  `CREATE OR REPLACE FUNCTION k8s_fdw.${signature} RETURNS ${returns}
LANGUAGE ${traits}
SET search_path = pg_catalog, pg_temp
AS $$
${body}
$$;
`

const isExtended = (on: Place): boolean => optionsOf(on).some(isOfOwnHost)

const hostOptionsText = (): string => {
  const lines = CATALOGS.filter(([, on]) => isExtended(on)).map(([catalog, on]) => {
    const names = optionsOf(on).filter(isOfOwnHost).flatMap(namesOf)
    return `    WHEN on_catalog = ${quoted(catalog)}::regclass THEN ARRAY[${list(names)}]`
  })
  return `  SELECT CASE\n${lines.join('\n')}\n    ELSE '{}'::text[] END`
}

const knownOptions = (): string => {
  const rows = CATALOGS.map(([catalog, on, place]) => {
    const names = optionsOf(on)
      .filter((option) => !isOfOwnHost(option))
      .flatMap(namesOf)
    const more = `k8s_fdw.host_options(${quoted(catalog)}::regclass)`
    const all = `ARRAY[${list(names)}]::text[]${isExtended(on) ? ` || ${more}` : ''}`
    return `    (${quoted(catalog)}::regclass::oid, ${quoted(place)}, ${all})`
  })
  return `-- The options that belong to k8s_fdw's own host, whether that serves the wrapper or not.
${sqlFunction('declared_host_options(on_catalog oid)', 'text[]', 'sql STABLE', hostOptionsText())}
-- Those that objects of the wrapper k8s_fdw take now.
${sqlFunction('host_options(on_catalog oid)', 'text[]', 'sql STABLE', "  SELECT CASE WHEN k8s_fdw.own_host() THEN k8s_fdw.declared_host_options(on_catalog) ELSE '{}' END")}
-- The list of options, and where each of them goes.
${sqlFunction('known_options(OUT catalog oid, OUT place text, OUT names text[])', 'SETOF record', 'sql STABLE', `  VALUES\n${rows.join(',\n')}`)}`
}

const placeOf = (on: Place | undefined): string => CATALOGS.find(([, each]) => each === on)?.[2] ?? ''

const otherWords = (): string => {
  const lines = seen.flatMap(({ name, on, words = [], meant }) =>
    words.map(
      (word) => `      WHEN ${quoted(`${placeOf(on.at(-1))} ${word}`)} THEN ${quoted(meant ?? `"${name}"`)}`,
    ),
  )
  return `-- What other programs call it, in quotes; NULL where no other word is known.
${sqlFunction(
  'other_word(option text, place text)',
  'text',
  'sql IMMUTABLE STRICT PARALLEL SAFE',
  `  SELECT CASE place || ' ' || translate(lower(option), '_- ', '')\n${lines.join('\n')} END`,
)}`
}

const among = (options: readonly Option[]): string => `option IN (${list(options.flatMap(namesOf))})`

const allowances = (): string => `-- Where a bearer token, or a line break, may stand.
${sqlFunction('may_hold_token(option text)', 'boolean', 'sql IMMUTABLE STRICT PARALLEL SAFE', `  SELECT ${among(seen.filter(({ mayHoldToken }) => mayHoldToken))}`)}
${sqlFunction('may_have_lines(option text)', 'boolean', 'sql IMMUTABLE STRICT PARALLEL SAFE', `  SELECT ${among(seen.filter(({ mayHaveLines }) => mayHaveLines))}`)}`

const tokens = (): string => {
  // An underscore may be missing, as in apikey.
  const names = seen
    .filter(({ mayHoldToken }) => mayHoldToken)
    .flatMap(namesOf)
    .map((name) => name.replaceAll('_', '_?'))
  const words = [...names, CREDENTIAL_WORDS.source].join('|')
  return `-- Those that say which bearer token requests carry. A server has one of them at most.
${sqlFunction('token_options()', 'text[]', 'sql IMMUTABLE PARALLEL SAFE', `  SELECT ARRAY[${list(seen.filter(({ givesToken }) => givesToken).map(({ name }) => name))}]`)}
-- Whether a statement has something that is named like a credential, so that its value may be a token of any form.
${sqlFunction('names_token(statement text)', 'boolean', 'sql IMMUTABLE PARALLEL SAFE', `  SELECT statement ~* ${quoted(`\\m(${words})"?\\s+'`)}`)}`
}

const nearness =
  (): string => `-- By how many edits two words may differ of which one means the other; the longer has so many letters.
${sqlFunction(
  'edits_allowed(letters integer)',
  'integer',
  'sql IMMUTABLE STRICT PARALLEL SAFE',
  `  SELECT greatest(CASE WHEN letters < ${NEAR.twoEditsFrom} THEN 1 ELSE 2 END, letters / ${NEAR.lettersForAnEdit})`,
)}
-- The most letters that are compared.
${sqlFunction('longest_compared()', 'integer', 'sql IMMUTABLE PARALLEL SAFE', `  SELECT ${NEAR.longest}`)}`

const lengths = (): string => {
  const byLength = grouped(seen, ({ longest = LONGEST }) => longest)
  byLength.delete(LONGEST)
  const lines = [...byLength].map(([longest, options]) => `    WHEN ${among(options)} THEN ${longest}`)
  return `-- The most characters of a value: what one role writes into the options of a table or a server others read,
-- as k8s_fdw.check(), a restore and psql's \\d do.
${sqlFunction('longest_value(option text)', 'integer', 'sql IMMUTABLE STRICT PARALLEL SAFE', `  SELECT CASE\n${lines.join('\n')}\n    ELSE ${LONGEST} END`)}`
}

const adviceOf = ({ hint, hints = [], near }: Rule): string => {
  const nearest = `k8s_fdw.nearest(value, ARRAY[${list(near ?? [])}])`
  const cases = [
    ...(near === undefined
      ? []
      : [`WHEN ${nearest} IS NOT NULL THEN format('Perhaps you meant ''%s''.', ${nearest})`]),
    ...hints.map((other) => `WHEN value ${matches(false, other.like)} THEN ${quoted(other.hint)}`),
  ]
  return cases.length === 0
    ? quoted(hint)
    : `CASE ${[...cases, `ELSE ${quoted(hint)} END`].join('\n         ')}`
}

const rulesText = (option: Option): string => {
  const subject = option.folded === undefined ? 'option' : quoted(option.name)
  const checks = rulesOf(option).map((rule) => {
    const wrong = rule.unless ?? rule.when
    if (wrong === undefined) throw new Error(`options/: a rule of ${option.name} says not what is wrong`)
    const problem = rule.problem.includes('%s')
      ? `format(${quoted(rule.problem)}, k8s_fdw.shown(value))`
      : quoted(rule.problem)
    return `value ${matches(rule.unless !== undefined, wrong)} THEN
  PERFORM k8s_fdw.reject(${subject}, ${problem},
    ${adviceOf(rule)});
`
  })
  return checks.length === 0 ? '' : `IF ${checks.join('ELSIF ')}END IF;`
}

const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by)

const checkOf = (option: Option): string => {
  const rules =
    option.rulesAs === undefined ? rulesText(option) : `PERFORM k8s_fdw.${option.rulesAs}(option, value);`
  const parse = option.parse === undefined ? '' : `PERFORM ${option.parse};`
  return [rules, parse]
    .filter((statement) => statement !== '')
    .map((statement) => indented(statement, '    '))
    .join('\n')
}

const ruleFunctions = (): string[] =>
  seen.flatMap((option) =>
    option.rulesAs === undefined
      ? []
      : [
          `-- What ${option.name} must be, said of any option.
${sqlFunction(`${option.rulesAs}(option text, value text)`, 'void', 'plpgsql', `BEGIN\n${indented(rulesText(option), '  ')}\nEND`)}`,
        ],
  )

const values = (): string => {
  const byCheck = grouped(seen, checkOf)
  byCheck.delete('')
  const cases = [...byCheck].map(
    ([check, options]) => `  WHEN ${list([...new Set(options.flatMap(namesOf))])} THEN\n${check}`,
  )
  return `-- Raises on a value that the option does not take.
${sqlFunction('check_declared_value(option text, value text)', 'void', 'plpgsql', `BEGIN\n  CASE option\n${cases.join('\n')}\n  ELSE\n    NULL;\n  END CASE;\nEND`)}`
}

const empties = (): string => {
  const lines = seen.flatMap(({ name, whenEmpty }) =>
    whenEmpty === undefined ? [] : [`    WHEN ${quoted(name)} THEN ${quoted(whenEmpty)}`],
  )
  return `-- What to do about an option without a value.
${sqlFunction('advice_when_empty(option text)', 'text', 'sql IMMUTABLE STRICT PARALLEL SAFE', `  SELECT CASE option\n${lines.join('\n')}\n    ELSE 'Give it a value, or leave it out.' END`)}`
}

const expression = (name: string, comment: string, pattern: RegExp): string => `-- ${comment}
${sqlFunction(`${name}(value text)`, 'boolean', 'sql IMMUTABLE PARALLEL SAFE', `  SELECT value ${matches(false, pattern)}`)}`

export const declaredSql = (): string =>
  [
    `-- The options, where each of them belongs, and the values that it takes. Made of options/ by node options/generate.ts,
-- so never edited by hand.
`,
    knownOptions(),
    otherWords(),
    allowances(),
    tokens(),
    nearness(),
    lengths(),
    empties(),
    expression(
      'holds_token',
      'A bearer token anywhere in the text, in one of the forms that are known.',
      KNOWN_TOKEN,
    ),
    expression(
      'looks_random',
      'Letters and digits that change places as in no word: what a generator of tokens makes, in a form that nobody can know.',
      RANDOM_TEXT,
    ),
    `-- ObjectMeta of k8s.io/apimachinery: all that an object's metadata can have.
${sqlFunction('meta_fields()', 'text[]', 'sql IMMUTABLE PARALLEL SAFE', `  SELECT ARRAY[${list(META_FIELDS)}]`)}`,
    ...ruleFunctions(),
    values(),
  ].join('\n')
