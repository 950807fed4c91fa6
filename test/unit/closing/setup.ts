// Owns: a suite's teardown as the end-to-end suite has it, with a transcript and a secret of its own.
// Never: the end-to-end suite's servers.
import { readFile } from 'node:fs/promises'
import { closeWith } from '../../e2e/support/closing.ts'
import { leaks } from '../../e2e/support/leaks.ts'

export const teardown = (): Promise<void> =>
  closeWith(async () => {
    const { SEARCHED_IN_TEST: path = '', SECRET_OF_TEST: text = '' } = process.env
    return leaks([{ from: 'the planted secret', text }], await readFile(path, 'utf8'))
  })
