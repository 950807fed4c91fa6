// What a user wrote, as errors may show it.
import { describe, expect, it } from 'vitest'
import { holdsToken, looksRandom, shown } from '../../../src/text/shown.ts'

describe('a text of the user', () => {
  it.each([
    { input: 'pods', want: '"pods"' },
    { input: 'a"b\n', want: '"a\\"b\\n"' },
    { input: 'x'.repeat(40), want: `"${'x'.repeat(40)}"` },
    { input: 'x'.repeat(41), want: 'a text of 41 characters' },
    { input: 'sha256~short', want: 'a text of 12 characters' },
  ])('is shown as $want', ({ input, want }) => {
    expect(shown(input)).toBe(want)
  })
})

// The forms of tokens of kubectl create token, OpenShift, Google, AWS, DigitalOcean, k3s and Rancher, with made-up values.
describe('a token', () => {
  it.each([
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln',
    'Bearer abcdefghijklmnop',
    'sha256~made-up',
    'ya29.made-up',
    'k8s-aws-v1.made-up',
    'dop_v1_made-up',
    `K10${'0'.repeat(32)}::server:x`,
    'kubeconfig-u-abc12:abcdefghij0123456789',
    'spec.eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln',
  ])('is seen in %s', (text) => {
    expect(holdsToken(text)).toBe(true)
  })

  it.each(['pods', 'metadata.name', 'keyJack.a.b', 'bearer', 'Bearer of news', 'token-abc:short', ''])(
    'is not seen in %j',
    (text) => {
      expect(holdsToken(text)).toBe(false)
    },
  )

  it('of no known form is told by letters and digits that change places', () => {
    expect(looksRandom('a1b2c3d4e5f6g7h8i9j0k1l2')).toBe(true)
    expect(looksRandom('kubernetes-token-of-the-cluster-2026-11-28')).toBe(false)
    expect(looksRandom('abcdefghijklmnopqrstuvwxyz')).toBe(false)
  })
})
