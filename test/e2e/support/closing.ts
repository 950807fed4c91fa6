// Owns: the suite's last act, when every test has run: nothing secret stands in what it made programs and servers say. A find fails the run.
// Never: a test of its own: whatever sorts after it would not be searched.
import { say } from '../../../tools/step.ts'

/** `search` gives what was found, without saying it. */
export const closeWith = async (search: () => Promise<readonly string[]>): Promise<void> => {
  const found = await search().catch((error: unknown) => [
    `the search itself failed: ${error instanceof Error ? error.message : String(error)}`,
  ])
  if (found.length === 0) {
    say('nothing secret stands in what the suite made programs and servers say')
    return
  }
  say(`SECRETS CAME OUT:\n${found.join('\n')}`)
  process.exitCode = 1
}
