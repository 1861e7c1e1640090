import { inPhaseOrder } from '../../domain/launch.ts'
import type { OrganisationRecord } from '../../domain/records.ts'
import { hasChosen } from '../../domain/wanted-notices.ts'
import { nextToolOfTheWeek } from '../../domain/weekly.ts'
import type { Kit, Message, Turn } from '../../kit.ts'

/**
 * All themes in the order of their ids, those first that fit what the organisation is going through. In one's own chat
 * supervisors are offered the tool of the week until they have said yes or no, and HR says what is going on.
 */
export async function listThemes(turn: Turn, kit: Kit, changed = ''): Promise<Message> {
  const { language, t, person, place } = turn
  const organisation = await kit.store.organisations.get(person.tenant, 'all')
  const phase = organisation?.phase
  const roles = place.kind === 'own' ? await kit.roles(person) : new Set()
  const isHr = roles.has('hr')
  return {
    card: 'themes',
    language,
    summary: t('themes.summary'),
    show: { verb: 'themes.list' },
    data: {
      changed,
      phase: phase === undefined ? '' : t('phase.now', { phase: t(`phase.names.${phase}`) }),
      themes: inPhaseOrder(kit.library().themes, phase).map((theme) => ({
        id: theme.id,
        name: theme.text[language].name,
        image: `${kit.settings.publicUrl}/images/${theme.id}.png`,
        imageAlt: t('theme.imageAlt', { name: theme.text[language].name }),
        tools: t('themes.tools', { count: theme.tools.length }),
      })),
      offersWeekly: roles.has('supervisor') && (await isUndecided(turn, kit)),
      isHr,
      hrNews: isHr && (await haveAllCome(turn, kit, organisation)) ? t('weekly.allCame') : '',
    },
  }
}

/** Whether the person has said neither yes nor no to a tool of the week. */
async function isUndecided({ person }: Turn, kit: Kit): Promise<boolean> {
  return !hasChosen((await kit.store.people.get(person.tenant, person.id)) ?? {}, 'weekly')
}

/** Whether every tool of the launched themes has come as a tool of the week, so that none comes until the next launch. */
async function haveAllCome({ person, now }: Turn, kit: Kit, organisation?: OrganisationRecord): Promise<boolean> {
  const launches = (await kit.store.launches.list(person.tenant)).filter(({ at }) => new Date(at) <= now)
  if (launches.length === 0) return false
  return nextToolOfTheWeek({ library: kit.library(), launches, organisation, trials: [], now }) === undefined
}
