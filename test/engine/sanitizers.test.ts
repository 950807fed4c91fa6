// The C that reads what comes from outside, built for this machine with the address and undefined-behaviour sanitizers: any access beyond a
// buffer, and any overflow, ends it. Each allocation fails once in turn: that is an error of its own, never another answer.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compress } from '../../component/build/lz4.ts'
import { build, compile, findCompiler, FLAGS, framed, run } from './compiler.ts'

const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-sanitizers-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const compiler = findCompiler(folder)

const WHOLE = JSON.stringify({
  kind: 'List',
  items: [
    { a: { b: 1 }, l: [0, 'é😀"\\\n', 2], 'é\n': null },
    { a: [1], l: { '1': 2 } },
    ...Array.from({ length: 20 }, (_, i) => ({ a: { b: 'x'.repeat(i) } })),
  ],
})
const ESCAPED =
  '{"\\u006bind":"X","it\\u0065ms":[{"\\u0061":{"\\u0062":"\\ud83d\\ude00\\ud800\\n"},"\\u00e9\\n":"odd","l":[1,"\\\\"]}]}'
const SEQUENCE = Array.from({ length: 6 }, (_, i) => `{"\\u0061":{"b":${i}},"l":[0,"x\\n"]}\n`).join(' ')
/** Cut at each byte, and with each byte changed. */
const damaged = (text: string): string[] => {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.min(bytes.length, 400) }, (_, at) => at).flatMap((at) => [
    bytes.subarray(0, at).toString('latin1'),
    ...['"', '\\', '{', ']', '\0', '\u00ff'].map(
      (byte) =>
        `${bytes.subarray(0, at).toString('latin1')}${byte}${bytes.subarray(at + 1).toString('latin1')}`,
    ),
  ])
}
const DEEP = ['['.repeat(100_000), '{"a":'.repeat(501), `{"items":${'['.repeat(600)}`]

const title =
  compiler === undefined ? 'with sanitizers (skipped: no compiler here has them)' : 'with sanitizers'

// eslint-disable-next-line no-restricted-syntax -- The title says the reason.
describe.runIf(compiler !== undefined)(title, () => {
  let index = ''
  let lz4 = ''
  beforeAll(() => {
    index = build(compiler, folder, 'json_index_driver.c', 'json_index.c', 'json_string.c')
    lz4 = build(compiler, folder, 'lz4_driver.c', 'lz4.c')
  }, 120_000)

  it('reads texts, whole, cut off and damaged', () => {
    const texts = [WHOLE, ESCAPED, ...damaged(WHOLE), ...damaged(ESCAPED)].map((text) =>
      Buffer.from(text, 'latin1'),
    )
    const input = Buffer.concat([...texts.map(framed), ...DEEP.map(framed)])
    expect(run(index, [], input).trimEnd().split('\n').length).toBe(texts.length + DEEP.length)
  })

  it('reads sequences, whole, cut off and damaged', () => {
    const texts = [SEQUENCE, ...damaged(SEQUENCE)].map((text) => Buffer.from(text, 'latin1'))
    const lines = run(index, ['sequence'], Buffer.concat([...texts.map(framed), ...DEEP.map(framed)]))
      .trimEnd()
      .split('\n')
    expect(lines.length).toBe(texts.length + DEEP.length)
    expect(lines[0]).toMatch(/^rows 6 head 0 0 /)
  })

  it.each([
    ['a list', WHOLE, []],
    ['keys with escapes', ESCAPED, []],
    ['a sequence', SEQUENCE, ['sequence']],
  ])('says so where an allocation fails: %s', (_, text, form) => {
    const whole = run(index, form, framed(text)).trimEnd()
    const lines = run(index, ['no-memory', ...form], framed(text))
      .trimEnd()
      .split('\n')
    // The last run needed no more allocations than it was given.
    expect(lines.pop()).toBe(whole)
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) expect(line).toMatch(/^error \d+ not enough memory$/)
  })

  it('decodes strings within their length', () => {
    const strings = [
      '""',
      '"a"',
      '"\\u0041"',
      '"\\ud83d\\ude00"',
      '"\\ud83d"',
      '"\\ud83d\\u0041"',
      '"\\\\\\"\\/\\b\\f\\n\\r\\t"',
      '"é😀"',
    ]
    const decoded = run(index, ['decode'], Buffer.concat(strings.map(framed)))
    const wanted = strings.map((text) => (JSON.parse(text) as string).replace(/[\ud800-\udfff]/gu, '\ufffd'))
    expect(decoded).toBe(wanted.map((text) => `${text}\0`).join(''))
  })

  it('decompresses within the length', () => {
    const texts = ['', 'x', 'ab'.repeat(5000), 'x'.repeat(70_000), WHOLE.repeat(30)].map((text) =>
      Buffer.from(text),
    )
    for (const bytes of texts) {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      const { status, stdout, stderr } = spawnSync(lz4, [], {
        input: Buffer.concat([length, compress(bytes)]),
        maxBuffer: 1 << 26,
      })
      expect(stderr.toString()).toBe('')
      expect(status).toBe(0)
      expect(stdout.equals(bytes)).toBe(true)
    }
  })

  it('would find a fault', () => {
    const source = join(folder, 'fault.c')
    writeFileSync(
      source,
      '#include <stdlib.h>\nint main(int argc, char **argv) { (void)argv; char *p = calloc(4, 1); return p[3 + argc]; }\n',
    )
    const program = join(folder, 'fault')
    compile(compiler, [...FLAGS, source, '-o', program])
    expect(spawnSync(program).stderr.toString()).toMatch(/heap-buffer-overflow|runtime error/)
  })
})
