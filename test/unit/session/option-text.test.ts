// One option's text: without the white space around it, and never silently passed over.
import { describe, expect, it } from 'vitest'
import { SERVER_PAGE_SIZE, TABLE_ON_ERROR } from '../../../src/declared.ts'
import { declared, hold, optionText } from '../../../src/session/option-text.ts'
import { errorOf, optionsOf } from '../support/fakes.ts'

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'

describe('the text', () => {
  it.each([
    { given: 'a', want: 'a' },
    { given: ' a b\n', want: 'a b' },
    { given: null, want: null },
  ])('$given', ({ given, want }) => {
    expect(optionText(optionsOf(given === null ? {} : { x: given }), 'server', 'x')).toBe(want)
  })

  it.each(['', '  ', '\n'])('%j says neither this nor that', (given) => {
    expect(errorOf(() => optionText(optionsOf({ x: given }), 'server', 'x'))).toMatchObject({
      code: 'option',
      message: 'option x is empty',
      hint: 'give it a value, or drop it: OPTIONS (DROP x)',
    })
  })

  it('is not that of another place', () => {
    expect(optionText(optionsOf({ x: 'a' }, 'table'), 'server', 'x')).toBeNull()
  })

  it.each(['kind', 'api_url', 'impersonate_user'])('a token in %s is refused without being shown', (name) => {
    const error = errorOf(() => optionText(optionsOf({ [name]: JWT }), 'server', name))
    expect(error.message).toBe(`option ${name} has a bearer token in it, which does not belong there`)
    expect(JSON.stringify(error)).not.toContain('eyJ')
  })

  it.each(['api_key', 'api_key_id', 'api_key_name', 'kubeconfig'])('a token in %s is read', (name) => {
    expect(optionText(optionsOf({ [name]: JWT }), 'server', name)).toBe(JWT)
  })
})

describe('what an option takes', () => {
  it.each(['1', '500', '100000', '007'])('page_size %s', (text) => {
    expect(errorOf(() => hold(SERVER_PAGE_SIZE, text))).toEqual({})
  })

  it.each(['0', '-1', '100001', '1e3', '1.5', ''])('page_size %j is refused', (text) => {
    expect(errorOf(() => hold(SERVER_PAGE_SIZE, text))).toMatchObject({
      message: `option page_size is ${JSON.stringify(text)}`,
      hint: "it takes the number of objects of the largest page, from 1 to 100000, such as '1000'",
    })
  })

  it('on_error names the words that it takes', () => {
    expect(errorOf(() => hold(TABLE_ON_ERROR, 'NULL'))).toMatchObject({
      message: 'option on_error is "NULL"',
      hint: "it takes 'error' or 'null'",
    })
  })

  it('a long text is not shown, because it may be a secret', () => {
    expect(errorOf(() => hold(TABLE_ON_ERROR, 'x'.repeat(41))).message).toBe(
      'option on_error is a text of 41 characters',
    )
  })
})

describe('an option that is declared', () => {
  it.each([
    { given: {}, want: 'error' },
    { given: { on_error: ' null ' }, want: 'null' },
  ])('$given', ({ given, want }) => {
    expect(declared(optionsOf(given, 'table'), TABLE_ON_ERROR)).toBe(want)
  })

  it('has what it takes', () => {
    expect(errorOf(() => declared(optionsOf({ on_error: 'maybe' }, 'table'), TABLE_ON_ERROR)).code).toBe(
      'option',
    )
  })
})
