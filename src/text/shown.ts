// What a user wrote, in the form in which an error may show it. A token must never be shown.
import { KNOWN_TOKEN, RANDOM_TEXT } from '../declared.ts'

/** The most characters that are shown. A token has more. */
const MOST_SHOWN = 40

/** Whether the text has a bearer token of a known form. */
export function holdsToken(text: string): boolean {
  return KNOWN_TOKEN.test(text)
}

/** Whether a text without spaces mixes letters and digits as no word does. It may be a token of an unknown form. */
export function looksRandom(text: string): boolean {
  return RANDOM_TEXT.test(text)
}

/** What was written, for an error. A long text is not shown, because it may be a secret in the wrong place. */
export function shown(text: string): string {
  return text.length <= MOST_SHOWN && !holdsToken(text)
    ? JSON.stringify(text)
    : `a text of ${text.length} characters`
}
