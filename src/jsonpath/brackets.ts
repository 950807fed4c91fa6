// Parses what stands in the brackets of a JSONPath: indices, slices, names, unions and filters; and quoted texts. The
// parser of other steps is passed in as a function, so that no module imports its importer.
import type { Comparison, Operator, Path, Step } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { MISSING, operatorHint } from './hints.ts'

type PathParser = (cursor: Cursor, ends: readonly string[]) => Path

const ESCAPES: { [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const OPERATORS: readonly Operator[] = ['==', '!=', '<=', '>=', '<', '>']
const RIGHT_ENDS = [')', '&&', '||']
const LEFT_ENDS = ['=', '!', '<', '>'].concat(RIGHT_ENDS)
const HEX_LENGTHS: { [letter: string]: number } = { x: 2, u: 4, U: 8 }

function fromCodePoint(code: number): string {
  if (code < 0x10000) return String.fromCharCode(code)
  const rest = code - 0x10000
  return String.fromCharCode(0xd800 + Math.floor(rest / 0x400), 0xdc00 + (rest % 0x400))
}

/** Parses what follows a backslash in a quoted text, as Go unquotes it. A byte that is no character is refused. */
function parseEscape(cursor: Cursor, quote: string): string {
  const start = cursor.at - 1
  const letter = cursor.peek()
  if (Object.hasOwn(ESCAPES, letter)) {
    cursor.at++
    return ESCAPES[letter] ?? ''
  }
  if (letter === '\\' || letter === quote) {
    cursor.at++
    return letter
  }
  const hexLength = Object.hasOwn(HEX_LENGTHS, letter) ? (HEX_LENGTHS[letter] ?? 0) : 0
  if (hexLength > 0) cursor.at++
  const digits = cursor.text.slice(cursor.at, Math.min(cursor.at + (hexLength || 3), cursor.end))
  cursor.at += digits.length
  const valid =
    hexLength > 0 ? /^[0-9a-fA-F]+$/.test(digits) && digits.length === hexLength : /^[0-7]{3}$/.test(digits)
  const code = parseInt(digits, hexLength > 0 ? 16 : 8)
  const limit = hexLength > 2 ? 0x10ffff : 0x7f
  if (!valid || code > limit || (code >= 0xd800 && code < 0xe000)) cursor.fail('an unknown escape', start)
  return fromCodePoint(code)
}

/** Parses a text in single or double quotes at the cursor. */
export function parseQuoted(cursor: Cursor): string {
  const start = cursor.at
  const quote = cursor.peek()
  cursor.at++
  let text = ''
  for (;;) {
    text += cursor.until(`${quote}\\\n`)
    if (cursor.take(quote)) return text
    if (!cursor.take('\\')) cursor.fail('the quoted text does not end', start)
    text += parseEscape(cursor, quote)
  }
}

/**
 * Parses a quoted name in brackets. client-go reads `['a.b']` as two steps, but people mean one key, so the key is
 * tried first. With a backslash before the dot it is always one key.
 */
function parseQuotedField(cursor: Cursor): Step {
  const start = cursor.at
  const quote = cursor.peek()
  cursor.at++
  const names = ['']
  let name = ''
  for (;;) {
    let character = cursor.peek()
    if (character === '' || character === '\n') cursor.fail('the quoted name does not end', start)
    cursor.at++
    if (character === quote) break
    const splits = character === '.'
    if (character === '\\') {
      character = cursor.peek()
      cursor.at++
    }
    name += character
    if (splits) names.push('')
    else names.push((names.pop() ?? '') + character)
  }
  const split = names.length > 1 && names.every((part) => part !== '')
  return { type: 'field', name, split: split ? names : null }
}

function skipSpace(cursor: Cursor): void {
  while (cursor.take(' '));
}

function parseNumber(cursor: Cursor): number | null {
  const start = cursor.at
  const text = cursor.until(' :,]')
  if (text === '') return null
  if (!/^-?[0-9]{1,9}$/.test(text)) {
    const hint = text.startsWith('?') ? 'a filter stands in parentheses: [?(@.name=="web")]' : undefined
    cursor.fail(`${JSON.stringify(text)} is not an array index`, start, hint)
  }
  // The addition turns [-0] into [0].
  return Number(text) + 0
}

/** Parses `[n]` or `[start:end:step]`. */
function parseSlice(cursor: Cursor): Step {
  const start = parseNumber(cursor)
  if (!cursor.take(':')) return { type: 'index', index: start ?? 0 }
  const end = parseNumber(cursor)
  const stepAt = cursor.at + 1
  const step = cursor.take(':') ? parseNumber(cursor) : null
  if (step !== null && step <= 0) cursor.fail('the step of a slice must be above 0', stepAt)
  return { type: 'slice', start, end, step: step ?? 1 }
}

function parseEntry(cursor: Cursor, parsePath: PathParser): Step {
  const open = cursor.at - 1
  if (cursor.take('?(')) return parseFilter(cursor, open, parsePath)
  const character = cursor.peek()
  if (character === '"' || character === "'") return parseQuotedField(cursor)
  if (cursor.take('*')) return { type: 'wildcard' }
  return parseSlice(cursor)
}

function parseOperator(cursor: Cursor): Operator {
  for (const operator of OPERATORS) if (cursor.take(operator)) return operator
  return 'exists'
}

function parseSide(cursor: Cursor, ends: readonly string[], parsePath: PathParser): Path {
  const start = cursor.at
  const side = parsePath(cursor, ends)
  if (cursor.text.slice(start, cursor.at).trim() === '') {
    if (/^!(?!=)/.test(cursor.text.slice(cursor.at))) cursor.fail('a filter has no "not"', cursor.at, MISSING)
    cursor.fail('a path such as @.name or a value is missing', start)
  }
  return side
}

function parseComparison(cursor: Cursor, parsePath: PathParser): Comparison {
  const left = parseSide(cursor, LEFT_ENDS, parsePath)
  const operator = parseOperator(cursor)
  return { left, operator, right: operator === 'exists' ? [] : parseSide(cursor, RIGHT_ENDS, parsePath) }
}

function parseFilter(cursor: Cursor, open: number, parsePath: PathParser): Step {
  const anyOf: Comparison[][] = [[]]
  for (;;) {
    anyOf[anyOf.length - 1]?.push(parseComparison(cursor, parsePath))
    if (cursor.take(')')) break
    if (cursor.take('||')) anyOf.push([])
    else if (!cursor.take('&&')) {
      if (cursor.peek() === '') cursor.fail('the filter is not closed', open)
      const hint = operatorHint(cursor.text.slice(cursor.at))
      cursor.fail(`unexpected character ${JSON.stringify(cursor.peek())} in the filter`, cursor.at, hint)
    }
  }
  return { type: 'filter', anyOf }
}

/** Parses `[…]` at the cursor. */
export function parseBracket(cursor: Cursor, parsePath: PathParser): Step {
  const open = cursor.at
  cursor.at++
  if (cursor.peek() === ']')
    cursor.fail('"" is not an array index', open, 'write [*] for all elements, [0] for the first')
  const entries: Step[] = []
  do {
    skipSpace(cursor)
    entries.push(parseEntry(cursor, parsePath))
    skipSpace(cursor)
  } while (cursor.take(','))
  if (!cursor.take(']')) {
    if (cursor.peek() === '') cursor.fail('the bracket is not closed', open)
    cursor.fail(`unexpected character ${JSON.stringify(cursor.peek())} in brackets`)
  }
  const first = entries[0]
  if (first === undefined || entries.length > 1) {
    return { type: 'union', paths: entries.map((step) => [step]) }
  }
  for (const at of [open + 1, cursor.at - 2]) {
    if (cursor.text.charAt(at) === ' ') cursor.fail('a space in brackets', at)
  }
  return first
}
