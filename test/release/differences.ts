// Finds what differs between two folders of files, to the byte. Folders in them are not read, because a release has
// none.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const firstDifference = (a: Buffer, b: Buffer): number => {
  const at = a.findIndex((byte, index) => byte !== b[index])
  return at < 0 ? a.length : at
}

/** One line for each file that one lacks or has otherwise; none where they are the same. */
export const differences = (left: string, right: string): string[] => {
  const names = [...new Set([...readdirSync(left), ...readdirSync(right)])].sort()
  return names.flatMap((name) => {
    const [inLeft, inRight] = [left, right].map((folder) => readdirSync(folder).includes(name))
    if (inLeft !== true || inRight !== true) return [`${name} is in ${inLeft === true ? left : right} alone`]
    const [a, b] = [readFileSync(join(left, name)), readFileSync(join(right, name))]
    return a.equals(b) ? [] : [`${name} differs from byte ${firstDifference(a, b)} on`]
  })
}
