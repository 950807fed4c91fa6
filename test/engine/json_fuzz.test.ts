// Random JSON texts and shapes: the C pass, built with sanitizers, has to take what JSON.parse takes, refuse what it
// refuses, and find the same values. What differs is shown as small as it could be made, with its seed.
// For longer: JSON_FUZZ_SECONDS=600 npx vitest run --project engine json_fuzz. JSON_FUZZ_SEED begins elsewhere.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { compile, findCompiler, FLAGS, OUR_C } from './compiler.ts'
import { caseOf, type Path, randomShape, type Shape } from './json_shapes.ts'
import { randomText } from './json_texts.ts'

const MAX_DEPTH = 500
/** Cases for one run of the driver. */
const BATCH = 100
/** So many batches are tried where no time is asked for: 20,000 cases. */
const BATCHES = 200
const seconds = Number(process.env['JSON_FUZZ_SECONDS'] ?? 0)
const seed = Number(process.env['JSON_FUZZ_SEED'] ?? 1)

const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-json-fuzz-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
const compiler = findCompiler(folder)

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value)

const at = (value: Json | undefined, path: Path): Json | undefined =>
  path.reduce<Json | undefined>((inner, name) => {
    if (typeof name === 'number') return Array.isArray(inner) ? inner[name] : undefined
    return isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined
  }, value)

/** The depth of nested containers in a text that is JSON, including those that a later key of the same name hides. */
function depthOf(text: string): number {
  let [depth, most] = [0, 0]
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (token === '[' || token === '{') most = Math.max(most, ++depth)
    else if (token === ']' || token === '}') depth--
  }
  return most
}

/** The rows, up to the first that is no object. */
function rowsOf(document: Json, rowsKey: Shape['rowsKey']): Json[] {
  const rows = rowsKey === true ? document : rowsKey === null ? undefined : at(document, [rowsKey])
  if (!Array.isArray(rows)) return []
  const end = rows.findIndex((row) => !isObject(row))
  return end < 0 ? rows : rows.slice(0, end + 1)
}

/** The difference, or null. */
function difference(shape: Shape, bytes: Buffer, line: string): string | null {
  const text = bytes.toString()
  let document: Json
  try {
    document = JSON.parse(text) as Json
  } catch {
    return line.startsWith('error ') ? null : 'JSON.parse refuses it'
  }
  return compared(shape, bytes, document, depthOf(text), line)
}

/** The difference between what the C pass says and a document of that depth, or null. */
function compared(shape: Shape, bytes: Buffer, document: Json, depth: number, line: string): string | null {
  if (depth > MAX_DEPTH)
    return line.endsWith(' nested deeper than 500 levels') ? null : `it is ${depth} levels deep`
  if (line.startsWith('error ')) return 'JSON.parse takes it'
  const [levels, count, ...spans] = line.split(' ')
  const rows = rowsOf(document, shape.rowsKey)
  if (Number(levels) !== depth) return `it is ${depth} levels deep`
  if (Number(count) !== rows.length) return `it has ${rows.length} rows`
  const wanted = [...leavesOf(document, shape.head), ...rows.flatMap((row) => leavesOf(row, shape.row))]
  if (spans.length !== wanted.length) return `it has ${wanted.length} leaves`
  const wrong = wanted.findIndex((value, i) => !isSpanOf(bytes, spans[i] ?? '', value))
  return wrong < 0 ? null : `leaf ${wrong} is ${JSON.stringify(wanted[wrong])}`
}

/** If a path comes twice, only the first of the two has a value. */
const leavesOf = (value: Json, paths: readonly Path[]): (Json | undefined)[] =>
  paths.map((path, i) =>
    paths.findIndex((other) => isDeepStrictEqual(other, path)) === i ? at(value, path) : undefined,
  )

function isSpanOf(bytes: Buffer, span: string, value: Json | undefined): boolean {
  const [place = '', decoded] = span.split('=')
  const [start = 0, end = 0] = place.split('-').map(Number)
  if (end === 0 || value === undefined) return end === 0 && value === undefined
  const text = bytes.subarray(start, end)
  if (!isDeepStrictEqual(JSON.parse(text.toString()), value)) return false
  if (typeof value !== 'string') return decoded === undefined
  // A lone surrogate becomes U+FFFD, and so does what is no UTF-8.
  return Buffer.from(decoded ?? '', 'hex').toString() === Buffer.from(value).toString()
}

