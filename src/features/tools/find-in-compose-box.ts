import type { Hit, Kit, Turn } from '../../kit.ts'
import { phaseFit } from './phase-fit.ts'
import { toolCard } from './tool-card.ts'

const HITS = 10

/** Search in the compose box; an empty query offers the first tools of each theme. The card goes to others, so it names no channel. */
export async function findInComposeBox(turn: Turn, kit: Kit, query: string): Promise<Hit[]> {
  const library = kit.library()
  const ids =
    query === ''
      ? library.themes.flatMap((theme) => theme.tools.slice(0, 2))
      : library.index.find(query, turn.language, await phaseFit(turn, kit)).matches.map(({ id }) => id)
  const toOthers: Turn = { ...turn, place: { ...turn.place, kind: 'group' } }
  const tools = ids.flatMap((id) => library.tools.get(id) ?? []).slice(0, HITS)
  return Promise.all(
    tools.map(async (tool) => ({
      message: await toolCard(toOthers, kit, tool),
      title: tool.text[turn.language].title,
      text: tool.text[turn.language].summary,
      image: `${kit.settings.publicUrl}/images/${tool.theme}.png`,
    })),
  )
}
