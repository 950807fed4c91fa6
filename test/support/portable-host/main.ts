// The program for `jco componentize`: the guest's exports over the imports of the world.
// Nothing in Node imports it; tests call guest.ts with imports of their own.
import * as http from 'supabase:wrappers/http@0.2.0'
import * as stats from 'supabase:wrappers/stats@0.2.0'
import * as time from 'supabase:wrappers/time@0.2.0'
import * as utils from 'supabase:wrappers/utils@0.2.0'
import { createGuest } from './guest.ts'

export const routines = createGuest({ http, stats, time, utils })
