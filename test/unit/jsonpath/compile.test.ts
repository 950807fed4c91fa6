// Which paths are places of the JSON text, and which need a tree.
import { describe, expect, it } from 'vitest'
import { compilePath } from '../../../src/jsonpath/compile.ts'
import type { Compiled } from '../../../src/jsonpath/compile.ts'

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
