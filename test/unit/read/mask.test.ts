// What is masked of a Secret.
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/json/values.ts'
import { maskSecret } from '../../../src/read/mask.ts'

describe('the mask', () => {
  it.each([
    { input: '{"data":{"a":"x","__proto__":"y"}}', want: ['x', 'y'] },
    { input: '{"data":"x"}', want: ['x'] },
    { input: '{"data":["x"]}', want: ['x'] },
    { input: '{"data":null,"stringData":{"a":{"b":"x"}}}', want: ['x'] },
    {
      input: '{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"x"}}}',
      want: ['x'],
    },
    { input: '{"metadata":{"annotations":["y"]},"data":{"b":"x"}}', want: ['x'] },
    { input: '{"metadata":null}', want: [] },
  ])('$input', ({ input, want }) => {
    const masked = JSON.stringify(maskSecret(JSON.parse(input) as { [key: string]: JsonValue }))
    for (const value of want) expect(masked).not.toContain(`"${value}"`)
  })
})
