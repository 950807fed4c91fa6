// Paths, queries and headers of requests.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { VERSION, percentEncode } from '../../../src/cluster/requests.ts'
import { inRoot } from '../../../tools/paths.ts'

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
    const root = inRoot('package.json')
    expect(VERSION).toBe((JSON.parse(readFileSync(root, 'utf8')) as { version: string }).version)
  })
})
