// The options of IMPORT FOREIGN SCHEMA, and those that look like them.
import { describe, expect, it } from 'vitest'
import { readImportOptions } from '../../../src/schema/import-options.ts'
import { errorOf, optionsOf, settingsOf } from '../support/fakes.ts'

const read = (
  options: { readonly [name: string]: string },
  settings: { readonly [name: string]: string } = {},
) => readImportOptions({ ...optionsOf(options, 'import-schema'), ...settingsOf(settings) })

it('have defaults', () => {
  expect(read({})).toEqual({
    depth: 1,
    prefix: '',
    namespace: null,
    comments: false,
    onError: 'null',
    writes: false,
  })
})

it('are taken as they are written', () => {
  const given = { depth: ' 0 ', prefix: 'k8s_', namespace: 'shop', comments: 'on', on_error: 'error' }
  expect(read(given)).toEqual({
    depth: 0,
    prefix: 'k8s_',
    namespace: 'shop',
    comments: true,
    onError: 'error',
    writes: false,
  })
})

describe('comments', () => {
  const heard = { 'k8s_fdw.comments': 'on' }
  it.each([
    { options: {}, settings: heard, want: true },
    { options: { comments: 'off' }, settings: heard, want: false },
    { options: {}, settings: { 'k8s_fdw.comments': 'off' }, want: false },
  ])('$options with $settings', ({ options, settings, want }) => {
    expect(read(options, settings).comments).toBe(want)
  })
})

describe('mistakes', () => {
  it.each([
    { given: 'Depth', hint: 'did you mean depth?' },
    { given: 'dept', hint: 'did you mean depth?' },
    { given: 'detph', hint: 'did you mean depth?' },
    { given: 'prefixx', hint: 'did you mean prefix?' },
    { given: 'namespaces', hint: 'did you mean namespace?' },
    { given: 'onError', hint: 'did you mean on_error?' },
    { given: 'label_selector', hint: 'for others ALTER FOREIGN TABLE after it' },
  ])('$given', ({ given, hint }) => {
    const error = errorOf(() => read({ [given]: '1' }))
    expect(error.message).toBe(`IMPORT FOREIGN SCHEMA takes no option ${given}`)
    expect(error.hint).toContain(hint)
  })

  it.each([
    { options: { depth: '10' }, problem: 'option depth is "10"' },
    { options: { depth: '-1' }, problem: 'option depth is "-1"' },
    { options: { prefix: 'K8s' }, problem: 'option prefix is "K8s"' },
    { options: { comments: 'true' }, problem: 'option comments is "true"' },
    { options: { namespace: '' }, problem: 'option namespace is empty' },
  ])('$options', ({ options, problem }) => {
    expect(errorOf(() => read(options)).message).toBe(problem)
  })
})
