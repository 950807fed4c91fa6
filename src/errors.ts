// The only error type of the scan logic. Only index.ts turns it into the string that the host shows.

/** Says where a failure arose. It is printed in brackets, so that programs can rely on it. */
export type ErrorCode =
  'option' | 'plan' | 'connect' | 'status' | 'decode' | 'cell' | 'write' | 'expired' | 'limit' | 'internal'

/**
 * A failure that a user can act on. It is a plain class because the engine cannot extend Error. `message` says what was
 * asked and what came back; `hint` says what to do. Neither may hold a secret.
 */
export class FdwError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, hint?: string) {
    this.code = code
    this.message = message
    this.hint = hint
  }
}
