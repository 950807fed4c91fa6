// Random templates: mostly paths that lead somewhere in the object that they are written for, some damaged.
// Evaluates none.
import * as fc from 'fast-check'
import { printed } from '../../src/json/number.ts'
import { isNumber, isObject, ownField } from '../../src/json/values.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { HOSTILE_KEYS, PLAIN_KEYS } from './objects.ts'

type Value = JsonValue | undefined

/** Where a path is: its text so far, and one of the values to which it leads. */
interface Place {
  readonly text: string
  readonly value: Value
}

const DAMAGE = [
  '{', '}', '[', ']', '(', ')', '.', '..', ',', ':', '*', '@', '$', "'", '"', '\\', '0', '1', '-1', '+', '=', '==', '!=', '<', '>',
  '>=', '!', '?', '?(', '&', '&&', '|', '~', '#', '/', 'range', 'end', 'true', 'x', '\n', '\t', '\r', 'ü',
] as const // prettier-ignore
const LITERALS = [
  '1', '2', '-1', '+3', '1.5', '-.5', '007', 'true', 'false', '"a"', "'b'", '""', '"\\u00fc"', '"\\x41\\101"',
] as const // prettier-ignore
const OPERATORS = ['==', '==', '==', '!=', '<', '<=', '>', '>='] as const
const TEXTS = [' ', '\n', ': ', 'text', '}', '"', '\\n', 'ü', '='] as const
const ODD_INDEXES = ['', '0', '7', '-7', '00', '-0'] as const
/** How deep a range is in others. */
const MAX_DEPTH = 2

const escaped = (key: string): string => key.replace(/[ \t\r\n.,[\]$@{}]/g, '\\$&')
const quoted = (quote: string, key: string): string => `[${quote}${key}${quote}]`
const dotted = (key: string): string => (key === '*' ? quoted("'", key) : `.${escaped(key)}`)

const keysOf = (value: Value): string[] => (isObject(value) ? Object.keys(value) : [])
const keysBelow = (value: Value): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : [...keysOf(value), ...Object.values(value).flatMap((child: JsonValue) => keysBelow(child))]

const NUMBERS = 2 ** 24
/** The numbers that choose what a template has. The smaller and the fewer they are, the simpler it is. */
export const randomTape = fc.array(fc.noBias(fc.nat({ max: NUMBERS - 1 })), { maxLength: 600, size: 'max' })

export class TemplateWriter {
  private readonly tape: readonly number[]
  private position = 0

  constructor(tape: readonly number[]) {
    this.tape = tape
  }

  /** Mostly with a path that leads somewhere in the object. */
  template(object: JsonValue): string {
    const path = this.path(object).text
    const parts = this.chance(40) ? this.parts(object, 0) : ''
    // A text without braces is a path here.
    let template = parts.includes('{') ? parts : `{${path}}${parts}`
    for (let damages = this.chance(20) ? 1 + this.below(2) : 0; damages > 0; damages--)
      template = this.damaged(template)
    // White space around a path does not count here, but it does for client-go.
    return template.trim()
  }

  private below(count: number): number {
    return Math.floor(((this.tape[this.position++] ?? 0) * count) / NUMBERS)
  }

  private chance(percent: number): boolean {
    return this.below(100) >= 100 - percent
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }

  /** Gives '' mostly, and one of the texts in so many of a hundred cases. */
  private seldom(percent: number, ...texts: readonly string[]): string {
    return this.chance(percent) ? (this.pick(texts) ?? '') : ''
  }

  /** One of the choices, each as often as its weight says. */
  private weighted<T>(...choices: readonly (readonly [weight: number, choice: T])[]): T {
    const all = choices.flatMap(([weight, choice]) => Array<T>(weight).fill(choice))
    return all[this.below(all.length)] as T
  }

  private key(): string {
    return this.pick(this.weighted<readonly string[]>([3, PLAIN_KEYS], [1, HOSTILE_KEYS])) ?? ''
  }

  private parts(value: Value, depth: number): string {
    const part = (): string => {
      if (depth === MAX_DEPTH) return this.braces(this.path(value).text)
      const kind = this.weighted([35, 'path'], [20, 'text'], [15, 'literal'], [30, 'range'])
      if (kind === 'path') return this.braces(this.path(value).text)
      if (kind === 'text') return this.pick(TEXTS) ?? ''
      if (kind === 'literal') return this.braces(this.pick(LITERALS) ?? '')
      const over = this.path(value)
      return `{range ${over.text}}${this.parts(over.value, depth + 1)}{end}`
    }
    return Array.from({ length: 1 + this.below(3) }, part).join('')
  }

  private braces(inside: string): string {
    return `{${this.seldom(10, ' ')}${inside}${this.seldom(10, ' ')}}`
  }

  private path(value: Value): Place {
    return this.walk({ text: this.seldom(22, '$', '$', '$', '@', '@', '@', ' '), value }, 5, true)
  }

  private walk(start: Place, mostSteps: number, withFilters: boolean): Place {
    let place = start
    for (let steps = this.below(mostSteps + 1); steps > 0; steps--) place = this.step(place, withFilters)
    return place
  }

