// Parses the text of a kubectl JSONPath, as k8s.io/client-go/util/jsonpath reads it.
import { numberOf } from '../json/number.ts'
import type { Part, Path, Step, Template } from './ast.ts'
import { parseBracket, parseQuoted } from './brackets.ts'
import { Cursor } from './cursor.ts'
import { CALLS, hintFor, QUOTES } from './hints.ts'

/** The characters that end a name in client-go (parser.go, isTerminator). */
const TERMINATORS = ' \t\r\n.,[]$@{}'
const ACTION_ENDS = ['}', '\r', '\n']
/** From here on a double may not print as an integer. */
const FIRST_LONG = 1e15

/** The hint for what is neither a path nor a value. In a filter, a side ends with its parenthesis. */
function filterHint(ends: readonly string[]): string | undefined {
  return ends.includes(')') ? QUOTES : undefined
}

function parseWord(cursor: Cursor, ends: readonly string[]): string {
  const start = cursor.at
  while (!cursor.isAt(ends) && !TERMINATORS.includes(cursor.peek()))
    cursor.at += cursor.peek() === '\\' ? 2 : 1
  return cursor.text.slice(start, cursor.at)
}

/** Parses a name, which may be empty: `{.}` asks for the key "". */
function parseField(cursor: Cursor, ends: readonly string[]): Step {
  const start = cursor.at
  const word = parseWord(cursor, ends)
  if (/\(\)?$/.test(word))
    cursor.fail(`a path calls no function, and ${JSON.stringify(word)} looks like one`, start, CALLS)
  return word === '*' ? { type: 'wildcard' } : { type: 'field', name: word.replace(/\\/g, ''), split: null }
}

function parseNumber(cursor: Cursor, ends: readonly string[]): Step {
  const start = cursor.at
  cursor.at++
  while ('.0123456789'.includes(cursor.peek() || 'end')) cursor.at++
  const word = cursor.text.slice(start, cursor.at)
  if (!/[0-9]/.test(word) || /\..*\./.test(word))
    cursor.fail(`${word} is not a number`, start, filterHint(ends))
  const value = Number(word)
  return { type: 'literal', value: Math.abs(value) < FIRST_LONG ? value : numberOf(word.replace('+', '')) }
}

/** Parses true or false; or range or end, which are added to `keywords`. */
function parseKeyword(cursor: Cursor, ends: readonly string[], keywords: string[]): Step[] {
  const start = cursor.at
  const word = parseWord(cursor, ends)
  if (word === 'true' || word === 'false') return [{ type: 'literal', value: word === 'true' }]
  if ((word !== 'range' && word !== 'end') || ends !== ACTION_ENDS || keywords.length > 0) {
    cursor.fail(
      word === ''
        ? `unexpected character ${JSON.stringify(cursor.peek())}`
        : `unknown word ${JSON.stringify(word)}`,
      start,
      hintFor(word) ?? (word === '' ? undefined : filterHint(ends)),
    )
  }
  keywords.push(word)
  return []
}

/** Parses steps up to one of `ends`. */
function parsePath(cursor: Cursor, ends: readonly string[], keywords: string[] = []): Path {
  let steps: Step[] = []
  while (!cursor.isAt(ends)) {
    const character = cursor.peek()
    if (' $@'.includes(character)) {
      cursor.at++
    } else if (cursor.take('..')) {
      if (steps[steps.length - 1]?.type === 'recursive') {
        cursor.fail('two recursive descents in a row', cursor.at - 2)
      }
      steps.push({ type: 'recursive' })
      if (/^[A-Za-z0-9_]/.test(cursor.peek()) || cursor.peek() > '\x7f') steps.push(parseField(cursor, ends))
    } else if (cursor.take('.')) {
      steps.push(parseField(cursor, ends))
    } else if (character === '[') {
      steps.push(parseBracket(cursor, parsePath))
    } else if (character === '"' || character === "'") {
      // client-go uses the text once, whatever the steps before it lead to.
      steps = [{ type: 'literal', value: parseQuoted(cursor) }]
    } else if ('+-0123456789'.includes(character)) {
      steps.push(parseNumber(cursor, ends))
    } else {
      for (const step of parseKeyword(cursor, ends, keywords)) steps.push(step)
    }
  }
  return steps
}

/** Parses `{…}` from behind its opening brace: a path, or the beginning or end of a range. */
function parseAction(cursor: Cursor): { readonly keyword: string | undefined; readonly path: Path } {
  const open = cursor.at - 1
  const keywords: string[] = []
  const path = parsePath(cursor, ACTION_ENDS, keywords)
  if (!cursor.take('}')) cursor.fail('the brace is not closed', open)
  return { keyword: keywords[0], path }
}

function parseParts(cursor: Cursor, rangeStart: number | null): Part[] {
  const parts: Part[] = []
  for (;;) {
    const text = cursor.until('{')
    if (text !== '') parts.push({ type: 'text', text })
    const open = cursor.at
    if (!cursor.take('{')) {
      if (rangeStart !== null) cursor.fail('the range has no {end}', rangeStart)
      return parts
    }
    const { keyword, path } = parseAction(cursor)
    if (keyword === 'end') {
      if (rangeStart === null) cursor.fail('{end} without {range}', open)
      return parts
    }
    if (keyword === 'range') parts.push({ type: 'range', path, body: parseParts(cursor, open) })
    else parts.push({ type: 'path', path })
  }
}

/**
 * Parses a path (`metadata.name`, `.a[0]`, `$.a`) or a template with braces (`{.a}`, `{range .a[*]}{.b}{"\n"}{end}`).
 * White space around it is ignored.
 * @throws {FdwError} option, with the position.
 */
export function parseTemplate(source: string): Template {
  const text = source.trim()
  const cursor = new Cursor(text, 0, text.length)
  if (text === '') cursor.fail('the path is empty')
  if (text.includes('{')) return parseParts(cursor, null)
  const steps: Step[] = []
  if (!'.[$@'.includes(cursor.peek())) steps.push(parseField(cursor, []))
  return [{ type: 'path', path: steps.concat(parsePath(cursor, [])) }]
}
