// A text as a message or a log shows it.

/** The text as one line: line breaks and other control characters would break a log. */
export function oneLine(text: string): string {
  return text.replace(/[\x00-\x20\x7f]+/g, ' ').trim()
}
