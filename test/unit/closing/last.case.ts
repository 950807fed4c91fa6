// Owns: a test that passes, and makes a program say something: the last of its run.
// Never: searches.
import { appendFileSync } from 'node:fs'
import { it } from 'vitest'

it('says something', () => {
  appendFileSync(process.env['TRANSCRIPT_OF_TEST'] ?? '', process.env['SAID_IN_TEST'] ?? '')
})
