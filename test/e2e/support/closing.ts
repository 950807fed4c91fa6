// The suite's teardown, after every test: searches everything that programs and servers said for secrets. One that is
// found fails the run.
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
