// A position in the text of a JSONPath, and the error that names it.
import { FdwError } from '../errors.ts'

export class Cursor {
  readonly text: string
  at: number
  /** The position at which reading stops; it is before the end of the text if only a part is read. */
  readonly end: number

  constructor(text: string, at: number, end: number) {
    this.text = text
    this.at = at
    this.end = end
  }

  /** The character at the position; '' at the end. */
  peek(): string {
    return this.at < this.end ? this.text.charAt(this.at) : ''
  }

  /** Whether the text goes on with `wanted`. If so, the cursor moves behind it. */
  take(wanted: string): boolean {
    if (this.at + wanted.length > this.end || !this.text.startsWith(wanted, this.at)) return false
    this.at += wanted.length
    return true
  }

  /** Whether the text ends here or goes on with one of `ends`. */
  isAt(ends: readonly string[]): boolean {
    return this.at >= this.end || ends.some((end) => this.text.startsWith(end, this.at))
  }

  /** The text up to the first character that is in `stops`. The cursor moves to that character. */
  until(stops: string): string {
    const start = this.at
    while (this.at < this.end && !stops.includes(this.text.charAt(this.at))) this.at++
    return this.text.slice(start, this.at)
  }

  /** Fails with an error that names a position, counted from 1. @throws {FdwError} option. */
  fail(problem: string, at: number = this.at, hint?: string): never {
    throw new FdwError(
      'option',
      `JSONPath ${JSON.stringify(this.text)}: ${problem} at position ${at + 1}`,
      hint ??
        "write a path as kubectl does, such as metadata.name, {.spec.containers[0].image} or {.metadata.labels['app']}",
    )
  }
}
