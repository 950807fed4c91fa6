// Whether two URLs lead to the same server, however its address is written. The HTTP client reports an answer's URL in
// a form of its own. No name is resolved.

const DIGITS = '0123456789abcdef'

/** The number that the digits stand for; null if one of them is no digit of that radix. */
function numberIn(digits: string, radix: number): number | null {
  let value = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = DIGITS.indexOf(digits.charAt(i))
    if (digit < 0 || digit >= radix) return null
    value = value * radix + digit
  }
  return value
}

/** One part of an IPv4 address: hexadecimal after `0x`, octal after `0`, decimal otherwise. */
function partOf(text: string): number | null {
  if (text.startsWith('0x')) return numberIn(text.slice(2), 16)
  return text === '' ? null : numberIn(text, text.startsWith('0') ? 8 : 10)
}

/** An IPv4 address as one number; null for a name. The last part fills the remaining bytes: 127.1 is 127.0.0.1. */
function ipv4(host: string): number | null {
  const parts = host.replace(/\.$/, '').split('.')
  let value = 0
  let room = 4_294_967_296
  for (let i = 0; i < parts.length; i++) {
    const part = partOf(parts[i] ?? '')
    const isLast = i === parts.length - 1
    if (part === null || i > 3 || part >= (isLast ? room : 256)) return null
    value = isLast ? value * room + part : value * 256 + part
    room /= 256
  }
  return value
}

/** The 16-bit groups on one side of the `::` in an IPv6 address. A group that is not valid is -1. */
function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((piece) => {
    if (!piece.includes('.')) return [numberIn(piece, 16) ?? -1]
    const address = ipv4(piece) ?? -1
    return [Math.floor(address / 65536), address % 65536]
  })
}

/** The eight groups of an IPv6 address as text. */
function ipv6(text: string): string {
  const [left = '', right] = text.split('::')
  const groups = groupsOf(left)
  const after = groupsOf(right ?? '')
  while (right !== undefined && groups.length + after.length < 8) groups.push(0)
  return groups.concat(after).join(':')
}

/** The scheme, host and port of a URL, in a form that is the same for all spellings. */
function originOf(url: string): string {
  const [, scheme = '', authority = ''] = /^([a-z]+):\/\/([^/?#]*)/.exec(url.toLowerCase()) ?? []
  const [end = '', port = ''] = /:([0-9]*)$/.exec(authority) ?? []
  const host = authority.slice(0, authority.length - end.length)
  const number = numberIn(port, 10) ?? 0
  // No server has port 0.
  const known = number === 0 ? (scheme === 'https' ? 443 : 80) : number
  return `${scheme} ${known} ${host.startsWith('[') ? ipv6(host.slice(1, -1)) : (ipv4(host) ?? host)}`
}

export function isSameOrigin(one: string, other: string): boolean {
  return originOf(one) === originOf(other)
}
