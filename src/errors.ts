// The one error type of the scan logic.
// Rendering it as the host's string is index.ts' business alone.

/** Where a failure arose; printed in brackets, so that programs can rely on it. */
export type ErrorCode = 'option' | 'plan' | 'connect' | 'status' | 'decode' | 'cell' | 'write' | 'internal'

/**
 * A failure that a user can act on. A plain class: the engine cannot extend Error.
 * `message` says what was asked and what came back, `hint` what to do. Neither holds a secret.
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
