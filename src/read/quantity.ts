// Reads Kubernetes quantities (resource.Quantity of k8s.io/apimachinery) and JSON numbers as exact decimal text. No
// value may go through a floating-point number, which would round it.

/**
 * A number as its digits: the value is ±digits × 10^-scale. The digits have no leading zeros ('0' for zero), and scale
 * is at least 0.
 */
export interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly scale: number
}

// In resource.Quantity, decimal suffixes are powers of ten, and binary ones are powers of 1024.
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const QUANTITY = /^([+-]?)([0-9]*)(\.([0-9]*))?([A-Za-z][A-Za-z0-9+-]*)?$/
/**
 * The longest text that is read. No type of Postgres holds a number that needs more, and whoever writes an object
 * chooses the length.
 */
export const MOST_CHARACTERS = 1000
const EXPONENT = /^[eE]([+-]?[0-9]+)$/
/** This is beyond every number type of Postgres, and keeps a hostile exponent from filling the memory. */
const MAX_EXPONENT = 400

/** Multiplies digits by a small integer, digit by digit, because the engine has no BigInt. */
function multiply(digits: string, factor: number): string {
  let carry = 0
  const made: string[] = []
  for (let i = digits.length - 1; i >= 0; i--) {
    const product = (digits.charCodeAt(i) - 48) * factor + carry
    made.push(String(product % 10))
    carry = Math.floor(product / 10)
  }
  if (carry > 0) made.push(String(carry))
  return made.reverse().join('')
}

function trimmed(negative: boolean, digits: string, scale: number): Decimal {
  let end = digits.length
  let left = scale
  while (left > 0 && end > 0 && digits.charAt(end - 1) === '0') {
    end--
    left--
  }
  const significant = digits.slice(0, end).replace(/^0+/, '')
  return significant === ''
    ? { negative: false, digits: '0', scale: 0 }
    : { negative, digits: significant, scale: left }
}

/** Reads a quantity or a JSON number; null if the text is neither, is too long, or has an exponent beyond ±400. */
export function parseQuantity(text: string): Decimal | null {
  const parts = text.length > MOST_CHARACTERS ? null : QUANTITY.exec(text)
  if (parts === null) return null
  const fraction = parts[4] ?? ''
  const suffix = parts[5] ?? ''
  let digits = (parts[2] ?? '') + fraction
  if (digits === '') return null
  let exponent = 0
  const binary = BINARY_SUFFIXES.indexOf(suffix)
  const decimal = DECIMAL_SUFFIXES.indexOf(suffix)
  if (binary > 0) {
    for (let i = 0; i < binary; i++) digits = multiply(digits, 1024)
  } else if (decimal >= 0) {
    exponent = (decimal - 3) * 3
  } else {
    const written = EXPONENT.exec(suffix)
    if (written === null) return null
    exponent = Number(written[1])
    if (Math.abs(exponent) > MAX_EXPONENT) {
      if (Number(digits) !== 0) return null
      exponent = 0
    }
  }
  const scale = fraction.length - exponent
  if (scale < 0) digits += '0'.repeat(-scale)
  return trimmed(parts[1] === '-', digits, Math.max(scale, 0))
}

/** The decimal as plain text without an exponent, for example `-0.25`. */
export function decimalText(value: Decimal): string {
  const sign = value.negative ? '-' : ''
  if (value.scale === 0) return sign + value.digits
  const padded = value.digits.padStart(value.scale + 1, '0')
  const point = padded.length - value.scale
  return `${sign}${padded.slice(0, point)}.${padded.slice(point)}`
}

/** The number of digits without leading and trailing zeros. */
export function significantDigits(value: Decimal): number {
  let end = value.digits.length
  while (end > 0 && value.digits.charAt(end - 1) === '0') end--
  return end
}
