// Parsing, positions of mistakes, compilation to places, own properties; oracle.test.ts has the syntax at large.
import { describe, expect, it } from 'vitest'
import { FdwError } from '../../../src/errors.ts'
import type { JsonValue } from '../../../src/json/values.ts'
import { compilePath } from '../../../src/jsonpath/compile.ts'
import type { Compiled } from '../../../src/jsonpath/compile.ts'
import { findAll } from '../../../src/jsonpath/evaluate.ts'
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

function values(path: string, object: JsonValue): JsonValue[] {
  const part = parseTemplate(path)[0]
  if (part?.type !== 'path') throw new Error('no path')
  return findAll(part.path, [object])
}

describe('what another JSONPath or jq has', () => {
  const missing = 'WHERE column IS NULL for a field of the object'
  const compares = "e->>'field' IN ('a', 'b'), or LIKE 'a%', or ~ 'pattern'"
  const calls = 'jsonb_array_length(column)'
  it.each([
    { input: '{.a[?(!@.x)].n}', at: 7, way: missing },
    { input: '{.a[?( ! @.x )].n}', at: 8, way: missing },
    { input: '{.a[?(@.x && !@.y)].n}', at: 14, way: missing },
    { input: '{.a[?(!(@.x))].n}', at: 7, way: missing },
    { input: '{.a[?(not(@.x))].n}', at: 7, way: missing },
    { input: '{.a[?(not @.x)].n}', at: 7, way: missing },
    { input: '{.a[?(@.y||not(@.x))].n}', at: 12, way: missing },
    { input: '{.a[?(@.x == null)].n}', at: 14, way: missing },
    { input: '{.a[?(@.x!=null)].n}', at: 12, way: missing },
    { input: '{.a[?(@.x == undefined)].n}', at: 14, way: missing },
    { input: '{.a[?(@.x=~"y")].n}', at: 10, way: compares },
    { input: '{.a[?(@.x =~ /y/)].n}', at: 11, way: compares },
    { input: '{.a[?(@.x !~ "y")].n}', at: 11, way: compares },
    { input: '{.a[?(@.x in ["y"])].n}', at: 11, way: compares },
    { input: '{.a[?(@.x contains "y")].n}', at: 11, way: compares },
    { input: '{.a.length()}', at: 5, way: calls },
    { input: 'a.length()', at: 3, way: calls },
    { input: '{.a.keys()}', at: 5, way: calls },
    { input: '{.a[?(@.x.length() > 1)].n}', at: 11, way: calls },
    { input: '{.a[?(length(@.x) > 1)].n}', at: 7, way: calls },
    { input: '{.a | length}', at: 5, way: calls },
    { input: '.a | keys', at: 4, way: calls },
    { input: '{.a // "b"}', at: 5, way: calls },
    { input: '{.a[].b}', at: 4, way: '[*] for all elements' },
    { input: '{.a[?@.x]}', at: 5, way: 'a filter stands in parentheses' },
    { input: '{.a[?(@.x and @.y)].n}', at: 11, way: '&& for and' },
    { input: '{.a[?(@.x = "y")].n}', at: 11, way: 'write == for equal' },
    { input: '{.a[?(@.x === "y")].n}', at: 13, way: 'write == for equal' },
  ])('$input says how', ({ input, at, way }) => {
    let failure: unknown = null
    try {
      parseTemplate(input)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(FdwError)
    const { message, hint } = failure as FdwError
    expect(message).toMatch(new RegExp(` at position ${at}$`))
    expect(hint).toContain(way)
  })

  it.each([
    '{.a[?(@.name==etcd)]}',
    "{.a[?(name=='etcd')]}",
    '{.a[?(@.name==kube-system && @.x)]}',
    '{.a[?(@.memory==1Gi)]}',
    '{.a[?(@.ip==10.0.0.1)]}',
  ])('%s: what a filter compares with stands in quotes', (input) => {
    let failure: unknown = null
    try {
      parseTemplate(input)
    } catch (error) {
      failure = error
    }
    expect((failure as FdwError).hint).toBe(
      "in a filter a text stands in quotes, and a field of the element begins with @: [?(@.name=='web')]",
    )
  })

  it.each([
    '{.a[?(@.x && @.y || @.z)].n}',
    '{.a..b}',
    '{.a[?(@.x!=1)]}',
    '{.a(b}',
    "{['length()']}",
    '{.length}',
  ])('%s is read', (input) => {
    expect(() => parseTemplate(input)).not.toThrow()
  })
})

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

describe('compilation', () => {
  const plain = (...places: (string | number)[][]): Compiled => ({ type: 'plain', places })
  it.each<{ input: string; want: Compiled }>([
    { input: 'metadata.name', want: plain(['metadata', 'name']) },
    { input: 'metadata', want: plain(['metadata']) },
    { input: '{}', want: plain([]) },
    { input: '$', want: plain([]) },
    { input: 'a[0][1].b', want: plain(['a', 0, 1, 'b']) },
    { input: 'a[-0][0][007]', want: plain(['a', 0, 0, 7]) },
    { input: '.', want: plain(['']) },
    { input: '["a"].b', want: plain(['a', 'b']) },
    { input: 'a\\.b', want: plain(['a.b']) },
    { input: "a['b.c'].d", want: plain(['a', 'b.c', 'd'], ['a', 'b', 'c', 'd']) },
    { input: "a['b\\.c']", want: plain(['a', 'b.c']) },
    { input: 'constructor.__proto__', want: plain(['constructor', '__proto__']) },
    {
      input: 'a.b[-1].c',
      want: {
        type: 'path',
        prefix: ['a', 'b'],
        path: [
          { type: 'index', index: -1 },
          { type: 'field', name: 'c', split: null },
        ],
        single: true,
      },
    },
    { input: 'a[*]', want: { type: 'path', prefix: ['a'], path: [{ type: 'wildcard' }], single: false } },
  ])('$input', ({ input, want }) => {
    expect(compilePath(input)).toEqual(want)
  })

  it('makes a template of anything else', () => {
    for (const input of ['{.a}{.b}', 'x{.a}', '{range .a[*]}{@}{end}', '{"x"}{.a}']) {
      expect(compilePath(input).type, input).toBe('template')
    }
  })
})

describe('evaluation', () => {
  const object = JSON.parse(
    '{"a":[{"n":1,"t":"x"},{"n":2,"t":"y"},{"n":3}],"__proto__":{"p":1},"o":{"length":7,"toString":"own"},"deep":{"a":{"b":{"c":4}}}}',
  ) as JsonValue

  it.each<{ input: string; want: JsonValue[] }>([
    { input: 'constructor', want: [] },
    { input: 'o.constructor', want: [] },
    { input: 'o.toString', want: ['own'] },
    { input: 'a.length', want: [] },
    { input: '{..length}', want: [7] },
    { input: '__proto__.p', want: [1] },
    { input: "{['constructor','__proto__'].p}", want: [1] },
    { input: '{.a[?(@.constructor)]}', want: [] },
    { input: '{.a[?(@.__proto__)]}', want: [] },
    { input: '{.a[?(@.n>1 && @.t=="y")].n}', want: [2] },
    { input: '{.a[?(@.n==1 || @.n==3)].n}', want: [1, 3] },
    { input: '{.a[?(@.n==1 || @.n==2 && @.t=="y")].n}', want: [1, 2] },
    { input: '{.a[?(@.t=="(x)")].n}', want: [] },
    { input: '{.a[?(1==1)].n}', want: [1, 2, 3] },
    { input: '{.a[?(@.n=="1")].n}', want: [] },
    { input: '{.o[?(@.x)]}', want: [] },
    { input: '{.a[5:9].n}', want: [] },
    { input: '{.a[-9:2].n}', want: [1, 2] },
    { input: '{.a[2:1].n}', want: [] },
    { input: '{.a[0][0]}', want: [] },
  ])('$input', ({ input, want }) => {
    expect(values(input, object)).toEqual(want)
  })
})
