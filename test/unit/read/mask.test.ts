// What is masked of a Secret.
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../../src/json/values.ts'
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

describe('what stays', () => {
  it('is the metadata, and annotations that are no secret', () => {
    const secret: JsonObject = {
      metadata: {
        name: 's',
        annotations: { 'kubernetes.io/service-account.name': 'sa', other: 'x' },
        labels: { app: 'web' },
      },
      type: 'Opaque',
      data: null,
    }
    expect(maskSecret(secret)).toBe(false)
    expect(secret).toEqual({
      metadata: {
        name: 's',
        annotations: { 'kubernetes.io/service-account.name': 'sa', other: '***' },
        labels: { app: 'web' },
      },
      type: 'Opaque',
      data: null,
    })
  })
})

it.each([
  { secret: { metadata: null }, want: { metadata: '***' } },
  { secret: { metadata: 'x' }, want: { metadata: '***' } },
  { secret: { type: 'x' }, want: { type: 'x' } },
])('metadata that are no object are masked: $secret', ({ secret, want }) => {
  expect(maskSecret(secret)).toBe(false)
  expect(secret).toEqual(want)
})

describe('a label', () => {
  const encoded = (text: string): string => Buffer.from(text).toString('base64')
  const label = (value: string, data: object): string => {
    const secret = { metadata: { labels: { x: value } }, ...data } as JsonObject
    const found = maskSecret(secret)
    const shown = (secret['metadata'] as { labels: { x: string } }).labels.x
    expect(found).toBe(shown === '***')
    return shown
  }

  it.each([
    { value: 'hunter22', data: { data: { a: encoded('hunter22') } }, hidden: true },
    // Base64 with one, two and no signs of padding.
    { value: 'hunter2', data: { data: { a: encoded('hunter2') } }, hidden: true },
    { value: 'hunter222', data: { data: { a: encoded('hunter222') } }, hidden: true },
    { value: encoded('hunter222'), data: { data: { a: encoded('hunter222') } }, hidden: true },
    { value: 'hunter22', data: { stringData: { a: 'hunter22' } }, hidden: true },
    { value: 'hunter23', data: { data: { a: encoded('hunter22') } }, hidden: false },
    // Short values stand in labels by chance.
    { value: 'admin', data: { data: { a: encoded('admin') } }, hidden: false },
    { value: 'hunter22', data: { data: null }, hidden: false },
    { value: 'hunter22', data: { data: { a: 7 } }, hidden: false },
    { value: 'x'.repeat(64), data: {}, hidden: true },
  ])('$value of $data is hidden: $hidden', ({ value, data, hidden }) => {
    expect(label(value, data)).toBe(hidden ? '***' : value)
  })
})
