import type { Answer, Kit, Turn } from '../../kit.ts'
import { foundCard } from './found-card.ts'

type Asked = { tools: string[]; care: 'yes' | 'no' }

export async function showFound(turn: Turn, kit: Kit, { tools, care }: Asked): Promise<Answer> {
  return { replace: foundCard(turn, kit, { ids: tools, care: care === 'yes' }) }
}
