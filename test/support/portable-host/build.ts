// Builds the JSON pass before the tests of a project begin.
import { buildJsonPass } from './json-pass.ts'

export async function setup(): Promise<void> {
  await buildJsonPass()
}
