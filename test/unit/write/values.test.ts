import { describe, expect, it } from 'vitest'
import type { TypeOid } from '../../../src/host.ts'
import { jsonText } from '../../../src/json/number.ts'
import { refuseMask, valueOf } from '../../../src/write/values.ts'
import { errorOf } from '../support/fakes.ts'

const written = (type: TypeOid, value: string | number | boolean | null): string =>
  jsonText(valueOf({ name: 'c', type, value }, ['spec', 'x']))

describe('a value of SQL', () => {
  it.each<[TypeOid, string | number | boolean | null, string]>([
    ['bool', true, 'true'],
    ['i16', -3, '-3'],
    ['i32', 7, '7'],
    ['i64', '9223372036854775807', '9223372036854775807'],
    ['f64', 0.5, '0.5'],
    ['numeric', 0.25, '"250m"'],
    ['other', '1.5', '"1500m"'],
    ['string', 'ü"', '"ü\\""'],
    ['uuid', 'u', '"u"'],
    ['json', '{"a": [1.0, 12345678901234567890]}', '{"a":[1.0,12345678901234567890]}'],
    ['timestamptz', '0', '"1970-01-01T00:00:00Z"'],
    ['timestamp', '0', '"1970-01-01T00:00:00Z"'],
    ['string', null, 'null'],
    ['bool', null, 'null'],
  ])('%s %j is written as %s', (type, value, want) => {
    expect(written(type, value)).toBe(want)
  })

  it.each<[TypeOid, string | number | null, string]>([
    ['f64', Infinity, 'JSON has no such number'],
    ['numeric', 0.1 + 0.2, 'its number has more digits than the host hands over'],
    ['other', 'NaN', 'its number has more digits than the host hands over'],
    ['timestamptz', '999999999999999999', 'its time is outside of the years that Kubernetes has'],
    ['json', '{"a":1,"a":1}', 'its JSON is a key that stands there twice'],
    ['i8', null, 'its type "char" says no more than a part of what the object has'],
    ['f32', null, 'its type real says no more than a part of what the object has'],
    ['date', '0', 'its type date says no more than a part of what the object has'],
  ])('%s %j is refused', (type, value, why) => {
    const { code, message } = errorOf(() => written(type, value))
    expect([code, message]).toEqual(['write', `column "c" cannot be written: ${why}`])
  })

  it('is refused where it is a mask, however deep', () => {
    expect(errorOf(() => refuseMask('c', { a: ['***'] })).message).toContain('its value is masked (***)')
    expect(errorOf(() => refuseMask('c', { a: ['****'] }))).toEqual({})
  })
})
