// What a user wrote, in the form in which an error may show it. A token must never be shown.

/** The most characters that are shown. A token has more. */
const MOST_SHOWN = 40

/**
 * Whether the text has a bearer token of a known form: a JWT, or a token of OpenShift, Google, AWS, DigitalOcean, k3s
 * or Rancher. Each pattern begins at a word boundary, so that a long text is not read again from each of its letters.
 */
export function holdsToken(text: string): boolean {
  return /(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})/.test(
    text,
  )
}

/** Whether a text without spaces mixes letters and digits as no word does. It may be a token of an unknown form. */
export function looksRandom(text: string): boolean {
  return /(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}/.test(text)
}

/** What was written, for an error. A long text is not shown, because it may be a secret in the wrong place. */
export function shown(text: string): string {
  return text.length <= MOST_SHOWN && !holdsToken(text)
    ? JSON.stringify(text)
    : `a text of ${text.length} characters`
}
