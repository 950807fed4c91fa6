// The extension's YAML reader and kubectl read a scalar alike: escapes, folded lines, and the booleans and numbers of
// YAML 1.1.
import { describe, expect, it } from 'vitest'
import { kubeconfigAsRead } from '../support/kubectl.ts'
import { failure, quoted, rows } from '../support/sql.ts'

// kubectl keeps the value of an extension as it is, whatever its type.
const HEAD = 'apiVersion: v1\nkind: Config\nusers: []\nextensions:\n'
const documentOf = (scalars: readonly string[]): string =>
  HEAD + scalars.map((scalar, i) => `- name: e${i}\n  extension: ${scalar}\n`).join('')

interface Config {
  readonly extensions: readonly { readonly name: string; readonly extension?: unknown }[]
}

const asKubectlReads = (yaml: string): Config => JSON.parse(kubeconfigAsRead(yaml)) as Config

const asSqlReads = async (yaml: string): Promise<Config> =>
  JSON.parse((await rows(`SELECT k8s_fdw.yaml_to_jsonb(${quoted(yaml)})`))[0]?.[0] ?? '') as Config

/** In the order of their names, as kubectl prints them. Which number it is, no field of a kubeconfig tells. */
const found = ({ extensions }: Config): Map<string, unknown> =>
  new Map(
    extensions.map(({ name, extension = null }) => [
      name,
      typeof extension === 'number' ? 'a number' : extension,
    ]),
  )

const cased = (word: string): string[] => [
  word,
  word.toUpperCase(),
  word.slice(0, 1).toUpperCase() + word.slice(1),
  word.slice(0, -1) + word.slice(-1).toUpperCase(),
]

const WORDS = ['y', 'yes', 'on', 'true', 'n', 'no', 'off', 'false', 'null', '~', 't', 'f', 'nan', 'inf']
const PLAIN = [
  ...WORDS.flatMap(cased),
  ...[
    '',
    '12',
    '+12',
    '-12',
    '-0',
    '010',
    '08',
    '0_7',
    '0o17',
    '0o8',
    '0O17',
    '+0o7',
    '0x1F',
    '0X1f',
    '-0x1f',
  ],
  ...['0x', '0xG', '0b11', '0B11', '-0b11', '0b2', '-0b2', '1_000', '1__0', '_1', '+1_0', '1_', '1_000.5'],
  ...[
    '1.5',
    '.5',
    '-.5',
    '+.5',
    '5.',
    '.',
    '.5e+1',
    '1e3',
    '1e+3',
    '1.e+3',
    '1E3',
    '1e',
    'e3',
    '1e400',
    '-1e400',
  ],
  ...['99999999999999999999', '2001-01-01', '2001-01-01 10:00:00', '2001-01-01T10:00:00Z', '12:30:45'],
  ...[
    '1,000',
    '1.2.3.4',
    '123abc',
    '1 2',
    '1 # c',
    '=',
    '<<',
    '+',
    '-a',
    '--',
    '?a',
    ':a',
    'a:b',
    'a#b',
    'a #b',
  ],
  ...['é', '🔥prod', `a'b`, 'a"b', 'yes please', 'true # c', '1-2', '10.0.0.1:6443', '0.0.0.0', '1d', '1_a'],
]
const QUOTED = [
  ...['"yes"', "'yes'", '"12"', "'~'", '""', "''", "'it''s'", String.raw`'\n'`, '"a # b" # c'],
  ...['a', 'b', 't', 'n', 'v', 'f', 'r', 'e', ' ', '"', "'", '\\', 'N', '_', 'L', 'P'].map(
    (e) => `"x\\${e}y"`,
  ),
  ...['x41', 'xe9', 'x7f', 'xff', 'u00e9', 'u0085', 'ufeff', 'uffff', 'U00000041', 'U0000FFFD'].map(
    (e) => `"x\\${e}y"`,
  ),
  ...['U0001F525', 'U0001f525', 'U0010FFFD', 'U00010000'].map((e) => `"\\${e}prod"`),
  ...[
    String.raw`"\\U0001F525"`,
    String.raw`"\\\U0001F525"`,
    String.raw`"\\x41\x41"`,
    String.raw`"\\0"`,
    String.raw`"\\\\u0000"`,
  ],
]
const FOLDED = [
  '"one\n   two"',
  '"one\\\n   two"',
  '"one\\ \n   two"',
  '"one \\\n   two"',
  '"one\n\n\n   two"',
  '"one\\\n\n   two"',
  '"one\n   \\ two"',
  '"one  \n   two  \n  three"',
  '"one\\\\\n   two"',
  '"one\\n\n   two" # c',
  "'one\n   two'",
  "'one\n\n   it''s two'",
  'one\n   two',
  'one\n   two\n\n   three',
  '1\n   2',
  'yes\n   no',
  '~\n   x',
  'one\n   two # c',
  '|\n   one\n   two',
]

describe('kubectl and SQL', () => {
  it.each([
    ['without quotes', PLAIN],
    ['in quotes', QUOTED],
    ['on several lines', FOLDED],
  ])('read the same: scalars %s', async (_, scalars) => {
    const yaml = documentOf(scalars)
    const [theirs, ours] = [found(asKubectlReads(yaml)), found(await asSqlReads(yaml))]
    const named = (values: Map<string, unknown>) => scalars.map((scalar, i) => [scalar, values.get(`e${i}`)])
    expect(named(ours)).toEqual(named(theirs))
  })

  it.each([
    ...['q', '/', 'B', 'T', 'u12', 'x4', 'U1F525', 'ud83d', 'ud83d\\ude00', 'U0000D83D', 'U00110000'].map(
      (e) => `"x\\${e}y"`,
    ),
    ...['"a" b', "'a' b", '"a', 'a: b', '@a', '%a', '`a', 'one # c\n   two', '"a\n   b" c'],
  ])('refuse both: %j', async (scalar) => {
    const yaml = documentOf([scalar])
    expect(() => asKubectlReads(yaml)).toThrow()
    expect(await failure(`SELECT k8s_fdw.yaml_to_jsonb(${quoted(yaml)})`)).toMatch(
      /cannot read line \d+ of the kubeconfig: /,
    )
  })

  it.each(['"x\\0y"', '"x\\x00y"', '"x\\u0000y"', '"x\\U00000000y"'])(
    '%j is beyond Postgres',
    async (scalar) => {
      expect(await failure(`SELECT k8s_fdw.yaml_to_jsonb(${quoted(documentOf([scalar]))})`)).toContain(
        'it has the character U+0000 (\\0), which no text of Postgres can hold',
      )
    },
  )
})
