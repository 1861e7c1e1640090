import { it } from '@jest/globals'
import { isOnFiles } from './shared-database.ts'

/** `it` for what is about the files of the embedded store alone; on PostgreSQL it is left out by name, with the reason. */
export function onFiles(reason: string): typeof it | typeof it.skip {
  return isOnFiles
    ? it
    : (((title: string, ...rest: [() => Promise<void>]) =>
        it.skip(`${title} [on files: ${reason}]`, ...rest)) as typeof it.skip)
}
