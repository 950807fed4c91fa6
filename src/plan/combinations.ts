// The values of several inputs → every combination of them.
import { FdwError } from '../errors.ts'

/** The values that conditions give the inputs, as texts; an input without a condition is not there. */
export type Inputs = ReadonlyMap<string, readonly string[]>

/** Each combination is a request, of about 40 ms. */
const MOST_REQUESTS = 100
/** One combination of the inputs; null where there is no condition. */
export type Combination = { readonly [input: string]: string | null }

/** Every combination of the inputs' values. @throws {FdwError} plan where there are too many. */
export function combinations(inputs: Inputs, names: readonly string[], otherwise: string): Combination[] {
  let questions: Combination[] = [{}]
  let count = 1
  for (const name of names) {
    const values: readonly (string | null)[] = inputs.get(name) ?? [null]
    count *= values.length
    if (count > MOST_REQUESTS) {
      throw new FdwError(
        'plan',
        `the conditions have more than ${MOST_REQUESTS} combinations of values, and each of them is a request`,
        `give fewer values, ${otherwise}`,
      )
    }
    questions = questions.flatMap((each) => values.map((value): Combination => ({ ...each, [name]: value })))
  }
  return questions
}
