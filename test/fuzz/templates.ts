// Random templates for an object: mostly paths that lead somewhere in it, some damaged.
// Evaluates none.
import { printed } from '../../src/json/number.ts'
import { isNumber, isObject, ownField } from '../../src/json/values.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { HOSTILE_KEYS, randomKey } from './objects.ts'
import type { Random } from './random.ts'

/** Where a path is: its text so far, and one of the values that it leads to. */
interface Place {
  readonly text: string
  readonly value: JsonValue | undefined
}

const DAMAGE =
  '{ } [ ] ( ) . .. , : * @ $ \' " \\ 0 1 -1 + = == != < > >= ! ? ?( & && | ~ # / range end true x \n \t \r ü'.split(
    ' ',
  )

function escaped(key: string): string {
  return key.replace(/[ \t\r\n.,[\]$@{}]/g, '\\$&')
}

function keyStep(random: Random, key: string): string {
  const bracket = random.chance(0.3)
  if (!bracket && key !== '*') return `.${escaped(key)}`
  const quote = random.chance(0.97) ? "'" : '"'
  return `[${quote}${random.chance(0.5) ? escaped(key) : key}${quote}]`
}

function slice(random: Random, length: number): string {
  const bound = (low: number, high: number): string =>
    random.chance(0.4) ? '' : String(random.between(low, high))
  const from = bound(0, Math.max(length - 1, 0))
  const to = random.chance(0.3) ? `-${random.between(1, 2)}` : bound(Number(from), length)
  const step = random.chance(0.3) ? `:${random.pick(['', '1', '2', '3'])}` : ''
  return `${random.chance(0.15) ? `-${random.between(1, Math.max(length, 1))}` : from}:${to}${step}`
}

function index(random: Random, length: number): string {
  if (random.chance(0.05)) return random.pick(['', '0', '7', '-7', '00', '-0'])
  return String(
    random.chance(0.3) ? -random.between(1, Math.max(length, 1)) : random.between(0, Math.max(length - 1, 0)),
  )
}

function quotedText(random: Random, text: string): string {
  const quote = random.pick(['"', '"', "'"])
  let made = ''
  for (const character of text) {
    if (character === quote || character === '\\') made += `\\${character}`
    else if (character === '\n') made += '\\n'
    else if (character > '\x7f' && character.length === 1 && random.chance(0.3))
      made += `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    else made += character
  }
  return `${quote}${made}${quote}`
}

function literal(random: Random, like: JsonValue | undefined): string {
  if (like !== undefined && !random.chance(0.1)) {
    if (typeof like === 'string') return quotedText(random, like)
    if (isNumber(like) || typeof like === 'boolean') return printed(like)
  }
  return random.pick([
    '1',
    '2',
    '-1',
    '+3',
    '1.5',
    '-.5',
    '007',
    'true',
    'false',
    '"a"',
    "'b'",
    '""',
    '"\\u00fc"',
    '"\\x41\\101"',
  ])
}

const space = (random: Random): string => (random.chance(0.1) ? ' ' : '')

function filter(random: Random, list: readonly JsonValue[]): string {
  const element = random.pick(list)
  const { text, value } = walk(
    random,
    { text: random.chance(0.9) ? '@' : '', value: element },
    random.between(0, 2),
    true,
  )
  const pad = space(random)
  if (text === '' || random.chance(0.25)) return `[?(${pad}${text === '' ? '@' : text}${pad})]`
  const operator = random.pick(['==', '==', '==', '!=', '<', '<=', '>', '>='])
  const other = random.chance(0.9)
    ? literal(random, value)
    : walk(random, { text: '@', value: element }, 1, true).text
  const sides = random.chance(0.9) ? [text, other] : [other, text]
  return `[?(${pad}${sides.join(`${pad}${operator}${pad}`)}${pad})]`
}

function union(entries: readonly string[], random: Random): string {
  return `[${entries.join(random.chance(0.3) ? ', ' : ',')}]`
}

function keysBelow(value: JsonValue | undefined, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const child of value) keysBelow(child, found)
  else if (isObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      found.push(key)
      keysBelow(child, found)
    }
  }
  return found
}

function recursiveStep(random: Random, place: Place): Place {
  const key = random.pick(keysBelow(place.value)) ?? randomKey(random)
  const value = ownField(place.value, key)
  if (/^[A-Za-z0-9_]/.test(key) && random.chance(0.8))
    return { text: `${place.text}..${escaped(key)}`, value }
  return { text: `${place.text}..${random.pick(['', keyStep(random, key), `.${escaped(key)}`])}`, value }
}

function mapStep(random: Random, { text, value }: Place): Place {
  const keys = isObject(value) ? Object.keys(value) : []
  const key = random.pick(keys)
  const kind = random.next()
  const below = ownField(value, key ?? '')
  if (isObject(below) && random.chance(0.15)) {
    const next = random.pick(Object.keys(below)) ?? ''
    return { text: `${text}['${escaped(key ?? '')}.${escaped(next)}']`, value: ownField(below, next) }
  }
  if (key !== undefined && kind < 0.75)
    return { text: text + keyStep(random, key), value: ownField(value, key) }
  if (kind < 0.83)
    return { text: `${text}${random.chance(0.9) ? '.*' : '[*]'}`, value: ownField(value, key ?? '') }
  if (kind < 0.9) {
    const names = random.list(random.between(2, 3), () => random.pick(keys) ?? randomKey(random))
    const quoted = names.map((name) => `'${name.replace(/'/g, '')}'`)
    return { text: text + union(quoted, random), value: ownField(value, names[0] ?? '') }
  }
  const missing = random.chance(0.5) ? random.pick(HOSTILE_KEYS) : randomKey(random)
  return { text: text + keyStep(random, missing), value: ownField(value, missing) }
}

