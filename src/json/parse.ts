// A parser for short JSON texts: options, settings and values of conditions. The engine has no JSON.parse. Responses must
// go through Host.indexJson instead, which is far quicker.
import type { JsonValue } from './values.ts'

const ESCAPES: { [letter: string]: string } = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/

/** Why a text is not JSON. `position` says where, in characters from the beginning. */
export interface JsonFault {
  readonly problem: string
  readonly position: number
}

class Fault implements JsonFault {
  readonly problem: string
  readonly position: number

  constructor(problem: string, position: number) {
    this.problem = problem
    this.position = position
  }
}

/** Sets an own property of any name. A plain assignment to `__proto__` would not create one. */
function setOwn(target: { [key: string]: JsonValue }, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

class Reader {
  private readonly text: string
  private readonly maxDepth: number
  private readonly makeNumber: (digits: string) => JsonValue
  private at = 0

  constructor(text: string, maxDepth: number, makeNumber: (digits: string) => JsonValue) {
    this.text = text
    this.maxDepth = maxDepth
    this.makeNumber = makeNumber
  }

  document(): JsonValue {
    const value = this.value(0)
    this.space()
    if (this.at < this.text.length) this.fail('text after the end of the value')
    return value
  }

  private fail(problem: string): never {
    throw new Fault(this.at >= this.text.length ? 'unexpected end of text' : problem, this.at)
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at++
  }

  private take(wanted: string): boolean {
    this.space()
    if (!this.text.startsWith(wanted, this.at)) return false
    this.at += wanted.length
    return true
  }

  private value(depth: number): JsonValue {
    if (depth > this.maxDepth) this.fail('nested too deep')
    if (this.take('{')) return this.object(depth)
    if (this.take('[')) return this.array(depth)
    if (this.take('"')) return this.string()
    if (this.take('true')) return true
    if (this.take('false')) return false
    if (this.take('null')) return null
    return this.number()
  }

  private object(depth: number): JsonValue {
    const made: { [key: string]: JsonValue } = {}
    if (this.take('}')) return made
    do {
      if (!this.take('"')) this.fail('unexpected character')
      const start = this.at - 1
      const key = this.string()
      if (Object.hasOwn(made, key)) {
        // Nobody can tell which of the two values is meant.
        this.at = start
        this.fail('a key that stands there twice')
      }
      if (!this.take(':')) this.fail('unexpected character')
      setOwn(made, key, this.value(depth + 1))
    } while (this.take(','))
    if (!this.take('}')) this.fail('unexpected character')
    return made
  }

  private array(depth: number): JsonValue {
    const made: JsonValue[] = []
    if (this.take(']')) return made
    do made.push(this.value(depth + 1))
    while (this.take(','))
    if (!this.take(']')) this.fail('unexpected character')
    return made
  }

  private string(): string {
    let made = ''
    let start = this.at
    for (;;) {
      const character = this.text.charAt(this.at)
      if (character === '' || character < ' ') this.fail('control character in a string')
      this.at++
      if (character !== '"' && character !== '\\') continue
      made += this.text.slice(start, this.at - 1)
      if (character === '"') return made
      made += this.escape()
      start = this.at
    }
  }

  private escape(): string {
    const letter = this.text.charAt(this.at)
    if (letter === 'u') {
      const hex = this.text.slice(this.at + 1, this.at + 5)
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('invalid escape')
      this.at += 5
      return String.fromCharCode(parseInt(hex, 16))
    }
    if (!Object.hasOwn(ESCAPES, letter)) this.fail('invalid escape')
    this.at++
    return ESCAPES[letter] ?? ''
  }

  private number(): JsonValue {
    const start = this.at
    while ('+-.0123456789eE'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at++
    const digits = this.text.slice(start, this.at)
    if (digits === '') this.fail('unexpected character')
    if (!NUMBER.test(digits)) {
      this.at = start
      this.fail('invalid number')
    }
    return this.makeNumber(digits)
  }
}

/**
 * Parses a JSON text. Returns the value, or a fault if the text is not JSON or is nested deeper than `maxDepth`.
 * `makeNumber` turns the text of a number into a value.
 */
export function parseJson(
  text: string,
  maxDepth: number,
  makeNumber: (digits: string) => JsonValue,
): { readonly value: JsonValue } | JsonFault {
  try {
    return { value: new Reader(text, maxDepth, makeNumber).document() }
  } catch (fault) {
    if (fault instanceof Fault) return fault
    throw fault
  }
}
