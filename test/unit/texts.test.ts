// Option JSON, URLs, names, kinds, columns and masks.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileColumns } from '../../src/plan/columns.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { parseJson } from '../../src/json/parse.ts'
import { builtInResources, findBuiltIn, parseKind } from '../../src/cluster/kinds.ts'
import { nearest } from '../../src/text/nearest.ts'
import { VERSION, percentEncode } from '../../src/cluster/requests.ts'
import { maskSecret } from '../../src/read/mask.ts'

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

describe('URLs', () => {
  it('encodes as encodeURIComponent does, and what that leaves over', () => {
    let all = ''
    for (let code = 0; code < 0x250; code++) all += String.fromCharCode(code)
    all += 'ࠀ\uffff\u{10000}😀\u{10ffff}'
    const rest = /[!'()*]/g
    const want = encodeURIComponent(all).replace(
      rest,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    expect(percentEncode(all)).toBe(want)
    expect(decodeURIComponent(percentEncode(all))).toBe(all)
  })

  it('encodes a lone surrogate as U+FFFD', () => {
    expect(percentEncode('\ud800a\udc00')).toBe('%EF%BF%BDa%EF%BF%BD')
  })

  it('names the version of the package', () => {
    const root = join(import.meta.dirname, '..', '..', 'package.json')
    expect(VERSION).toBe((JSON.parse(readFileSync(root, 'utf8')) as { version: string }).version)
  })
})

describe('nearest names', () => {
  const names = ['Pod', 'Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet', 'Node']
  it.each([
    { input: 'pods', want: ['Pod'] },
    { input: 'Deplyoment', want: ['Deployment'] },
    { input: 'replicaset', want: ['ReplicaSet'] },
    { input: 'nod', want: ['Node', 'Pod'] },
    { input: 'Xylophone', want: [] },
  ])('$input', ({ input, want }) => {
    expect(nearest(input, names, 2)).toEqual(want)
  })
})

describe('kinds', () => {
  it('finds each built-in kind by every name it has', () => {
    const seen = new Map<string, string>()
    for (const resource of builtInResources()) {
      for (const name of [resource.plural, resource.singular, ...resource.shortNames]) {
        const found = findBuiltIn(parseKind({ apiVersion: null, kind: null, object: name }))
        const first = seen.get(name) ?? resource.apiVersion
        seen.set(name, first)
        expect(found?.apiVersion, name).toBe(first)
      }
      const { apiVersion, kind } = resource
      expect(findBuiltIn(parseKind({ apiVersion, kind, object: null }))).toEqual(resource)
    }
    expect(builtInResources().length).toBeGreaterThan(30)
  })

  it('leaves other versions of a built-in kind to discovery', () => {
    expect(findBuiltIn(parseKind({ apiVersion: 'apps/v1beta1', kind: 'Deployment', object: null }))).toBe(
      null,
    )
    expect(findBuiltIn(parseKind({ apiVersion: null, kind: null, object: 'deployments.v1beta1.apps' }))).toBe(
      null,
    )
  })
})

describe('columns', () => {
  it('locates each place once', () => {
    const columns = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'string' as const }))
    const paths = new Map([
      ['a', 'spec.x'],
      ['b', '{.spec.x}'],
      ['c', '{.spec.x[*]}'],
      ['d', 'metadata.name'],
    ])
    const compiled = compileColumns(columns, paths)
    expect(compiled.rowPaths.slice(5)).toEqual([['spec', 'x']])
    expect(compiled.extractors.map((extractor) => extractor.source)).toMatchObject([
      { type: 'leaf', leaves: [5] },
      { type: 'leaf', leaves: [5] },
      { type: 'path', leaf: 5 },
      { type: 'leaf', leaves: [2] },
    ])
  })

  it.each([
    { input: 'owner_references', want: ['metadata', 'ownerReferences'] },
    { input: 'deletion_grace_period_seconds', want: ['metadata', 'deletionGracePeriodSeconds'] },
    { input: 'data', want: ['data'] },
    { input: 'roleRef', want: ['roleRef'] },
    { input: 'roleref', want: ['roleRef'] },
    { input: 'role_ref', want: ['roleRef'] },
  ])('takes $input by its name', ({ input, want }) => {
    const compiled = compileColumns([{ name: input, type: 'json' }], new Map())
    expect(compiled.rowPaths[5]).toEqual(want)
  })
})

describe('the mask', () => {
  it.each([
    { input: '{"data":{"a":"x","__proto__":"y"}}', want: ['x', 'y'] },
    { input: '{"data":"x"}', want: ['x'] },
    { input: '{"data":["x"]}', want: ['x'] },
    { input: '{"data":null,"stringData":{"a":{"b":"x"}}}', want: ['x'] },
    {
      input: '{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"x"}}}',
      want: ['x'],
    },
    { input: '{"metadata":{"annotations":["y"]},"data":{"b":"x"}}', want: ['x'] },
    { input: '{"metadata":null}', want: [] },
  ])('$input', ({ input, want }) => {
    const masked = JSON.stringify(maskSecret(JSON.parse(input) as { [key: string]: JsonValue }))
    for (const value of want) expect(masked).not.toContain(`"${value}"`)
  })
})
