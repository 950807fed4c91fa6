// What the host of our own prints, in the form in which Wrappers prints it, so that one snapshot serves both. Only the
// form is changed: the prefix of an error, the line of its hint, and the detail below a notice. What the hosts do
// differently is in a test's own expectation or in left-out.ts.
import type { Provided } from './provided.ts'

const NEXT = /\n(?=(?:DEBUG|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC): {2})/
/** With a SQLSTATE if psql prints the verbose form. No message of the extension's SQL begins like these. */
const ERROR = /^(ERROR: {2}(?:HV000: )?)(k8s_fdw\[)/
const REMARK = /^(?:INFO|NOTICE|WARNING): {2}(?:\w{5}: )?k8s_fdw: .*/

const message = (text: string): string =>
  ERROR.test(text)
    ? text.replace(ERROR, '$1guest fdw error: $2').replace(/\nHINT: {2}/, ' Hint: ')
    : text.replace(REMARK, '$&\nDETAIL:  Wrappers')

/** `messages` is what psql wrote to its standard error. */
export const asWrappersSays = (host: Provided['host'], messages: string): string =>
  host === 'own' ? messages.split(NEXT).map(message).join('\n') : messages
