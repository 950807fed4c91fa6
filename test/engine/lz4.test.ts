// What the build compresses, read again by the component's decoder.
import { describe, expect, it } from 'vitest'
import { compress } from '../../component/build/lz4.ts'

/** The decoder of component/runtime/lz4.c once more; the component, which runs its bytecode, is the proof of the C. */
function decompress(block: Uint8Array): number[] {
  const out: number[] = []
  let at = 0
  const length = (nibble: number): number => {
    let total = nibble
    if (nibble < 15) return total
    for (let more = 255; more === 255; total += more) more = block[at++] ?? 0
    return total
  }
  for (;;) {
    const token = block[at++] ?? 0
    const literals = length(token >> 4)
    out.push(...block.subarray(at, at + literals))
    at += literals
    if (at >= block.length) return out
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8)
    at += 2
    const matched = length(token & 15) + 4
    for (let i = 0; i < matched; i++) out.push(out[out.length - distance] ?? 0)
  }
}

describe('lz4', () => {
  it.each([
    { name: 'nothing', bytes: [] },
    { name: 'one byte', bytes: [7] },
    { name: 'a long run', bytes: Array.from({ length: 5000 }, () => 9) },
    { name: 'a period', bytes: Array.from({ length: 3000 }, (_, i) => i % 7) },
    { name: 'no repetition', bytes: Array.from({ length: 700 }, (_, i) => (i * i * 31 + (i >> 3)) & 255) },
    {
      name: 'a distant repetition',
      bytes: [
        1,
        2,
        3,
        4,
        5,
        6,
        ...Array.from({ length: 70000 }, (_, i) => (i * 97) & 255),
        1,
        2,
        3,
        4,
        5,
        6,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
      ],
    },
  ])('$name', ({ bytes }) => {
    expect(decompress(compress(Uint8Array.from(bytes)))).toEqual(bytes)
  })
})
