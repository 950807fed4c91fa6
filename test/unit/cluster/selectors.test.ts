// Selectors that the API server takes; the rules are those of k8s.io/apimachinery/pkg/util/validation.
import { describe, expect, it } from 'vitest'
import {
  allOf,
  fieldRequirement,
  isLabelKey,
  isNamespaceName,
  isObjectName,
  labelRequirement,
} from '../../../src/cluster/selectors.ts'

const long = (length: number): string => 'a'.repeat(length)

describe('names', () => {
  it.each([
    { name: 'default', namespace: true, object: true },
    { name: long(63), namespace: true, object: true },
    { name: long(64), namespace: false, object: true },
    { name: long(253), namespace: false, object: true },
    { name: long(254), namespace: false, object: false },
    { name: 'a.b', namespace: false, object: true },
    { name: 'system:node', namespace: false, object: true },
    // They would lead out of the URL's path.
    { name: '.', namespace: false, object: false },
    { name: '..', namespace: false, object: false },
    { name: 'a/b', namespace: false, object: false },
    { name: 'a%2fb', namespace: false, object: false },
    { name: 'a b', namespace: false, object: false },
    { name: '-a', namespace: false, object: false },
    { name: '', namespace: false, object: false },
  ])('$name', ({ name, namespace, object }) => {
    expect([isNamespaceName(name), isObjectName(name)]).toEqual([namespace, object])
  })

  it.each([
    { key: 'app', is: true },
    { key: 'app.kubernetes.io/name', is: true },
    { key: `${long(253)}/${long(63)}`, is: true },
    { key: long(64), is: false },
    { key: 'App/x', is: false },
    { key: 'a/b/c', is: false },
    { key: '/x', is: false },
  ])('key $key', ({ key, is }) => {
    expect(isLabelKey(key)).toBe(is)
  })
})

describe('label requirements', () => {
  it.each([
    { isEqual: true, values: ['web'], want: 'app=web' },
    { isEqual: false, values: ['web'], want: 'app!=web' },
    { isEqual: true, values: ['web', 'db'], want: 'app in (web,db)' },
    { isEqual: false, values: ['web', 'db'], want: 'app notin (web,db)' },
    { isEqual: true, values: ['no label'], want: null },
    { isEqual: true, values: ['web', ''], want: null },
    { isEqual: true, values: [], want: null },
    { isEqual: true, values: Array.from({ length: 60 }, (_, n) => `${long(50)}${n}`), want: null },
  ])('$want', ({ isEqual, values, want }) => {
    expect(labelRequirement('app', isEqual, values)).toBe(want)
  })
})

describe('field requirements', () => {
  it.each([
    { value: 'Running', want: 'status.phase=Running' },
    // apimachinery's fields.EscapeValue
    { value: 'a,b=c\\d', want: 'status.phase=a\\,b\\=c\\\\d' },
    { value: '', want: null },
  ])('$want', ({ value, want }) => {
    expect(fieldRequirement('status.phase', true, value)).toBe(want)
  })
})

it('all of them at once', () => {
  expect(allOf([null, 'a=b', null, 'c'])).toBe('a=b,c')
  expect(allOf([null])).toBe(null)
})
