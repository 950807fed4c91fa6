// Random shapes: what is looked for in a text. And how the C's driver reads them.
import * as fc from 'fast-check'
import { stepsOf } from '../support/portable-host/json-steps.ts'
import type { Step } from '../support/portable-host/json-steps.ts'
import { KEYS } from './json_texts.ts'

export type Path = readonly (string | number)[]

export interface Shape {
  readonly head: readonly Path[]
  /** `true`: the text is a sequence, whose values are the rows. */
  readonly rowsKey: string | true | null
  readonly row: readonly Path[]
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KEYS) },
  { weight: 1, arbitrary: fc.nat({ max: 3 }) },
)
const paths = fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 5 })

export const randomShape: fc.Arbitrary<Shape> = fc
  .record({ head: paths, rowsKey: fc.constantFrom('items', 'items', 'items', 'a', 'é\n', null), row: paths })
  .map(({ head, rowsKey, row }) => ({
    // Nothing of the head is looked for below the rows.
    head: head.filter((path) => path.length < 2 || path[0] !== rowsKey),
    rowsKey,
    row,
  }))

const NO_KEY = 0xffffffff
const SEQUENCE = 0xfffffffe

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

const key = (text: string | null): Buffer[] => {
  if (text === null) return [number(NO_KEY)]
  const bytes = Buffer.from(text)
  return [number(bytes.length), bytes]
}

const written = (name: string | number, node: Step): Buffer[] => [
  ...(typeof name === 'string' ? key(name) : [number(NO_KEY), number(name)]),
  number(node.leaf),
  number(node.children.size),
  ...[...node.children].flatMap(([childName, child]) => written(childName, child)),
]

/** A case as json_fuzz_driver.c reads it. */
export const caseOf = ({ head, rowsKey, row }: Shape, text: Buffer): Buffer =>
  Buffer.concat([
    number(head.length),
    ...written('', stepsOf(head).root),
    number(row.length),
    ...written('', stepsOf(row).root),
    ...(rowsKey === true ? [number(SEQUENCE)] : key(rowsKey)),
    number(text.length),
    text,
  ])
