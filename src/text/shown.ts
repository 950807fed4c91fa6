// What a user wrote, as an error may show it: never a token.

/** Characters: a token has more. */
const MOST_SHOWN = 40

/**
 * Whether a bearer token stands somewhere in the text, in the forms that are known: a JWT, OpenShift's, Google's, AWS', DigitalOcean's, k3s', Rancher's.
 * Each form begins where no word goes on, so that a long text is not read again from each of its letters.
 */
export function holdsToken(text: string): boolean {
  return /(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})/.test(
    text,
  )
}

/** Letters and digits that change places as in no word, in one piece: a token of a form that nobody can know. */
export function looksRandom(text: string): boolean {
  return /(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}/.test(text)
}

/** What was written, for an error. It may be a secret in the wrong place, and those are long. */
export function shown(text: string): string {
  return text.length <= MOST_SHOWN && !holdsToken(text)
    ? JSON.stringify(text)
    : `a text of ${text.length} characters`
}
