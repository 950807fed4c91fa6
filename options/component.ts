// options/ → src/declared.ts: what the component needs of the options when it runs.
// Each byte of it costs every query, so no word of the documentation and none of the validator's is in it.
import { format } from 'prettier'
import { optionsOf } from './all.ts'
import type { Option, Place } from './declaration.ts'
import { IMPORT_OPTIONS, NOT_OF_IMPORTS } from './import.ts'
import {
  API_URL,
  API_VERSION,
  BEARER_PREFIX,
  COPIED_AROUND,
  HOST_DEEP_JSON,
  HOST_LOGIN_HINT,
  INTERNAL_NAMES,
  KIND,
  KNOWN_TOKEN,
  META_FIELDS,
  NAMESPACE_NAME,
  NEAR,
  RANDOM_TEXT,
  SUBRESOURCE,
  TOKEN_CHARACTERS,
  VAULT_ID,
  VIRTUAL_NAMES,
} from './shared.ts'

const PATTERNS = {
  API_URL,
  API_VERSION,
  BEARER_PREFIX,
  COPIED_AROUND,
  KIND,
  KNOWN_TOKEN,
  NAMESPACE_NAME,
  RANDOM_TEXT,
  SUBRESOURCE,
  TOKEN_CHARACTERS,
  VAULT_ID,
}

/** As the host calls them. */
const TYPES: readonly (readonly [place: Place, type: string])[] = [
  ['server', 'server'],
  ['table', 'table'],
  ['import', 'import-schema'],
]

const constantName = (place: Place, name: string): string =>
  `${place}_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase()

/** A list as one text, which is fewer bytes. */
const list = (texts: readonly string[]): string => `${text(texts.join(' '))}.split(' ')`

const text = (value: unknown): string => JSON.stringify(value)

/** The component's options that say what they take: of the others it reads the text, and has errors of its own. */
const hasForm = (option: Option): boolean =>
  option.readBy === 'component' && (option.takes !== undefined || option.values !== undefined)

/** Refers to the constant that has a pattern or a text already, so that each stands once in the program. */
class Once {
  private readonly places = new Map<string, string>()

  at(written: string, place: string): string {
    const known = this.places.get(written)
    if (known === undefined) this.places.set(written, place)
    return known ?? written
  }
}

const formsText = (): string => {
  const once = new Once()
  for (const [name, pattern] of Object.entries(PATTERNS)) once.at(String(pattern), name)
  const lines = TYPES.flatMap(([place, type]) =>
    optionsOf(place)
      .filter(hasForm)
      .map((option) => {
        const name = constantName(place, option.name)
        const fallback = text(option.default ?? null)
        const asked = [text(type), text(option.name)]
        if (option.values !== undefined) {
          const values = once.at(text(option.values), `${name}.values`)
          return `export const ${name} = choice(${[...asked, values, fallback].join(', ')})`
        }
        const pattern = once.at(String(option.form), `${name}.pattern`)
        const takes = once.at(text(option.takes), `${name}.takes`)
        return `export const ${name} = form(${[...asked, pattern, takes, fallback].join(', ')})`
      }),
  )
  return lines.join('\n')
}

const HEAD = `// The options' values and forms, and names that the SQL extension must agree on, as far as the component needs them.
// Made of options/ by node options/generate.ts, so never edited by hand.
import type { OptionsType } from './host.ts'

/** How an option is asked for. */
interface Asked<Fallback extends string | null> {
  readonly type: OptionsType
  readonly name: string
  /** Where the option is not given. */
  readonly fallback: Fallback
}

/** An option whose value has a form. */
export interface Form<Fallback extends string | null = string | null> extends Asked<Fallback> {
  /** Of a list each part has it. */
  readonly pattern: RegExp
  /** For the hint, after \`it takes \`. */
  readonly takes: string
}

/** An option that is one of a few words. */
export interface Choice<Fallback extends string | null = string | null> extends Asked<Fallback> {
  readonly values: readonly string[]
}

/** A call is fewer bytes than an object written out. */
function form<Fallback extends string | null>(
  type: OptionsType,
  name: string,
  pattern: RegExp,
  takes: string,
  fallback: Fallback,
): Form<Fallback> {
  return { type, name, pattern, takes, fallback }
}

function choice<Fallback extends string | null>(
  type: OptionsType,
  name: string,
  values: readonly string[],
  fallback: Fallback,
): Choice<Fallback> {
  return { type, name, values, fallback }
}
`

const patternsText = (): string =>
  Object.entries(PATTERNS)
    .map(([name, pattern]) => `export const ${name} = ${String(pattern)}`)
    .join('\n')

/** The server's options of which `is` is true. */
const namesOf = (is: (option: Option) => true | undefined): string[] =>
  optionsOf('server')
    .filter(is)
    .map(({ name }) => name)

const wordsText = (): string => {
  const words = IMPORT_OPTIONS.map((option) => `${option.name}: ${text((option.words ?? []).join(' '))},`)
  return `{ ${words.join(' ')} '': ${text(NOT_OF_IMPORTS.join(' '))} }`
}

const source = (): string =>
  [
    HEAD,
    `// options/shared.ts says what each is.\n${patternsText()}\n`,
    `${formsText()}\n`,
    "/** The options of IMPORT FOREIGN SCHEMA, and other words for each; '' for what only tables, or other wrappers, take. */",
    `export const IMPORT_WORDS: { readonly [meant: string]: string } = ${wordsText()}\n`,
    `export const MAY_HOLD_TOKEN = ${list(namesOf(({ mayHoldToken }) => mayHoldToken))}`,
    '/** A server has one of them at most. */',
    `export const TOKEN_OPTIONS = ${list(namesOf(({ givesToken }) => givesToken))}\n`,
    "/** What the extension's own library says beyond the contract, in place of options of the server. */",
    `export const HOST_DEEP_JSON = ${text(HOST_DEEP_JSON)}`,
    `export const HOST_LOGIN_HINT = ${text(HOST_LOGIN_HINT)}\n`,
    '/** The rule for `did you mean`. */',
    `export const TWO_EDITS_FROM = ${NEAR.twoEditsFrom}`,
    `export const LETTERS_FOR_AN_EDIT = ${NEAR.lettersForAnEdit}`,
    `export const LONGEST_COMPARED = ${NEAR.longest}\n`,
    '/** ObjectMeta of k8s.io/apimachinery. */',
    `export const META_FIELDS = ${list(META_FIELDS)}\n`,
    "/** What a table's `object` may be beside a resource. */",
    `export type VirtualName = ${VIRTUAL_NAMES.map(text).join(' | ')}`,
    '/** Those that a hint may lead to. */',
    `export const VIRTUAL_NAMES = ${list(VIRTUAL_NAMES.filter((name) => !INTERNAL_NAMES.includes(name)))}`,
  ].join('\n')

export const declaredTypeScript = (layout: object): Promise<string> =>
  format(source(), { ...layout, parser: 'typescript' })