interface Sequence {
  readonly whole: readonly string[]
  /** The beginning of a value, which is not whole. */
  readonly cut: string
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
const valid = randomText.map((bytes) => bytes.toString()).filter(isJson)
const randomSequence: fc.Arbitrary<Sequence> = fc
  .record({
    whole: fc.array(valid, { maxLength: 4 }),
    last: valid
      .map((text) => text.trim())
      .filter((text) => text.startsWith('{') && depthOf(text) <= MAX_DEPTH),
    share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })
  .map(({ whole, last, share }) => ({ whole, cut: last.slice(0, Math.floor(share * last.length)) }))

const show = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1'))

const title = compiler === undefined ? 'fuzzing (skipped: no compiler here has sanitizers)' : 'fuzzing'

// eslint-disable-next-line no-restricted-syntax -- The title says the reason.
describe.runIf(compiler !== undefined)(title, () => {
  it(
    'finds what JSON.parse finds',
    () => {
      const program = join(folder, 'driver')
      const sources = [join(import.meta.dirname, 'json_fuzz_driver.c')]
      for (const name of ['json_index.c', 'json_string.c']) sources.push(join(OUR_C, name))
      compile(compiler, [...FLAGS, `-I${OUR_C}`, ...sources, '-o', program])
      const batch = fc.array(fc.tuple(randomShape, randomText), {
        minLength: 1,
        maxLength: BATCH,
        size: 'max',
      })
      const holds = (cases: readonly (readonly [Shape, Buffer])[]) => {
        const input = Buffer.concat(cases.map(([shape, text]) => caseOf(shape, text)))
        const { status, stdout, stderr } = spawnSync(program, { input, maxBuffer: 1 << 28 })
        const lines = stdout.toString().split('\n')
        cases.forEach(([shape, text], i) => {
          const line = lines[i] ?? ''
          if (i >= lines.length - 1)
            throw new Error(`text ${show(text)}\nthe driver ended with ${status}\n${stderr.toString()}`)
          const differs = difference(shape, text, line)
          if (differs !== null)
            throw new Error(
              `text ${show(text)}\nshape ${JSON.stringify(shape)}\n${differs}, and the C pass says: ${line}`,
            )
        })
        if (status !== 0) throw new Error(`the driver ended with ${status}\n${stderr.toString()}`)
      }
      const bounds =
        seconds > 0
          ? { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: 1000 * seconds }
          : { numRuns: BATCHES }
      fc.assert(fc.property(batch, holds), { seed, ...bounds })
      const sequences = fc.array(fc.tuple(randomShape, randomSequence), {
        minLength: 1,
        maxLength: BATCH,
        size: 'max',
      })
      const found = (cases: readonly (readonly [Shape, Sequence])[]) => {
        const shapes = cases.map(([shape]): Shape => ({ head: [], rowsKey: true, row: shape.row }))
        const input = cases.map(([, { whole, cut }], i) =>
          caseOf(shapes[i] as Shape, Buffer.from([...whole, cut].join('\n'))),
        )
        const { status, stdout, stderr } = spawnSync(program, {
          input: Buffer.concat(input),
          maxBuffer: 1 << 28,
        })
        if (status !== 0) throw new Error(`the driver ended with ${status}\n${stderr.toString()}`)
        const lines = stdout.toString().split('\n')
        cases.forEach(([, { whole, cut }], i) => {
          // What was cut off counts for nothing, so the sequence is as the list of its whole values.
          const text = Buffer.from([...whole, cut].join('\n'))
          const list = JSON.parse(`[${whole.join()}]`) as Json
          const depth = depthOf(whole.join())
          const differs = compared(shapes[i] as Shape, text, list, depth, lines[i] ?? '')
          if (differs !== null)
            throw new Error(`sequence ${show(text)}\n${differs}, and the C pass says: ${lines[i]}`)
        })
      }
      fc.assert(fc.property(sequences, found), { seed, ...bounds })
    },
    1000 * (seconds + 180),
  )
})
