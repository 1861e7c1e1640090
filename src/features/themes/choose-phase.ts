import { PHASES, type Phase } from '../../domain/content.ts'
import type { Answer, Kit, Message, Turn } from '../../kit.ts'
import { listThemes } from './list-themes.ts'

/** What HR can say of the organisation, or take back. */
export const PHASE_CHOICES = [...PHASES, 'none'] as const
type PhaseChoice = (typeof PHASE_CHOICES)[number]

/** What the organisation is going through, as HR said it last. */
export async function askPhase({ language, t, person }: Turn, kit: Kit): Promise<Message> {
  const { phase = 'none' } = (await kit.store.organisations.get(person.tenant, 'all')) ?? {}
  return {
    card: 'phase',
    language,
    summary: t('phase.title'),
    show: { verb: 'themes.phases' },
    data: { phase, phases: PHASE_CHOICES.map((one) => ({ value: one, title: t(`phase.choices.${one}`) })) },
  }
}

/** HR says what the organisation is going through: it heads the theme list, and orders what fits equally well. */
export async function choosePhase(turn: Turn, kit: Kit, { phase: said }: { phase: PhaseChoice }): Promise<Answer> {
  const phase: Phase | undefined = said === 'none' ? undefined : said
  await kit.store.organisations.change(turn.person.tenant, 'all', (current = { id: 'all', weekly: [] }) => {
    const { phase: _earlier, ...rest } = current
    return { ...rest, ...(phase !== undefined && { phase }) }
  })
  await kit.audit(turn, { what: 'themes.phase', to: '', outcome: 'done', note: said })
  return { replace: await listThemes(turn, kit, turn.t('phase.saved')) }
}
