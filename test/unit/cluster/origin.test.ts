// One server's URL in many spellings, against the URL standard as Node has it: the host's HTTP client follows the same one.
// Never: asks a server.
import { describe, expect, it } from 'vitest'
import { isSameOrigin } from '../../../src/cluster/origin.ts'

const SPELLINGS = [
  'http://127.0.0.1:08001',
  'http://127.0.0.1:0008001/',
  'http://127.1:8001',
  'http://127.0.1:8001',
  'http://0x7f.1:8001',
  'http://0X7F.0x0.0.1:8001',
  'http://0x7f000001:8001',
  'http://2130706433:8001',
  'http://017700000001:8001',
  'http://0177.0.0.1:8001',
  'http://127.0.0.1.:8001',
  'http://0:8001',
  'http://0x.1:8001',
  'HTTP://127.0.0.1:8001',
  'https://KUBERNETES.default.SVC:6443/a/PATH',
  'https://kubernetes.default.svc.:6443',
  'https://XN--BCHER-KVA.example',
  'https://a_b.example',
  'https://a.1b.example:1',
  'http://example.com:80',
  'http://example.com:',
  'http://example.com:0080',
  'https://example.com:443/k8s/clusters/c-1',
  'https://example.com:6443/%2f/..',
  'http://[::1]:8015',
  'http://[0:0:0:0:0:0:0:1]:8015',
  'http://[0000:0000:0000:0000:0000:0000:0000:0001]:8015',
  'http://[0:0::0:1]',
  'http://[::]:8001',
  'https://[FD00:0:0:1::000A]:6443',
  'https://[fd00::1:0:0:a]:443',
  'https://[1:2:3:4:5:6:7::]',
  'https://[::2:3:4:5:6:7:8]',
  'https://[2001:db8:0:0:1:0:0:1]',
  'http://[::ffff:127.0.0.1]:8001',
  'http://[::FFFF:7F00:1]:8001',
  'http://[0:0:0:0:0:ffff:10.0.0.1]',
]

const canonical = (url: string): string => new URL('api/v1/pods?limit=1', `${url}/`).href

describe('the same server', () => {
  it.each(SPELLINGS)('%s', (url) => {
    expect(isSameOrigin(canonical(url), url)).toBe(true)
  })

  it('is none of the others', () => {
    const origins = SPELLINGS.map((url) => new URL(url).origin)
    SPELLINGS.forEach((one, i) => {
      SPELLINGS.forEach((other, j) => {
        expect([one, other, isSameOrigin(canonical(one), other)]).toEqual([
          one,
          other,
          origins[i] === origins[j],
        ])
      })
    })
  })
})

it.each([
  ['https://10.0.0.1:6443', 'http://10.0.0.1:6443/'],
  ['https://10.0.0.1:6443', 'https://10.0.0.1/'],
  ['https://10.0.0.1', 'https://10.0.0.1:6443/'],
  ['http://127.0.0.1', 'http://127.0.0.2/'],
  ['http://127.0.0.1', 'http://127.0.0.1.example/'],
  ['http://127.0.0.1', 'http://localhost/'],
  ['http://localhost', 'http://localhost./'],
  ['http://[::1]', 'http://[::2]/'],
  ['http://[::1]', 'http://[1::]/'],
  ['http://[::ffff:127.0.0.1]', 'http://127.0.0.1/'],
  ['https://example.com', 'https://example.com.evil.example/'],
  ['https://example.com', 'https://example.com@evil.example/'],
  ['https://example.com', 'https://evil.example/?https://example.com/'],
  ['https://example.com', 'https://evil.example/#https://example.com/'],
  ['https://1.2.3.4', 'https://1.2.3.256/'],
  ['https://example.com', ''],
  ['https://example.com', 'https://'],
])('%s is not %s', (one, other) => {
  expect(isSameOrigin(other, one)).toBe(false)
})
