// What is said to those who write what other JSONPaths or jq have: how to say it in kubectl's JSONPath or in SQL.
import { describe, expect, it } from 'vitest'
import { FdwError } from '../../../src/errors.ts'
import { hintFor, operatorHint } from '../../../src/jsonpath/hints.ts'
import { parseTemplate } from '../../../src/jsonpath/parse.ts'

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

describe('a word', () => {
  it.each([
    { word: 'null', hint: 'WHERE column IS NULL' },
    { word: 'not(', hint: 'WHERE column IS NULL' },
    { word: 'startsWith(', hint: "LIKE 'a%'" },
    { word: '=', hint: 'write == for equal' },
    { word: 'and', hint: 'write && for and' },
    { word: '|', hint: 'jsonb_array_length(column)' },
    { word: 'size(', hint: 'jsonb_array_length(column)' },
  ])('$word has a hint', ({ word, hint }) => {
    expect(hintFor(word)).toContain(hint)
  })

  it.each(['', 'name', '&', 'constructor'])('%j has none', (word) => {
    expect(hintFor(word)).toBeUndefined()
  })

  it.each([
    { rest: '=~ "x")', hint: "~ 'pattern'" },
    { rest: '="x")', hint: 'write == for equal' },
  ])('$rest stands where an operator belongs', ({ rest, hint }) => {
    expect(operatorHint(rest)).toContain(hint)
  })

  it('that is no operator at all has none', () => {
    expect(operatorHint('x)')).toBeUndefined()
  })
})
