// Every combination of the values of several inputs.
import { FdwError } from '../errors.ts'

/** The values that conditions give the inputs, as texts. An input without a condition is not in the map. */
export type Inputs = ReadonlyMap<string, readonly string[]>

/** The most combinations. Each is a request, which takes about 40 ms. */
const MOST_REQUESTS = 100
/** One combination: a value for each input, or null for an input without a condition. */
export type Combination = { readonly [input: string]: string | null }

/** Every combination of the inputs' values. @throws {FdwError} plan if there are too many. */
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