  /** A step from wherever one is; from a scalar there is seldom one. */
  private step({ text, value }: Place, withFilters: boolean): Place {
    const place = { text: text + this.seldom(3, '@', '$', ' ', ' @'), value }
    if (this.chance(6)) return this.recursiveStep(place)
    if (Array.isArray(value)) return this.listStep(place.text, value, withFilters)
    return isObject(value) || this.chance(15) ? this.mapStep(place) : { text, value }
  }

  private keyStep(name: string): string {
    return this.weighted(
      [70, dotted(name)],
      [15, quoted("'", name)],
      [15, quoted("'", escaped(name))],
      [1, quoted('"', name)],
    )
  }

  private recursiveStep({ text, value }: Place): Place {
    const name = this.pick(keysBelow(value)) ?? this.key()
    const step = this.weighted([80, escaped(name)], [7, ''], [7, this.keyStep(name)], [6, dotted(name)])
    return { text: `${text}..${step}`, value: ownField(value, name) }
  }

  private mapStep({ text, value }: Place): Place {
    const kind = this.weighted([60, 'key'], [15, 'two'], [8, 'wildcard'], [7, 'union'], [10, 'missing'])
    const there = (): string => this.pick(keysOf(value)) ?? this.key()
    const name = kind === 'missing' ? this.key() : there()
    const found = ownField(value, name)
    const below = kind === 'two' ? this.pick(keysOf(found)) : undefined
    if (below !== undefined) {
      const both = quoted("'", `${escaped(name)}.${escaped(below)}`)
      return { text: text + both, value: ownField(found, below) }
    }
    if (kind === 'wildcard') return { text: text + this.weighted([9, '.*'], [1, '[*]']), value: found }
    if (kind !== 'union') return { text: text + this.keyStep(name), value: found }
    const names = [name, there(), ...(this.chance(50) ? [there()] : [])]
    return { text: text + this.list(names.map((each) => `'${each.replace(/'/g, '')}'`)), value: found }
  }

  private list(entries: readonly string[]): string {
    return `[${entries.join(this.weighted([7, ','], [3, ', ']))}]`
  }

  private listStep(text: string, list: readonly JsonValue[], withFilters: boolean): Place {
    const kind = this.weighted([30, '[*]'], [40, 'one'], [5, 'several'], [5, '.*'], [20, 'filter'])
    const place = () => this.weighted([5, this.index(list.length)], [3, this.slice(list.length)])
    const step = (): string => {
      if (kind === 'one') return `[${place()}]`
      if (kind === 'several') return this.list(Array.from({ length: 2 + this.below(2) }, place))
      if (kind === 'filter') return withFilters ? this.filter(list) : '[0]'
      return kind
    }
    return { text: text + this.seldom(2, '.') + step(), value: this.pick(list) }
  }

  private index(length: number): string {
    const at = this.below(length)
    return this.weighted([65, String(at)], [30, String(at - length)], [5, this.pick(ODD_INDEXES) ?? ''])
  }

  private slice(length: number): string {
    const end = (): string =>
      this.weighted([4, ''], [4, String(this.below(length))], [2, String(-1 - this.below(length))])
    return `${end()}:${end()}${this.seldom(30, ':', ':1', ':2', ':3')}`
  }

  private filter(list: readonly JsonValue[]): string {
    const value = this.pick(list)
    const left = this.walk({ text: this.weighted([9, '@'], [1, '']), value }, 2, false)
    const pad = this.seldom(10, ' ')
    if (left.text === '' || !this.chance(75)) return `[?(${pad}${left.text || '@'}${pad})]`
    const right = this.chance(10) ? this.step({ text: '@', value }, false).text : this.literal(left.value)
    const sides = this.chance(10) ? [right, left.text] : [left.text, right]
    return `[?(${pad}${sides.join(pad + (this.pick(OPERATORS) ?? '') + pad)}${pad})]`
  }

  /** Mostly one like the value that it is compared with. */
  private literal(like: Value): string {
    if (typeof like === 'string' && !this.chance(10)) return this.quotedText(like)
    const isPlain = typeof like === 'boolean' || (like !== undefined && isNumber(like))
    return isPlain && !this.chance(10) ? printed(like) : (this.pick(LITERALS) ?? '')
  }

  private quotedText(text: string): string {
    const quote = this.weighted([2, '"'], [1, "'"])
    const plain = text
      .replace(/["'\\]/g, (sign) => (sign === quote || sign === '\\' ? `\\${sign}` : sign))
      .replace(/\n/g, '\\n')
    const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    return quote + (this.chance(30) ? plain.replace(/[\x80-\ud7ff\ue000-\uffff]/g, code) : plain) + quote
  }

  /** With a text put in, left out, or repeated. These are whole characters, because half of one is no text. */
  private damaged(template: string): string {
    const text = Array.from(template)
    const from = this.below(text.length + 1)
    const rest = text.slice(from)
    const part = rest.splice(0, 1 + this.below(3))
    const damaged = this.weighted([35, []], [45, [this.pick(DAMAGE), ...part]], [20, [...part, ...part]])
    return [...text.slice(0, from), ...damaged, ...rest].join('')
  }
}
