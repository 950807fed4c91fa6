// Base64, as the API server keeps the texts of a Secret's stringData.
import { percentEncode } from '../cluster/requests.ts'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const HEX = '0123456789ABCDEF'
/** What each of four digits counts. */
const WEIGHTS = [262144, 4096, 64, 1]

/** The bytes of a text in UTF-8. */
function bytesOf(text: string): number[] {
  const encoded = percentEncode(text)
  const bytes: number[] = []
  for (let at = 0; at < encoded.length; at++) {
    if (encoded.charAt(at) === '%') {
      bytes.push(HEX.indexOf(encoded.charAt(at + 1)) * 16 + HEX.indexOf(encoded.charAt(at + 2)))
      at += 2
    } else bytes.push(encoded.charCodeAt(at))
  }
  return bytes
}

export function base64(text: string): string {
  const bytes = bytesOf(text)
  const digits: string[] = []
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at] ?? 0) * 65536 + (bytes[at + 1] ?? 0) * 256 + (bytes[at + 2] ?? 0)
    WEIGHTS.forEach((weight, i) => {
      digits.push(at + i > bytes.length ? '=' : DIGITS.charAt(Math.floor(three / weight) % 64))
    })
  }
  return digits.join('')
}
