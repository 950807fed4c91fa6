// Random templates: mostly paths that lead somewhere in the object that they are written for, some damaged.
// A template is a function of the object, so that each of the two can be made smaller by itself. Evaluates none.
import * as fc from 'fast-check'
import { printed } from '../../src/json/number.ts'
import { isNumber, isObject, ownField } from '../../src/json/values.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { HOSTILE_KEYS, randomKey, weighted } from './objects.ts'

type Value = JsonValue | undefined
type List = readonly JsonValue[]
type Write<T> = (of: T) => string

/** Where a path is: its text so far, and one of the values to which it leads. */
interface Place {
  readonly text: string
  readonly value: Value
}
type Step = (place: Place) => Place

const DAMAGE =
  '{ } [ ] ( ) . .. , : * @ $ \' " \\ 0 1 -1 + = == != < > >= ! ? ?( & && | ~ # / range end true x \n \t \r ü'.split(
    ' ',
  )
const LITERALS = [
  '1', '2', '-1', '+3', '1.5', '-.5', '007', 'true', 'false', '"a"', "'b'", '""', '"\\u00fc"', '"\\x41\\101"',
] as const // prettier-ignore
const OPERATORS = ['==', '==', '==', '!=', '<', '<=', '>', '>='] as const
const TEXTS = [' ', '\n', ': ', 'text', '}', '"', '\\n', 'ü', '='] as const

const always = <T>(made: T): fc.Arbitrary<T> => fc.constant(made)
const chance = (percent: number) => weighted([100 - percent, always(false)], [percent, always(true)])
/** Gives '' mostly, and one of the texts in so many of a hundred cases. */
const seldom = (percent: number, ...texts: readonly string[]) =>
  weighted<string>([100 - percent, always('')], [percent, fc.constantFrom(...texts)])
const several = <T>(of: fc.Arbitrary<T>, minLength: number, maxLength: number) =>
  fc.array(of, { minLength, maxLength, size: 'max' })

/** A choice among things that are known only where a step is taken. */
const choice = fc.nat({ max: 255 })
const at = <T>(list: readonly T[], chosen: number): T | undefined => list[chosen % list.length]
const space = seldom(10, ' ')
const separator = weighted<string>([7, always(',')], [3, always(', ')])
const bracketed = (entries: readonly string[], between = ','): string => `[${entries.join(between)}]`

const escaped: Write<string> = (key) => key.replace(/[ \t\r\n.,[\]$@{}]/g, '\\$&')
const dotted: Write<string> = (key) => (key === '*' ? "['*']" : `.${escaped(key)}`)
const quoted =
  (quote: string): Write<string> =>
  (key) =>
    bracketed([quote + key + quote])
const keyStep = weighted<Write<string>>(
  [70, always(dotted)],
  [15, always(quoted("'"))],
  [15, always((key) => quoted("'")(escaped(key)))],
  [1, always(quoted('"'))],
)

const keysOf = (value: Value): string[] => (isObject(value) ? Object.keys(value) : [])
const keysBelow = (value: Value): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : [...keysOf(value), ...Object.values(value).flatMap((child: JsonValue) => keysBelow(child))]

/** A place in a list of a length. */
const forwards = choice.map(
  (chosen): Write<number> =>
    (length) =>
      String(chosen % Math.max(length, 1)),
)
const backwards = choice.map(
  (chosen): Write<number> =>
    (length) =>
      String(-1 - (chosen % Math.max(length, 1))),
)
const odd = fc.constantFrom('', '0', '7', '-7', '00', '-0').map(
  (text): Write<number> =>
    () =>
      text,
)
const index = weighted([65, forwards], [30, backwards], [5, odd])
const end = weighted([4, always<Write<number>>(() => '')], [4, forwards], [2, backwards])
const slice = fc.tuple(end, end, seldom(30, ':', ':1', ':2', ':3')).map(
  ([from, to, step]): Write<number> =>
    (length) =>
      `${from(length)}:${to(length)}${step}`,
)

