// Finds names that are spelled like a mistyped one.
import { LETTERS_FOR_AN_EDIT, LONGEST_COMPARED, TWO_EDITS_FROM } from '../declared.ts'

/** The Levenshtein distance, in which swapping two neighbours is one edit. */
function distance(a: string, b: string): number {
  const rows: number[][] = [[]]
  for (let j = 0; j <= b.length; j++) rows[0]?.push(j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1] ?? []
      const same = a.charAt(i - 1) === b.charAt(j - 1)
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      if (a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1) && i > 1 && j > 1) {
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1)
      }
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

/** By how many edits two words may differ. */
function editsAllowed(a: string, b: string): number {
  const letters = Math.max(a.length, b.length)
  return Math.max(letters < TWO_EDITS_FROM ? 1 : 2, Math.floor(letters / LETTERS_FOR_AN_EDIT))
}

/** Up to `count` of `names` that may have been meant by `wanted`, the closest first. Case does not count. */
export function nearest(wanted: string, names: readonly string[], count: number): string[] {
  if (wanted.length > LONGEST_COMPARED) return []
  const lower = wanted.toLowerCase()
  return names
    .filter((name) => Math.abs(name.length - lower.length) <= editsAllowed(lower, name))
    .map((name) => ({ name, edits: distance(lower, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= editsAllowed(lower, name) && edits < name.length)
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map((candidate) => candidate.name)
}
