// Records, in files, what a test run heard from programs and servers, and which secrets of its own must not appear
// there. It writes only if the environment names the files, which only the end-to-end tests do.
import { appendFileSync } from 'node:fs'

/** Set by the tests' global setup, and so for every process that it starts. */
export const TRANSCRIPT = 'K8S_FDW_TEST_TRANSCRIPT'
export const SECRETS = 'K8S_FDW_TEST_SECRETS'

const append = (variable: string, text: string): void => {
  const path = process.env[variable]
  if (path !== undefined && path !== '') appendFileSync(path, text)
}

/** Records what a program printed on a screen, or a server into its log. */
export const record = (text: string): void => {
  append(TRANSCRIPT, text)
}

/** Notes a secret that was made during the run, such as another cluster's token. */
export const noteSecret = (text: string): void => {
  append(SECRETS, `${JSON.stringify(text)}\n`)
}
