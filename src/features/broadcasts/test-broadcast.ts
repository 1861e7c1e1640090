import { LANGUAGES } from '../../domain/languages.ts'
import type { Answer, Kit, Turn } from '../../kit.ts'
import { findBroadcast, type Named } from './find-broadcast.ts'
import { deliveredCard } from './show-broadcast.ts'

/** To oneself, as recipients will see it: in one's own language last, under the preview, and in the others before it. */
export async function testBroadcast(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const found = await findBroadcast(turn, kit, id)
  // Supervisors are those whom a launch is for.
  const part = found.launch === undefined ? 'main' : 'advance'
  for (const language of LANGUAGES.filter((one) => one !== turn.language)) {
    const other: Turn = { ...turn, language, t: kit.strings(language) }
    await kit.chats.post(turn.place.address, await deliveredCard(other, kit, found, part))
  }
  return { open: await deliveredCard(turn, kit, found, part), notice: turn.t('broadcasts.news.testSent') }
}
