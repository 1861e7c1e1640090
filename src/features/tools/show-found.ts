import type { Answer, Kit, Turn } from '../../kit.ts'
import { foundCard } from './found-card.ts'

export async function showFound(turn: Turn, kit: Kit, { tools }: { tools: string[] }): Promise<Answer> {
  return { replace: foundCard(turn, kit, tools) }
}
