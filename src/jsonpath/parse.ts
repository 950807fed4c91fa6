// The text of a kubectl JSONPath → its syntax tree, as k8s.io/client-go/util/jsonpath reads it.
// Evaluates nothing.
import { numberOf, printed } from '../exact.ts'
import type { Part, Path, Step, Template } from './ast.ts'
import { parseBracket, parseQuoted } from './brackets.ts'
import { Cursor } from './cursor.ts'

/** Where client-go ends a name (parser.go, isTerminator). */
const TERMINATORS = ' \t\r\n.,[]$@{}'

function parseName(cursor: Cursor, stops: string): string {
  let name = ''
  for (;;) {
    const character = cursor.peek()
    if (character === '' || TERMINATORS.includes(character) || stops.includes(character)) return name
    cursor.at++
    if (character === '\\') {
      name += cursor.peek()
      cursor.at++
    } else {
      name += character
    }
  }
}

function parseField(cursor: Cursor, stops: string): Step {
  const start = cursor.at
  if (cursor.take('*')) return { type: 'wildcard' }
  const name = parseName(cursor, stops)
  if (name === '') cursor.fail('a name is missing', start)
  return { type: 'field', name, split: null }
}

function parseLiteral(cursor: Cursor): Step {
  const start = cursor.at
  const word = cursor.until(' \t\r\n,[]$@{}()=!<>&|')
  if (word === 'true' || word === 'false') return { type: 'literal', value: word === 'true' }
  if (/^[+-]?[0-9]+(\.[0-9]*)?$/.test(word)) return { type: 'literal', value: numberOf(word) }
  return cursor.fail(
    word === ''
      ? `unexpected character ${JSON.stringify(cursor.peek())}`
      : `unknown word ${JSON.stringify(word)}`,
    start,
  )
}

/** Reads steps up to the cursor's end or a character of `stops`. */
export function parsePath(cursor: Cursor, stops: string): Path {
  const steps: Step[] = []
  for (;;) {
    const character = cursor.peek()
    if (character === '' || stops.includes(character)) return steps
    if (' \t$@'.includes(character)) {
      cursor.at++
    } else if (cursor.take('..')) {
      if (steps.some((step, i) => step.type === 'recursive' && i === steps.length - 1)) {
        cursor.fail('two recursive descents in a row', cursor.at - 2)
      }
      steps.push({ type: 'recursive' })
      if (!'[.$@ \t'.includes(cursor.peek()) && !stops.includes(cursor.peek()))
        steps.push(parseField(cursor, stops))
    } else if (cursor.take('.')) {
      // A lone `.`, as in `{.}`, is the object itself.
      if (cursor.peek() === '' || '[ \t'.includes(cursor.peek()) || stops.includes(cursor.peek())) continue
      steps.push(parseField(cursor, stops))
    } else if (character === '[') {
      steps.push(parseBracket(cursor, parsePath))
    } else if (character === '"' || character === "'") {
      steps.push({ type: 'literal', value: parseQuoted(cursor) })
    } else {
      steps.push(parseLiteral(cursor))
    }
  }
}

/** `{…}`, whose brace is stepped over: a path, or the beginning or end of a range. */
function parseAction(cursor: Cursor): { readonly keyword: 'range' | 'end' | null; readonly path: Path } {
  const open = cursor.at - 1
  while (cursor.peek() === ' ') cursor.at++
  const rest = cursor.text.slice(cursor.at, cursor.end)
  let keyword: 'range' | 'end' | null = null
  if (/^range[^A-Za-z0-9_]/.test(rest)) keyword = 'range'
  if (/^end[ \t]*\}/.test(rest)) keyword = 'end'
  if (keyword !== null) cursor.at += keyword.length
  const path = parsePath(cursor, '}\r\n')
  if (!cursor.take('}')) cursor.fail('the brace is not closed', open)
  return { keyword, path }
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
    else if (path.length !== 1 || path[0]?.type !== 'literal') parts.push({ type: 'path', path })
    else parts.push({ type: 'text', text: printed(path[0].value) })
  }
}

/**
 * Parses a path (`metadata.name`, `.a[0]`, `$.a`) or a template with braces (`{.a}`, `{range .a[*]}{.b}{"\n"}{end}`).
 * White space around it does not count. @throws {FdwError} option, with the position.
 */
export function parseTemplate(source: string): Template {
  const text = source.trim()
  const cursor = new Cursor(text, 0, text.length)
  if (text === '') cursor.fail('the path is empty')
  if (text.includes('{')) return parseParts(cursor, null)
  const steps: Step[] = []
  if (!'.[$@'.includes(cursor.peek())) steps.push(parseField(cursor, ''))
  return [{ type: 'path', path: steps.concat(parsePath(cursor, '')) }]
}
