// Steps over JSON text (RFC 8259), strictly and without recursion: nothing is built.
// Knows no wanted paths; json-index.ts does.

export const MAX_DEPTH = 500

/** Thrown if the text is not JSON. `at` counts UTF-16 units. */
export class Malformed {
  readonly message: string
  readonly at: number

  constructor(message: string, at: number) {
    this.message = message
    this.at = at
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** The characters over which a string cannot simply step. */
const SPECIAL = /["\\\x00-\x1f]/g
const SIMPLE_ESCAPES = '"\\/bfnrt'

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isHex(code: number): boolean {
  const lower = code | 0x20
  return isDigit(code) || (lower >= 0x61 && lower <= 0x66)
}

export class Scanner {
  readonly text: string
  at = 0
  depth = 0

  constructor(text: string) {
    this.text = text
  }

  code(): number {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1
  }

  fail(message: string): never {
    throw new Malformed(this.at >= this.text.length ? 'unexpected end of text' : message, this.at)
  }

  space(): void {
    for (;;) {
      const code = this.code()
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }

  /** Steps into `{` or `[`. */
  enter(): void {
    if (this.depth >= MAX_DEPTH) this.fail('nested deeper than 500 levels')
    this.depth++
    this.at++
    this.space()
  }

  /** Steps out of a container, over its closing bracket. */
  leave(): void {
    this.at++
    this.depth--
  }

  /** Reads `"key":` up to the value, and returns the key's token. */
  key(): string {
    if (this.code() !== QUOTE) this.fail('unexpected character')
    const start = this.at
    this.string()
    const token = this.text.slice(start, this.at)
    this.space()
    if (this.code() !== 0x3a) this.fail('unexpected character')
    this.at++
    this.space()
    return token
  }

  /** After a member or an element: whether one more follows; otherwise the container has been left. */
  more(close: number): boolean {
    this.space()
    if (this.code() === 0x2c) {
      this.at++
      this.space()
      return true
    }
    if (this.code() !== close) this.fail('unexpected character')
    this.leave()
    return false
  }

  string(): void {
    this.at++
    for (;;) {
      SPECIAL.lastIndex = this.at
      this.at = SPECIAL.exec(this.text)?.index ?? this.text.length
      const code = this.code()
      if (code === QUOTE) {
        this.at++
        return
      }
      if (code < 0x20) this.fail('control character in a string')
      this.at++
      if (code === BACKSLASH) this.escape()
    }
  }

  /** Steps over any value. */
  value(): void {
    const floor = this.depth
    const closings: number[] = []
    for (;;) {
      const code = this.code()
      if (code === 0x7b || code === 0x5b) {
        this.enter()
        const close = code + 2
        closings.push(close)
        if (this.code() !== close) {
          if (code === 0x7b) this.key()
          continue
        }
        this.leave()
        closings.pop()
      } else {
        this.scalar()
      }
      for (;;) {
        if (this.depth === floor) return
        const close = closings[closings.length - 1] ?? 0
        if (this.more(close)) {
          if (close === 0x7d) this.key()
          break
        }
        closings.pop()
      }
    }
  }

  private escape(): void {
    const letter = this.text.charAt(this.at)
    if (letter === 'u') {
      for (let i = 0; i < 4; i++) {
        this.at++
        if (!isHex(this.code())) this.fail('invalid escape')
      }
    } else if (letter === '' || !SIMPLE_ESCAPES.includes(letter)) {
      this.fail('invalid escape')
    }
    this.at++
  }

  private scalar(): void {
    const code = this.code()
    if (code === QUOTE) this.string()
    else if (code === 0x74) this.word('true')
    else if (code === 0x66) this.word('false')
    else if (code === 0x6e) this.word('null')
    else if (code === 0x2d || isDigit(code)) this.number()
    else this.fail('unexpected character')
  }

  private word(word: string): void {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.code() !== word.charCodeAt(i)) this.fail('unexpected character')
    }
  }

  private digits(): void {
    if (!isDigit(this.code())) this.fail('invalid number')
    while (isDigit(this.code())) this.at++
  }

  private number(): void {
    if (this.code() === 0x2d) this.at++
    if (this.code() === 0x30) this.at++
    else this.digits()
    if (this.code() === 0x2e) {
      this.at++
      this.digits()
    }
    if ((this.code() | 0x20) === 0x65) {
      this.at++
      if (this.code() === 0x2b || this.code() === 0x2d) this.at++
      this.digits()
    }
    if (isDigit(this.code())) this.fail('invalid number')
  }
}
