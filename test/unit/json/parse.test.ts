// JSON texts of options: read as JSON.parse reads them, refused with the place of the fault.
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../src/json/parse.ts'

function parsed(text: string): unknown {
  const result = parseJson(text, 8, Number)
  return 'problem' in result ? `${result.problem} at ${result.position}` : result.value
}

describe('option JSON', () => {
  it.each([
    '{}',
    '[]',
    ' {"a" : "b" , "c":[1,-2.5e3,true,false,null]} ',
    '"\\u00e4\\n\\"\\\\\\/\\ud83d\\ude00"',
    '[{"a":1},{"a":2}]',
    '0',
  ])('as JSON.parse: %s', (text) => {
    expect(parsed(text)).toEqual(JSON.parse(text))
  })

  it('makes own properties of every key', () => {
    const value = parsed('{"__proto__":"p","constructor":"c"}')
    expect(Object.entries(value as object)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ])
  })

  it.each([
    { input: '', want: 'unexpected end of text at 0' },
    { input: '{', want: 'unexpected end of text at 1' },
    { input: '{"a"', want: 'unexpected end of text at 4' },
    { input: '{"a" 1}', want: 'unexpected character at 5' },
    { input: '{a:1}', want: 'unexpected character at 1' },
    { input: '{"a":1,}', want: 'unexpected character at 7' },
    { input: "{'a':1}", want: 'unexpected character at 1' },
    { input: '[1 2]', want: 'unexpected character at 3' },
    { input: '"a\nb"', want: 'control character in a string at 2' },
    { input: '"\\x"', want: 'invalid escape at 2' },
    { input: '"\\u12"', want: 'invalid escape at 2' },
    { input: '01', want: 'invalid number at 0' },
    { input: 'NaN', want: 'unexpected character at 0' },
    { input: '{"a":1,"\\u0061":2}', want: 'a key that stands there twice at 7' },
    { input: '{} x', want: 'text after the end of the value at 3' },
    { input: '[[[[[[[[[[]]]]]]]]]]', want: 'nested too deep at 9' },
  ])('refuses $input', ({ input, want }) => {
    expect(parsed(input)).toBe(want)
  })
})
