// A template and an object made as small as they can be while they still differ.
// Knows no rule: it is told what differs.
import { jsonText } from '../../src/json/number.ts'
import { isObject } from '../../src/json/values.ts'
import type { JsonValue } from '../../src/json/values.ts'

/** Which of the candidates still differ. */
export type StillDiffers = (
  candidates: readonly { readonly template: string; readonly object: JsonValue }[],
) => boolean[]

/** Rounds: each removes one piece. */
const MAX_ROUNDS = 200

function shorterTexts(text: string): string[] {
  const made: string[] = []
  for (const length of [16, 8, 4, 2, 1]) {
    for (let at = 0; at + length <= text.length; at++) made.push(text.slice(0, at) + text.slice(at + length))
  }
  return made
}

function smallerValues(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) {
    return value.flatMap((child, i) => [
      value.filter((_, j) => j !== i),
      ...smallerValues(child).map((smaller) => value.map((same, j) => (j === i ? smaller : same))),
    ])
  }
  if (!isObject(value)) return []
  const entries = Object.entries(value)
  return entries.flatMap(([key, child], i) => [
    Object.fromEntries(entries.filter((_, j) => j !== i)),
    ...smallerValues(child).map((smaller) =>
      Object.fromEntries(entries.map(([name, same]) => [name, name === key ? smaller : same])),
    ),
  ])
}

export function minimise(
  template: string,
  object: JsonValue,
  stillDiffers: StillDiffers,
): { template: string; object: string } {
  let small = { template, object }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const candidates = [
      ...smallerValues(small.object).map((value) => ({ template: small.template, object: value })),
      ...shorterTexts(small.template).map((text) => ({ template: text, object: small.object })),
    ].slice(0, 400)
    const found = candidates[stillDiffers(candidates).indexOf(true)]
    if (found === undefined) break
    small = found
  }
  return { template: small.template, object: jsonText(small.object) }
}
