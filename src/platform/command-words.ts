import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { openCommands, type Commands } from '../domain/commands.ts'

const list = z.array(z.string().min(1))
const byLanguage = <T extends z.ZodType>(each: T) => z.strictObject({ fi: each, sv: each, en: each })
const schema = z.strictObject({ words: byLanguage(z.record(z.string(), list)), polite: byLanguage(list) })

/** Reads the words that are commands. */
export async function readCommands(contentDir: string): Promise<Commands> {
  const { words, polite } = schema.parse(parse(await readFile(join(contentDir, 'search', 'commands.yaml'), 'utf8')))
  return openCommands(words, polite)
}
