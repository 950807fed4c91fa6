// Loads the packages of this folder's own lock file, so that `npm ci` at the top of the repository stays small.
export const load = async (name: string): Promise<unknown> => (await import(name)) as unknown
