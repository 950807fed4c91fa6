// Makes a .tar.gz of a folder whose bytes depend only on the names and contents of its files: owner, modes and time are
// the same everywhere.
import { execFileSync } from 'node:child_process'
import { basename, dirname } from 'node:path'
import { gzipSync } from 'node:zlib'

const MAX_BYTES = 2 ** 28

/** `day` is YYYY-MM-DD: the files' date. */
export const tarGz = (folder: string, day: string): Buffer => {
  // In this format tar refuses a name that its header cannot hold, and notes nothing else of a file.
  const form = ['--format=ustar', '--sort=name', '--mode=u=rwX,go=rX', '--owner=root:0', '--group=root:0']
  const argv = [
    '--create',
    ...form,
    `--mtime=${day} 00:00Z`,
    `--directory=${dirname(folder)}`,
    basename(folder),
  ]
  const env = { ...process.env, LC_ALL: 'C' }
  // node:zlib writes no time and no name into its header.
  return gzipSync(execFileSync('tar', argv, { env, maxBuffer: MAX_BYTES }), { level: 9 })
}
