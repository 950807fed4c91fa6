// JSONPath and quantities against what client-go and apimachinery answered (oracle/record.ts).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jsonTree } from '../../support/portable-host/json-tree.ts'
import { jsonText } from '../../../src/json/number.ts'
import { decimalText, parseQuantity } from '../../../src/read/quantity.ts'
import { DEVIATIONS, evaluate, readCases, readObject, sameResults, sameText, wanted } from './compare.ts'
import type { Answer, Outcome } from './compare.ts'

const CASES = readCases()

function difference(outcome: Outcome, answer: Answer | null): string | null {
  if ('error' in outcome) return answer === null ? null : outcome.error
  if (answer === null) return `no error, but ${jsonText(outcome.results)}`
  if (!sameResults(outcome.results, answer)) return jsonText(outcome.results)
  return sameText(outcome.text, answer) ? null : outcome.text
}

describe('client-go', () => {
  it('has answered enough', () => {
    expect(CASES.length).toBeGreaterThan(1000)
    const recorded = new Set(CASES.map(({ object, path }) => `${object} ${path}`))
    for (const objects of Object.values(DEVIATIONS)) {
      for (const [object, paths] of Object.entries(objects)) {
        for (const path of Object.keys(paths)) expect(recorded).toContain(`${object} ${path}`)
      }
    }
  })

  describe.each([...new Set(CASES.map(({ object }) => object))])('%s', (object) => {
    const tree = jsonTree(readObject(object))
    it.each(CASES.filter((found) => found.object === object))('$path', (found) => {
      const { rule, answer } = wanted(found)
      const outcome = evaluate(found.path, tree)
      expect(difference(outcome, answer)).toBe(null)
      if (rule === null) return
      const theirs = found.answer.failed === null && !found.answer.bytes ? found.answer : null
      expect(difference(outcome, theirs), `no difference is left that "${rule}" explains`).not.toBe(null)
    })
  })
})

const QUANTITY_DEVIATIONS: { readonly [text: string]: string | null } = {
  m: null,
  Mi: null,
  e3: null,
  '.': null,
}

describe('apimachinery', () => {
  const quantities = JSON.parse(readFileSync(join(import.meta.dirname, 'quantities.json'), 'utf8')) as {
    readonly [text: string]: string | null
  }
  it.each(Object.keys(quantities))('%s', (text) => {
    const value = parseQuantity(text)
    const want = Object.hasOwn(QUANTITY_DEVIATIONS, text) ? QUANTITY_DEVIATIONS[text] : quantities[text]
    expect(value === null ? null : decimalText(value)).toBe(want)
  })
})
