// Random objects: what Kubernetes has, and what is hard to carry.
// Evaluates no path.
import * as fc from 'fast-check'
import { jsonText, numberOf } from '../../src/json/number.ts'
import type { JsonObject, JsonValue } from '../../src/json/values.ts'

export const PLAIN_KEYS = [
  'a', 'b', 'c', 'name', 'type', 'items', 'list', 'spec', 'status', 'labels', 'x', 'y',
] as const // prettier-ignore

/** Names of properties that every JavaScript object has, and characters that end a name. */
export const HOSTILE_KEYS = [
  'constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'length',
  '', ' ', '.', '*', '$', '@', '0', '1', '-1', 'a.b', 'a b', "a'b", 'a"b', 'a]b', 'a[0]', 'a,b', 'a}b', '{', 'a(b', 'a)b',
  'app.kubernetes.io/name', 'f:metadata', 'k:{"name":"x"}', 'ü', '東', '🦒', 'über', '～', 'range', 'end', 'true', 'null',
] as const // prettier-ignore

const STRINGS = [
  '', 'a', 'b', 'True', 'true', '1', '1.5', 'nginx:1.27', 'a b', ' ', "it's", 'a"b', '\\', 'x\\', '{.a}', '}', ')', '(x)', ']', ',',
  '&&', '\n', '\t', '<&>', 'ü', '東京', '🦒', '～', '\ue000', 'constructor', '__proto__', 'null', '2024-01-01T00:00:00Z', '100m',
] as const // prettier-ignore

const NUMBERS = [
  '0', '1', '2', '3', '-1', '42', '80', '8080', '1.5', '0.25', '-3.75', '2.5', '9007199254740993', '-9007199254740993',
  '9223372036854775807', '-9223372036854775808', '123456789',
] as const // prettier-ignore

/** How deep maps and lists are in each other. */
const MAX_DEPTH = 4

/** One of the choices, each as often as its weight says. A failure is also tried with the first one. */
const weighted = <T>(...choices: readonly (readonly [weight: number, choice: fc.Arbitrary<T>])[]) =>
  fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))

const randomKey = weighted<string>([3, fc.constantFrom(...PLAIN_KEYS)], [1, fc.constantFrom(...HOSTILE_KEYS)])

const text: fc.Arbitrary<JsonValue> = fc.constantFrom(...STRINGS)
const number: fc.Arbitrary<JsonValue> = fc.constantFrom(...NUMBERS).map(numberOf)
const bool: fc.Arbitrary<JsonValue> = fc.boolean()
const scalar = weighted<JsonValue>([1, fc.constant(null)], [1, bool], [3, number], [5, text])

const LISTS = { maxLength: 4, size: 'max' } as const
const MAPS = { maxKeys: 5, size: 'max', noNullPrototype: true } as const

const { map } = fc.letrec<{ value: JsonValue; map: JsonObject; list: JsonValue[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: MAX_DEPTH, depthSize: 'max', withCrossShrink: true },
    { weight: 6, arbitrary: scalar },
    { weight: 7, arbitrary: tie('map') },
    { weight: 7, arbitrary: tie('list') },
  ),
  map: fc.dictionary(randomKey, tie('value'), MAPS),
  list: weighted<JsonValue[]>(
    [15, fc.array(tie('value'), LISTS)],
    [25, fc.constantFrom(text, number, bool).chain((element) => fc.array(element, LISTS))],
    // Lists of Kubernetes hold maps, whose fields have a type each and may be missing.
    [
      60,
      fc
        .dictionary(randomKey, fc.constantFrom(text, text, number, bool, tie('value'), tie('value')), {
          ...MAPS,
          minKeys: 1,
        })
        .chain((fields) => fc.array(fc.record<JsonObject>(fields, { requiredKeys: [] }), LISTS)),
    ],
  ),
}))

/** The JSON text of a pod, as the scan is told: a table of pods may take the kind from what it asked for. */
export const randomObject = map.map((fields) => jsonText({ apiVersion: 'v1', kind: 'Pod', ...fields }))
