// Owns: the packages of this folder's lock file, found from here: `npm ci` at the top stays small.
// Never: knows what they are.
export const load = async (name: string): Promise<unknown> => (await import(name)) as unknown
