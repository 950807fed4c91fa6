// The steps of a path, and the positions of mistakes; oracle.test.ts has the syntax at large.
import { describe, expect, it } from 'vitest'
import { FdwError } from '../../../src/errors.ts'
import type { Template } from '../../../src/jsonpath/ast.ts'
import { parseTemplate } from '../../../src/jsonpath/parse.ts'

function messageOf(path: string): string {
  try {
    parseTemplate(path)
  } catch (error) {
    if (error instanceof FdwError) return error.message.replace(/^JSONPath "(\\.|[^"\\])*": /, '')
    throw error
  }
  return 'no error'
}

describe('mistakes', () => {
  it.each([
    { input: '', want: 'the path is empty at position 1' },
    { input: '{.a', want: 'the brace is not closed at position 1' },
    { input: 'x{.a}{.b', want: 'the brace is not closed at position 6' },
    { input: '{.a[0}', want: '"0}" is not an array index at position 5' },
    { input: '.a[0', want: 'the bracket is not closed at position 3' },
    { input: '{.a[x]}', want: '"x" is not an array index at position 5' },
    { input: '{.a[1:2:0]}', want: 'the step of a slice must be above 0 at position 9' },
    { input: '{.a[99999999999]}', want: '"99999999999" is not an array index at position 5' },
    { input: "{.a['b]}", want: 'the quoted name does not end at position 5' },
    { input: '{"a}', want: 'the quoted text does not end at position 2' },
    { input: '{"\\q"}', want: 'an unknown escape at position 3' },
    { input: '{"\\u00g0"}', want: 'an unknown escape at position 3' },
    { input: '{.a[?(@.b]}', want: 'unexpected character "]" at position 10' },
    { input: '{.a[?(@.b==)]}', want: 'a path such as @.name or a value is missing at position 12' },
    { input: '{.a[?()]}', want: 'a path such as @.name or a value is missing at position 7' },
    { input: '{.a[?(@.b==1)}', want: 'unexpected character "}" in brackets at position 14' },
    { input: '{.a[?(@.b=~"x")]}', want: 'unexpected character "=" in the filter at position 10' },
    { input: '{.a....b}', want: 'two recursive descents in a row at position 6' },
    { input: '{name}', want: 'unknown word "name" at position 2' },
    { input: '{~}', want: 'unknown word "~" at position 2' },
    { input: '{range .a}{.b}', want: 'the range has no {end} at position 1' },
    { input: '{.a[?(==1)]}', want: 'a path such as @.name or a value is missing at position 7' },
    { input: '{.a[?(@.b==1 || )]}', want: 'a path such as @.name or a value is missing at position 16' },
    { input: '{.a[?(@.b===1)]}', want: 'unknown word "=1" at position 12' },
    { input: '{.a[?(@.b=1)]}', want: 'unexpected character "=" in the filter at position 10' },
    { input: '{.a[?(@.b & @.c)]}', want: 'unknown word "&" at position 11' },
    { input: '{.a[?(range)]}', want: 'unknown word "range" at position 7' },
    { input: '{.a[ 0]}', want: 'a space in brackets at position 5' },
    { input: "{['a' ]}", want: 'a space in brackets at position 6' },
    { input: '{.a[0 1]}', want: 'unexpected character "1" in brackets at position 7' },
    { input: '{.a,b}', want: 'unexpected character "," at position 4' },
    { input: '{\t.a}', want: 'unexpected character "\\t" at position 2' },
    { input: '{..*}', want: 'unknown word "*" at position 4' },
    { input: '{{.a}}', want: 'unexpected character "{" at position 2' },
    { input: '{1.2.3}', want: '1.2.3 is not a number at position 2' },
    { input: '{"\\x80"}', want: 'an unknown escape at position 3' },
    { input: '{"\\ud800"}', want: 'an unknown escape at position 3' },
    { input: '{"\\\'"}', want: 'an unknown escape at position 3' },
    { input: 'plain text', want: 'unknown word "text" at position 7' },
    { input: '{range .a end}', want: 'unknown word "end" at position 11' },
    { input: '{.a}{end}', want: '{end} without {range} at position 5' },
  ])('$input', ({ input, want }) => {
    expect(messageOf(input)).toBe(want)
  })
})

describe('templates', () => {
  const field = (name: string) => ({ type: 'field' as const, name, split: null })
  it.each<{ input: string; want: Template }>([
    { input: ' a.b ', want: [{ type: 'path', path: [field('a'), field('b')] }] },
    { input: '$.a', want: [{ type: 'path', path: [field('a')] }] },
    { input: '{@}', want: [{ type: 'path', path: [] }] },
    { input: '.a.*', want: [{ type: 'path', path: [field('a'), { type: 'wildcard' }] }] },
    { input: '{..a}', want: [{ type: 'path', path: [{ type: 'recursive' }, field('a')] }] },
    { input: '{true}', want: [{ type: 'path', path: [{ type: 'literal', value: true }] }] },
    { input: '{+1.50}', want: [{ type: 'path', path: [{ type: 'literal', value: 1.5 }] }] },
    // client-go uses the text once, whatever stands before it.
    { input: '{.a "x"}', want: [{ type: 'path', path: [{ type: 'literal', value: 'x' }] }] },
    {
      input: 'x{range .a}{.b},{end}',
      want: [
        { type: 'text', text: 'x' },
        {
          type: 'range',
          path: [field('a')],
          body: [
            { type: 'path', path: [field('b')] },
            { type: 'text', text: ',' },
          ],
        },
      ],
    },
  ])('$input', ({ input, want }) => {
    expect(parseTemplate(input)).toEqual(want)
  })
})
