// The modules that jco makes of the imported interfaces.
// Their shapes are imports.ts'.
declare module 'supabase:wrappers/http@0.2.0' {
  type Http = import('./imports.ts').Imports['http']
  export const get: Http['get']
  export const post: Http['post']
  export const patch: Http['patch']
  const remove: Http['delete']
  export { remove as delete }
}

declare module 'supabase:wrappers/time@0.2.0' {
  const time: import('./imports.ts').Imports['time']
  export const epochSecs: typeof time.epochSecs
}

declare module 'supabase:wrappers/stats@0.2.0' {
  const stats: import('./imports.ts').Imports['stats']
  export const incStats: typeof stats.incStats
}

declare module 'supabase:wrappers/utils@0.2.0' {
  type Utils = import('./imports.ts').Imports['utils']
  export const reportInfo: Utils['reportInfo']
  export const reportNotice: Utils['reportNotice']
  export const reportWarning: Utils['reportWarning']
  export const getVaultSecret: Utils['getVaultSecret']
  export const getVaultSecretByName: Utils['getVaultSecretByName']
  export const querySetting: Utils['querySetting']
}