function listStep(random: Random, place: Place, list: readonly JsonValue[], inFilter: boolean): Place {
  const value = random.pick(list)
  const kind = random.next()
  const dot = random.chance(0.02) ? '.' : ''
  const at = (step: string): Place => ({ text: place.text + dot + step, value })
  if (kind < 0.3) return at('[*]')
  if (kind < 0.55) return at(`[${index(random, list.length)}]`)
  if (kind < 0.7) return at(`[${slice(random, list.length)}]`)
  if (kind < 0.75)
    return at(
      union(
        random.list(random.between(2, 3), () => random.pick([index, slice])(random, list.length)),
        random,
      ),
    )
  if (kind < 0.8) return at('.*')
  return inFilter ? at('[0]') : at(filter(random, list))
}

function walk(random: Random, start: Place, steps: number, inFilter: boolean): Place {
  let place = start
  for (let i = 0; i < steps; i++) {
    if (random.chance(0.03)) place = { ...place, text: place.text + random.pick(['@', '$', ' ', ' @']) }
    if (random.chance(0.06)) place = recursiveStep(random, place)
    else if (Array.isArray(place.value)) place = listStep(random, place, place.value, inFilter)
    else if (isObject(place.value)) place = mapStep(random, place)
    else if (random.chance(0.15)) place = mapStep(random, place)
    else return place
  }
  return place
}

function randomPath(random: Random, value: JsonValue | undefined): Place {
  const start = random.weighted(
    [
      [8, ''],
      [1, '$'],
      [1, '@'],
      [0.3, ' '],
    ] as const,
    '',
  )
  return walk(random, { text: start, value }, random.between(0, 5), false)
}

function parts(random: Random, value: JsonValue | undefined, depth: number): string {
  const made = random.list(random.between(1, 3), () => {
    const kind = random.next()
    if (kind < 0.2) return random.pick([' ', '\n', ': ', 'text', '}', '"', '\\n', 'ü', '='])
    if (kind < 0.35) return `{${space(random)}${literal(random, undefined)}${space(random)}}`
    if (kind < 0.7 || depth === 0)
      return `{${space(random)}${randomPath(random, value).text}${space(random)}}`
    const range = randomPath(random, value)
    return `{range ${range.text}}${parts(random, range.value, depth - 1)}{end}`
  })
  return made.join('')
}

function damaged(random: Random, template: string): string {
  // Whole characters: half of one is no text.
  let text = Array.from(template)
  for (let i = random.between(1, 2); i > 0; i--) {
    const at = random.between(0, text.length)
    const kind = random.next()
    const length = random.between(1, 3)
    if (kind < 0.35) text.splice(at, length)
    else if (kind < 0.8) text.splice(at, 0, random.pick(DAMAGE) ?? ' ')
    else text = text.slice(0, at + length).concat(text.slice(at))
  }
  return text.join('')
}

export function randomTemplate(random: Random, object: JsonValue): string {
  const whole = random.chance(0.4) ? parts(random, object, 2) : ''
  // A text without braces is a path here.
  const template = whole.includes('{') ? whole : `{${randomPath(random, object).text}}${whole}`
  // White space around a path does not count here, but for client-go.
  return (random.chance(0.2) ? damaged(random, template) : template).trim()
}
