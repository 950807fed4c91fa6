// Reads the few fields of a kubeconfig that the tests need: one cluster, and one user with a token. A kubeconfig of
// another form is refused.
import { readFileSync } from 'node:fs'

export interface Access {
  readonly apiServer: string
  readonly token: string
  /** PEM. */
  readonly ca: string
}

const field = (text: string, file: string, name: string): string => {
  const found = new RegExp(`^[ -]*"?${name}"?: *"?([^"\\s,]+)`, 'm').exec(text)?.[1]
  if (found === undefined)
    throw new Error(`${file} has no ${name}: the tests need a server, its CA and a token`)
  return found
}

export const readAccess = (file: string): Access => {
  const text = readFileSync(file, 'utf8')
  return {
    apiServer: field(text, file, 'server'),
    token: field(text, file, 'token'),
    ca: Buffer.from(field(text, file, 'certificate-authority-data'), 'base64').toString(),
  }
}
