// Random objects: what Kubernetes has, and what is hard to carry.
// Keys that look like array indices stand first and in order, where V8 puts them.
import { jsonText, numberOf } from '../../src/json/number.ts'
import type { JsonObject, JsonValue } from '../../src/json/values.ts'
import type { Random } from './random.ts'

const PLAIN_KEYS = [
  'a',
  'b',
  'c',
  'name',
  'type',
  'items',
  'list',
  'spec',
  'status',
  'labels',
  'x',
  'y',
] as const

/** Properties that every JavaScript object has, and what ends a name. */
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

function isIndex(key: string): boolean {
  return /^(0|[1-9][0-9]*)$/.test(key)
}

function randomScalar(random: Random): JsonValue {
  switch (random.between(0, 9)) {
    case 0:
      return null
    case 1:
      return random.chance(0.5)
    case 2:
    case 3:
    case 4:
      return numberOf(random.pick(NUMBERS))
    default:
      return random.pick(STRINGS)
  }
}

export function randomKey(random: Random): string {
  return random.chance(0.25) ? random.pick(HOSTILE_KEYS) : random.pick(PLAIN_KEYS)
}

function randomMap(random: Random, depth: number): JsonObject {
  const keys = [...new Set(random.list(random.between(depth > 3 ? 2 : 0, 5), () => randomKey(random)))]
  keys.sort((a, b) =>
    isIndex(a) && isIndex(b) ? Number(a) - Number(b) : Number(isIndex(b)) - Number(isIndex(a)),
  )
  const made: JsonObject = {}
  for (const key of keys) setOwn(made, key, randomValue(random, depth - 1))
  return made
}

function setOwn(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Lists hold what lists of Kubernetes hold: values alike. */
function randomList(random: Random, depth: number): JsonValue[] {
  const length = random.chance(0.08) ? 0 : random.between(1, 4)
  if (random.chance(0.15)) return random.list(length, () => randomValue(random, depth - 1))
  if (random.chance(0.3)) {
    const [first, ...rest] = random.list(length, () => randomScalar(random))
    return first === undefined
      ? []
      : [first, ...rest.map((value) => (typeof value === typeof first ? value : first))]
  }
  const keys = [...new Set(random.list(random.between(1, 4), () => randomKey(random)))].filter(
    (key) => !isIndex(key),
  )
  const shapes = keys.map((key) => [key, randomValue(random, depth - 2)] as const)
  return random.list(length, () => {
    const element: JsonObject = {}
    for (const [key, like] of shapes) {
      if (random.chance(0.15)) continue
      const fresh = randomValue(random, depth - 2)
      setOwn(element, key, typeof fresh === typeof like ? fresh : like)
    }
    return element
  })
}

export function randomValue(random: Random, depth: number): JsonValue {
  if (depth <= 0 || random.chance(0.3)) return randomScalar(random)
  return random.chance(0.5) ? randomMap(random, depth) : randomList(random, depth)
}

/** The JSON text of an object with apiVersion and kind. */
export function randomObject(random: Random): string {
  const body = jsonText(randomMap(random, 5)).slice(1, -1)
  const indices = /^("[0-9]+":)/.test(body) ? body : ''
  const typed = '"apiVersion":"v1","kind":"Fuzz"'
  if (body === '') return `{${typed}}`
  // Keys like indices have to stay first.
  return indices === '' ? `{${typed},${body}}` : `{${body},${typed}}`
}
