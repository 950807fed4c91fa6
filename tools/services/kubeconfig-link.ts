// Makes /kubeconfig, the path in the talk's CREATE SERVER, for the time of a run. It must never replace or remove a
// /kubeconfig that is not a link into our own run folder.
import { readlinkSync, rmSync, symlinkSync } from 'node:fs'

export const TALK_PATH = '/kubeconfig'

/** Undefined if there is none, or no link. */
const target = (): string | undefined => {
  try {
    return readlinkSync(TALK_PATH)
  } catch {
    return undefined
  }
}

/** Gives undefined when /kubeconfig now leads to the file, else the reason why it doesn't. */
export const linkKubeconfig = (file: string): string | undefined => {
  if (target() === file) return undefined
  try {
    symlinkSync(file, TALK_PATH)
    return undefined
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return code === 'EEXIST' ? `there is a ${TALK_PATH} already` : `${TALK_PATH} can't be created (${code})`
  }
}

export const unlinkKubeconfig = (runFolder: string): void => {
  if (target()?.startsWith(`${runFolder}/`) === true) rmSync(TALK_PATH)
}
