// Writes a number as Kubernetes writes quantities (resource.Quantity of k8s.io/apimachinery, in its decimal form): as
// an integer with the largest suffix that loses nothing.
import { decimalText, parseQuantity, significantDigits } from '../read/quantity.ts'
import type { Decimal } from '../read/quantity.ts'

const SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
/** The place of the suffix that means a factor of 1. */
const ONES = 3
const LARGEST = 9
/** Wrappers hands a numeric over as a double, which keeps so many digits of any number. */
const EXACT_DIGITS = 15

/** `250m` for 0.25, `2` for 2, `1500` for 1500, `2k` for 2000. */
export function quantityText(value: Decimal): string {
  const sign = value.negative ? '-' : ''
  let { digits } = value
  // What is finer than Kubernetes keeps stays as it is, and is refused or rounded there.
  if (digits === '0' || value.scale > 9) return decimalText(value)
  let suffix = ONES
  for (let left = value.scale; left > 0; left -= 3) {
    suffix--
    digits += '0'.repeat(Math.max(0, 3 - left))
  }
  for (; suffix < LARGEST && digits.endsWith('000'); suffix++) digits = digits.slice(0, -3)
  return sign + digits + (SUFFIXES[suffix] ?? '')
}

/** A double's quantity; null for what is no number, or has more digits than are sure to be those that SQL had. */
export function quantityOfDouble(value: number): string | null {
  const decimal = parseQuantity(String(value))
  return decimal === null || significantDigits(decimal) > EXACT_DIGITS ? null : quantityText(decimal)
}

/** The quantity of decimal digits; null for what is no number. */
export function quantityOfDigits(digits: string): string | null {
  const decimal = parseQuantity(digits)
  return decimal === null ? null : quantityText(decimal)
}