const quotedText = fc
  .tuple(fc.constantFrom('"', '"', "'"), chance(30))
  .map(([quote, asCodes]): Write<string> => (text) => {
    const plain = text
      .replace(/["'\\]/g, (sign) => (sign === quote || sign === '\\' ? `\\${sign}` : sign))
      .replace(/\n/g, '\\n')
    const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    return quote + (asCodes ? plain.replace(/[\x80-\ud7ff\ue000-\uffff]/g, code) : plain) + quote
  })
/** Mostly one like the value that it is compared with. */
const literal = fc
  .tuple(fc.constantFrom(...LITERALS), quotedText, chance(10))
  .map(([other, write, another]): Write<Value> => (like) => {
    if (another || like === undefined) return other
    if (typeof like === 'string') return write(like)
    return isNumber(like) || typeof like === 'boolean' ? printed(like) : other
  })

const recursion = weighted(
  [80, always(escaped)],
  [7, always<Write<string>>(() => '')],
  [7, keyStep],
  [6, always(dotted)],
)
const recursiveStep = fc
  .tuple(choice, randomKey, recursion)
  .map(([chosen, other, write]): Step => ({ text, value }) => {
    const key = at(keysBelow(value), chosen) ?? other
    return { text: `${text}..${write(key)}`, value: ownField(value, key) }
  })

/** By one of the keys that are there, or by another one. */
const byKey = (other: fc.Arbitrary<string>, isThere: boolean) =>
  fc.tuple(choice, other, keyStep).map(([chosen, missing, write]): Step => ({ text, value }) => {
    const key = (isThere ? at(keysOf(value), chosen) : undefined) ?? missing
    return { text: text + write(key), value: ownField(value, key) }
  })
/** `['a.b']` for a and, below it, b. */
const byTwoKeys = fc.tuple(choice, choice).map(([first, second]): Step => ({ text, value }) => {
  const key = at(keysOf(value), first) ?? ''
  const below = ownField(value, key)
  const next = at(keysOf(below), second)
  const both = next === undefined ? dotted(key) : quoted("'")(`${escaped(key)}.${escaped(next)}`)
  return { text: text + both, value: next === undefined ? below : ownField(below, next) }
})
const byWildcard = fc
  .tuple(choice, fc.constantFrom(...Array<string>(9).fill('.*'), '[*]'))
  .map(([chosen, wildcard]): Step => ({ text, value }) => ({
    text: text + wildcard,
    value: ownField(value, at(keysOf(value), chosen) ?? ''),
  }))
const byUnion = fc
  .tuple(several(fc.tuple(choice, randomKey), 2, 3), separator)
  .map(([choices, between]): Step => ({ text, value }) => {
    const names = choices.map(([chosen, other]) => at(keysOf(value), chosen) ?? other)
    const entries = names.map((name) => `'${name.replace(/'/g, '')}'`)
    return { text: text + bracketed(entries, between), value: ownField(value, names[0] ?? '') }
  })
const mapStep = weighted(
  [60, byKey(randomKey, true)],
  [15, byTwoKeys],
  [8, byWildcard],
  [7, byUnion],
  [10, byKey(fc.oneof(randomKey, fc.constantFrom(...HOSTILE_KEYS)), false)],
)

const listStep = (filter: fc.Arbitrary<Write<List>>) => {
  const places = fc
    .tuple(
      weighted(
        [75, several(fc.oneof({ weight: 5, arbitrary: index }, { weight: 3, arbitrary: slice }), 1, 1)],
        [10, several(fc.oneof(index, slice), 2, 3)],
      ),
      separator,
    )
    .map(
      ([writes, between]): Write<List> =>
        (list) =>
          bracketed(
            writes.map((write) => write(list.length)),
            between,
          ),
    )
  const written = weighted(
    [30, always<Write<List>>(() => '[*]')],
    [45, places],
    [5, always<Write<List>>(() => '.*')],
    [20, filter],
  )
  return fc.tuple(choice, seldom(2, '.'), written).map(([chosen, dot, write]): Step => ({ text, value }) => {
    const list = Array.isArray(value) ? value : []
    return { text: text + dot + write(list), value: at(list, chosen) }
  })
}

/** A step from wherever one is; from a scalar there is seldom one. */
const stepBy = (onList: fc.Arbitrary<Step>) =>
  fc
    .tuple(
      seldom(3, '@', '$', ' ', ' @'),
      onList,
      mapStep,
      chance(15),
      weighted([94, always(undefined)], [6, recursiveStep]),
    )
    .map(([before, listed, mapped, fromScalar, recursive]): Step => ({ text, value }) => {
      const place = { text: text + before, value }
      if (recursive !== undefined) return recursive(place)
      if (Array.isArray(value)) return listed(place)
      return isObject(value) || fromScalar ? mapped(place) : { text, value }
    })
const walk = (start: Place, steps: readonly Step[]): Place =>
  steps.reduce((place, step) => step(place), start)

const innerStep = stepBy(listStep(always(() => '[0]')))
const filter = fc
  .record({
    element: choice,
    start: fc.constantFrom(...Array<string>(9).fill('@'), ''),
    steps: several(innerStep, 0, 2),
    pad: space,
    operator: seldom(75, ...OPERATORS),
    literal,
    other: weighted([9, always(undefined)], [1, innerStep]),
    swapped: chance(10),
  })
  .map(({ element, start, steps, pad, operator, literal: like, other, swapped }): Write<List> => (list) => {
    const value = at(list, element)
    const left = walk({ text: start, value }, steps)
    if (left.text === '' || operator === '') return `[?(${pad}${left.text || '@'}${pad})]`
    const right = other === undefined ? like(left.value) : other({ text: '@', value }).text
    const sides = swapped ? [right, left.text] : [left.text, right]
    return `[?(${pad}${sides.join(pad + operator + pad)}${pad})]`
  })

const path = fc
  .tuple(seldom(22, '$', '$', '$', '@', '@', '@', ' '), several(stepBy(listStep(filter)), 0, 5))
  .map(
    ([text, steps]) =>
      (value: Value): Place =>
        walk({ text, value }, steps),
  )

const { parts } = fc.letrec<{ part: Write<Value>; parts: Write<Value> }>((tie) => {
  const braces = (inside: fc.Arbitrary<Write<Value>>) =>
    fc.tuple(space, inside, space).map(
      ([before, write, after]): Write<Value> =>
        (value) =>
          `{${before}${write(value)}${after}}`,
    )
  const range = fc.tuple(path, tie('parts')).map(([walked, body]): Write<Value> => (value) => {
    const place = walked(value)
    return `{range ${place.text}}${body(place.value)}{end}`
  })
  return {
    part: fc.oneof(
      { maxDepth: 2, depthSize: 'max' },
      { weight: 35, arbitrary: braces(path.map((walked) => (value) => walked(value).text)) },
      { weight: 20, arbitrary: fc.constantFrom(...TEXTS).map((text) => () => text) },
      { weight: 15, arbitrary: braces(fc.constantFrom(...LITERALS).map((text) => () => text)) },
      { weight: 30, arbitrary: range },
    ),
    parts: several(tie('part'), 1, 3).map(
      (writes) => (value) => writes.map((write) => write(value)).join(''),
    ),
  }
})

/** Damage of whole characters, because half of one is no text. */
const damage = fc
  .tuple(
    fc.nat({ max: 999 }),
    fc.integer({ min: 1, max: 3 }),
    weighted([35, always('')], [45, fc.constantFrom(...DAMAGE)], [20, always(undefined)]),
  )
  .map(([chosen, length, put]) => (text: readonly string[]): readonly string[] => {
    const from = chosen % (text.length + 1)
    // A text that is inserted, left out, or repeated.
    return [
      ...text.slice(0, put === undefined ? from + length : from),
      put ?? '',
      ...text.slice(put === '' ? from + length : from),
    ]
  })

export const randomTemplate = fc
  .tuple(
    path,
    weighted([60, always<Write<Value>>(() => '')], [40, parts]),
    weighted([80, always([])], [20, several(damage, 1, 2)]),
  )
  .map(([walked, rest, damages]): Write<JsonValue> => (object) => {
    const whole = rest(object)
    // A text without braces is a path here.
    const template = whole.includes('{') ? whole : `{${walked(object).text}}${whole}`
    // White space around a path does not count here, but it does for client-go.
    return damages
      .reduce<readonly string[]>((text, damaged) => damaged(text), Array.from(template))
      .join('')
      .trim()
  })
