// Random JSON texts, and damage to them. Each is a way of writing, not a value: keys come twice, white space stands
// anywhere, characters are escaped or not, numbers are beyond what a double holds.
import * as fc from 'fast-check'

export const KEYS = ['a', 'b', 'l', 'items', 'é\n', '', '__proto__', '😀', 'a"\\']

const oneOf = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)

const space = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: oneOf(' ', '\n', '\r\n\t', '          ') },
)

const hex4 = fc.integer({ min: 0, max: 0xffff }).map((code) => `\\u${code.toString(16).padStart(4, '0')}`)

const piece = fc.oneof(
  oneOf('a', 'items', 'é', '😀', ' ', '/', '{', ']', ',', ':', '\u007f', '\u2028'),
  oneOf('\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\u0000', '\\u00E9', '\\u005c'),
  oneOf('\\ud83d\\ude00', '\\ud83d', '\\ude00', '\\uD83D\\u0041', '\\udbff\\udfff', '\\ud83d\\n'),
  hex4,
)

const string = fc.array(piece, { maxLength: 6 }).map((pieces) => `"${pieces.join('')}"`)

/** A key of the pool, written in one of its ways. */
const key = fc.oneof(
  { weight: 6, arbitrary: oneOf(...KEYS).map((text) => JSON.stringify(text)) },
  {
    weight: 1,
    arbitrary: oneOf(...KEYS).map(
      (text) =>
        `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`,
    ),
  },
  { weight: 1, arbitrary: string },
)

const digits = fc.oneof(fc.nat().map(String), oneOf('0', '9'.repeat(25), '1'.repeat(400)))
const number = fc
  .tuple(
    oneOf('', '', '-'),
    digits,
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.tuple(oneOf('e', 'E'), oneOf('', '+', '-'), digits).map((e) => e.join('')),
    ),
  )
  .map((parts) => parts.join(''))

/** Around the depth that is refused, and far beyond it. */
const deep = fc
  .tuple(oneOf('[|]', '{"a":|}', '[{"items":|}]'), fc.constantFrom(100, 249, 250, 499, 500, 501, 3000))
  .map(([pair, levels]) => {
    const [open = '', close = ''] = pair.split('|')
    return `${open.repeat(levels)}1${close.repeat(levels)}`
  })

const listed = (
  open: string,
  part: fc.Arbitrary<string>,
  close: string,
  maxLength: number,
): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(
        fc.tuple(space, part, space).map((parts) => parts.join('')),
        { maxLength },
      ),
      space,
    )
    .map(([parts, inner]) => `${open}${parts.length === 0 ? inner : parts.join(',')}${close}`)

const { value } = fc.letrec<{ value: string; member: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 2, arbitrary: oneOf('null', 'true', 'false') },
    { weight: 2, arbitrary: number },
    { weight: 2, arbitrary: string },
    { weight: 4, arbitrary: listed('{', tie('member'), '}', 5) },
    { weight: 2, arbitrary: listed('[', tie('value'), ']', 4) },
  ),
  member: fc.tuple(key, space, space, tie('value')).map(([k, a, b, v]) => `${k}${a}:${b}${v}`),
}))

/** As the API server answers: what is looked for is then there. */
const list = fc
  .tuple(
    value,
    listed(
      '[',
      fc.oneof(
        {
          weight: 9,
          arbitrary: listed(
            '{',
            fc.tuple(key, value).map((m) => m.join(':')),
            '}',
            5,
          ),
        },
        { weight: 1, arbitrary: value },
      ),
      ']',
      6,
    ),
    value,
  )
  .map(([first, rows, last]) => `{"kind":${first},"items":${rows},"a":${last}}`)

const document = fc.oneof(
  { weight: 6, arbitrary: list },
  { weight: 6, arbitrary: fc.tuple(space, value, space).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: deep.map((text) => `{"a":${text},"items":[{"a":${text}}],"a":1}`) },
)

/** One change at a place, which is a share of the length: cut, leave out, overwrite, put in, repeat. */
const damage = fc.record({
  kind: fc.constantFrom('cut', 'without', 'instead', 'before', 'again'),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  count: fc.integer({ min: 1, max: 8 }),
  bytes: fc.oneof(
    fc
      .constantFrom(
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '-',
        '0',
        '.',
        'e',
        '+',
        '\0',
        '\u0001',
        '\\u',
        '\\ud8',
        'nul',
        '//',
        '\u00a0',
        '\ufeff',
      )
      .map((text) => Buffer.from(text)),
    // No UTF-8: a lone continuation, a lead without one, too long a form, a surrogate, what is never there.
    fc
      .constantFrom([0x80], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff])
      .map((list) => Buffer.from(list)),
  ),
})

function damaged(
  text: Buffer,
  { kind, place, count, bytes }: typeof damage extends fc.Arbitrary<infer T> ? T : never,
): Buffer {
  const at = Math.floor(place * (text.length + 1))
  const [before, after] = [text.subarray(0, at), text.subarray(at)]
  switch (kind) {
    case 'cut':
      return before
    case 'without':
      return Buffer.concat([before, after.subarray(count)])
    case 'instead':
      return Buffer.concat([before, bytes, after.subarray(bytes.length)])
    case 'before':
      return Buffer.concat([before, bytes, after])
    default:
      return Buffer.concat([before, after.subarray(0, count), after])
  }
}

export const randomText: fc.Arbitrary<Buffer> = fc
  .tuple(
    document,
    fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(damage, { minLength: 1, maxLength: 3 }) },
    ),
  )
  .map(([text, changes]) => changes.reduce(damaged, Buffer.from(text)))
