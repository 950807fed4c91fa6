// Makes /kubeconfig, the path in the talk's CREATE SERVER, for the time of a run. It must never replace or remove a
// /kubeconfig that is not a link into our own run folder.
import { lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'

export const TALK_PATH = '/kubeconfig'

const target = (): string | undefined => {
  try {
    return lstatSync(TALK_PATH).isSymbolicLink() ? readlinkSync(TALK_PATH) : ''
  } catch {
    return undefined
  }
}

/** Gives undefined when /kubeconfig now leads to the file, else the reason why it doesn't. */
export const linkKubeconfig = (file: string): string | undefined => {
  const found = target()
  if (found === file) return undefined
  if (found !== undefined) return `there is a ${TALK_PATH} already`
  try {
    symlinkSync(file, TALK_PATH)
    return undefined
  } catch (error) {
    return `${TALK_PATH} can't be created (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`
  }
}

export const unlinkKubeconfig = (runFolder: string): void => {
  if (target()?.startsWith(`${runFolder}/`) === true) rmSync(TALK_PATH)
}
