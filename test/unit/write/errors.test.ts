// test/contract/write-errors.test.ts has every text; here is what is taken for what.
import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../src/cluster/failure.ts'
import { FdwError } from '../../../src/errors.ts'
import { describe as named, withDone, writeError } from '../../../src/write/errors.ts'
import type { Subject } from '../../../src/write/errors.ts'

const subject: Subject = {
  request: 'patch /x',
  resource: 'pods',
  namespace: 'shop',
  hasSelectors: false,
  secret: false,
  verb: 'patch',
  kind: 'Pod',
  plural: 'pods',
  name: 'web',
  changes: [
    { column: 'spec', place: ['spec'], value: {} },
    { column: 'image', place: ['spec', 'containers', 0, 'image'], value: 'x' },
    { column: 'key', place: ['data', 'a.b'], value: 'x' },
  ],
}
const failure = (change: Partial<Failure>): Failure => ({
  code: 422,
  url: '',
  by: 'server',
  detail: 'said so',
  reason: null,
  continueToken: null,
  objectName: null,
  objectKind: null,
  ...change,
})
const otherwise = new FdwError('status', 'otherwise', 'hint')
const messageOf = (change: Partial<Failure>, of = subject): string =>
  writeError(failure(change), of, () => ', by me', otherwise).message

describe('an answer', () => {
  it.each<[Partial<Failure>, string]>([
    [{ code: 500 }, 'otherwise'],
    [{ code: 422, by: 'stranger' }, 'otherwise'],
    [{ code: 404 }, 'otherwise'],
    [{ code: 422 }, 'Pod shop/web would not be valid: said so'],
    [{ code: 409 }, 'Pod shop/web has changed since it was read, by me'],
    [{ code: 403, detail: 'no' }, 'admission does not let Pod shop/web be as it would be: no'],
    [
      { code: 400, detail: 'ValidatingAdmissionPolicy x denied request' },
      'admission does not let Pod shop/web be',
    ],
    [{ code: 500, detail: 'failed calling webhook "x"' }, 'otherwise'],
  ])('%o is: %s', (change, want) => {
    expect(messageOf(change)).toContain(want)
  })

  it.each([
    ['spec.containers[0].image', 'column "image" (spec.containers[0].image)'],
    ['spec.containers[1].image', 'column "spec" (spec.containers[1].image)'],
    ['data[a.b]', 'column "key" (data[a.b])'],
    ['metadata.name', 'metadata.name'],
  ])('about %s names %s', (field, want) => {
    expect(messageOf({ causes: [{ field, message: 'no', reason: 'FieldValueInvalid' }] })).toBe(
      `Pod shop/web would not be valid: ${want}: no`,
    )
  })
})

describe('a conflict of field managers', () => {
  it('names each field, its column, and who has it', () => {
    const causes = [
      ['.spec.replicas', 'conflict with "kubectl-scale" with subresource "scale" using apps/v1'],
      ['.data.x', 'conflict with "helm" using v1'],
    ].map(([field = '', message = '']) => ({ field, message, reason: 'FieldManagerConflict' }))
    const { message, hint } = writeError(failure({ code: 409, causes }), subject, () => '', otherwise)
    expect(message).toBe(
      'Pod shop/web has fields that others manage: column "spec" (.spec.replicas): conflict with "kubectl-scale" with subresource "scale" using apps/v1; .data.x: conflict with "helm" using v1',
    )
    expect(hint).toContain("the option force 'on'")
  })
})

describe('what is not there', () => {
  const missing = {
    code: 404,
    detail: 'namespaces "shop" not found',
    objectKind: 'namespaces',
    objectName: 'shop',
  }

  it('is a namespace that an earlier row makes', () => {
    const said = (of: Subject): unknown => writeError(failure(missing), of, () => '', otherwise).hint
    expect(said(subject)).toBe('make the namespace first: it is an object of kind Namespace')
    expect(said({ ...subject, isNamespaceMade: true })).toContain(
      'INSERT the namespace in a statement of its own first',
    )
  })

  it('is a subresource, where the object is there', () => {
    const named = { code: 404, detail: 'pods "web" not found', objectKind: 'pods', objectName: 'web' }
    const scale = { ...subject, resource: 'pods/scale' }
    const said = (who: string): string => writeError(failure(named), scale, () => who, otherwise).message
    expect(said(', by me')).toBe('objects of kind Pod have no subresource scale')
    expect(said(': it is gone')).toBe('Pod shop/web is gone since it was read')
  })
})

describe('a statement of which a part is done', () => {
  const error = new FdwError('write', 'no', 'hint')

  it('says which', () => {
    expect(withDone(error, ['a', 'b'], 5)).toMatchObject({
      code: 'write',
      hint: 'hint',
      message: '2 of 5 changes are made (a, b), and no more will be: no',
    })
    expect(withDone(error, [], 5).message).toBe('0 of 5 changes are made, and no more will be: no')
    const many = Array.from({ length: 22 }, (_, i) => `o${i}`)
    expect(withDone(error, many, 30).message).toContain('o19, and 2 more), and no more will be')
  })

  it('names an object as people do', () => {
    expect([named(subject), named({ ...subject, namespace: null })]).toEqual(['Pod shop/web', 'Pod web'])
  })
})
