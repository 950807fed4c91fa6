import { describe, expect, it } from 'vitest'
import { keyText, parseKey } from '../../../src/cluster/identity.ts'

const identity = { namespace: 'shop', name: 'web', uid: 'u-1', resourceVersion: '12' }

describe('the identity of a row', () => {
  it.each([
    [identity, 'shop/web u-1 12'],
    [{ ...identity, namespace: null, name: 'node-1' }, 'node-1 u-1 12'],
    // Names of RBAC may have what no others have.
    [{ ...identity, namespace: null, name: 'system:a role' }, 'system:a role u-1 12'],
  ])('%o is written and read as one text', (one, text) => {
    expect(keyText(one)).toBe(text)
    expect(parseKey(text)).toEqual(one)
  })

  it.each(['', 'web', 'shop/web', 'shop/web u-1', 'shop/web  ', 'shop/web u-1 ', '/web u 1', 'a/b/c u 1'])(
    '%j is none',
    (text) => {
      expect(parseKey(text)).toBeNull()
    },
  )
})
