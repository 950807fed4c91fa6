// The time that a hostile input takes in the component: it grows with the input's size, and not with its square.
// Processor time of the calls alone, the least of some runs, compared between two sizes: what else the machine does only adds.
import { describe, expect, it } from 'vitest'
import { ANSWERS, CELLS, CELLS_OF_CASE, OBJECTS } from './bounds/inputs.ts'
import type { Case } from './bounds/inputs.ts'
import { measure } from './bounds/measure.ts'
import { engineNames } from './engines.ts'

const SMALL = 256 * 1024
const LARGE = 1024 * 1024
/** In proportion it is 4, with the square of the size 16. */
const MOST_GROWTH = 12
/** Below this a time says nothing. */
const NOISE_MS = 150
/** The limit for one cell of 256 KB, which takes some 2 ms. Code that took the square of the length took minutes. */
const MOST_CELL_MS = 50
const RUNS = 4

/** What is wrong with the times of a case after the best of several runs; '' if nothing is. */
async function slowness(make: Case[1], mostSmall: number, isAnswered: boolean): Promise<string> {
  let small = Infinity
  let large = Infinity
  for (let run = 0; run < RUNS; run++) {
    const first = await measure(make(SMALL))
    // Else nothing was measured.
    if (isAnswered && first.error !== '') return first.error
    small = Math.min(small, first.ms)
    large = Math.min(large, (await measure(make(LARGE))).ms)
    if (small <= mostSmall && large <= Math.max(NOISE_MS, MOST_GROWTH * small)) return ''
  }
  return `${small.toFixed(0)} ms for 256 KB, ${large.toFixed(0)} ms for 1 MB`
}

describe.each(engineNames().filter((name) => name === 'component'))(
  'in the %s, time grows with the size alone',
  () => {
    it.each(CELLS)('of %s', async (_, make) => {
      expect(await slowness(make, MOST_CELL_MS * CELLS_OF_CASE, true)).toBe('')
    })

    it.each(OBJECTS)('of %s', async (_, make) => {
      expect(await slowness(make, Infinity, true)).toBe('')
    })

    it.each(ANSWERS)('of %s', async (_, make) => {
      expect(await slowness(make, Infinity, false)).toBe('')
    })

    it('and a value that does not fit is told once, however many there are', async () => {
      const items = Array.from({ length: 20_000 }, () => '{"metadata":{"name":"a"},"v":"x"}').join(',')
      const { said, error } = await measure({
        scan: {
          tableOptions: { object: 'pods', columns: '{"a": "v", "b": "v"}', on_error: 'null' },
          columns: [
            { name: 'a', type: 'i32' },
            { name: 'b', type: 'uuid' },
          ],
          respond: [
            { url: 'https://10.0.0.1:6443/', statusCode: 200, headers: [], body: `{"items":[${items}]}` },
          ],
        },
      })
      expect(error).toBe('')
      expect(said).toHaveLength(1)
      expect(said[0]).toMatch(/^k8s_fdw: 40000 values do not fit their columns and are NULL; the first: /)
    })
  },
)
