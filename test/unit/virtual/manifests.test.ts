// A table for INSERT; src/write/ does what it is for.
import { expect, it } from 'vitest'
import { MANIFESTS_OBJECT } from '../../../src/virtual/manifests.ts'
import { errorOf } from '../support/fakes.ts'
import { ask } from './ask.ts'

it('has no rows, and says what it is for', () => {
  expect(errorOf(() => ask(MANIFESTS_OBJECT, {}))).toEqual({
    code: 'write',
    message: "the table shows object 'manifests', into which manifests are inserted, and which has no rows",
    hint: 'INSERT into it; SELECT, UPDATE and DELETE take the table of a kind',
  })
})
