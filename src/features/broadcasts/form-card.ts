import type { Library } from '../../domain/library.ts'
import type { Broadcast } from '../../domain/records.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { audienceChoices } from './audience-names.ts'
import { isDraft } from './find-broadcast.ts'
import type { Draft } from './judge-draft.ts'
import { launchForm } from './launch-form.ts'
import { webinarsAhead } from './offered-webinars.ts'
import { timeChoices, type Choice } from './time-choices.ts'

/** A card has its size: of the themes each shows one tool, and the chosen one all of its own. */
const LISTED_TOOLS = 12
const LISTED_WEBINARS = 8

/** The form to write, to go on writing, or to correct what was delivered. */
export async function formCard(turn: Turn, kit: Kit, broadcast?: Broadcast, news = ''): Promise<Message> {
  if (broadcast?.launch !== undefined) return launchForm(turn, kit, broadcast, news)
  const { t, language } = turn
  const { defaultLanguage } = kit.settings
  const isNew = broadcast === undefined
  const { text, audience, at: wished, ...rest } = broadcast ?? EMPTY
  const offersAll = isNew || isDraft(broadcast)
  const library = kit.library()
  const { times, ...when } = timeChoices(turn, kit, wished)
  const verb = offersAll ? 'broadcasts.form' : 'broadcasts.edit'
  return {
    card: 'broadcast-form',
    language,
    summary: t('broadcasts.summary.form'),
    show: { verb, ...(!isNew && { broadcast: broadcast.id }) },
    data: {
      news,
      broadcast: broadcast?.id ?? '',
      isDraft: offersAll,
      title_fi: text.fi.title,
      body_fi: text.fi.body,
      title_sv: text.sv.title,
      body_sv: text.sv.body,
      title_en: text.en.title,
      body_en: text.en.body,
      fallbackOrder: t(`broadcasts.fallbackOrder.${defaultLanguage}`),
      audience,
      audiences: offersAll ? await audienceChoices(turn, kit, audience) : [],
      ...when,
      times: offersAll ? times : [],
      tools: offersAll ? toolChoices(turn, library, rest) : [],
      tool: rest.tool,
      themes: offersAll ? library.themes.map(({ id, text: its }) => ({ title: its[language].name, value: id })) : [],
      theme: rest.theme,
      webinars: offersAll ? await webinarChoices(turn, kit) : [],
      webinar: rest.webinar,
      link: rest.link,
      image: rest.image,
      imageAlt: rest.imageAlt,
      override: rest.override,
    },
  }
}

const NO_TEXT = { title: '', body: '' }

const EMPTY: Draft = {
  text: { fi: NO_TEXT, sv: NO_TEXT, en: NO_TEXT },
  audience: '',
  at: 'now',
  tool: '',
  theme: '',
  webinar: '',
  link: '',
  image: '',
  imageAlt: '',
  override: '',
}

async function webinarChoices(turn: Turn, kit: Kit): Promise<Choice[]> {
  const ahead = (await webinarsAhead(turn, kit)).slice(0, LISTED_WEBINARS)
  return ahead.map(({ id, text }) => ({ title: text[turn.language].title, value: id }))
}

function toolChoices({ language }: Turn, library: Library, { tool, theme }: Pick<Draft, 'tool' | 'theme'>): Choice[] {
  const chosen = library.themes.find(({ id }) => id === theme)
  const ofThemes = chosen?.tools ?? library.themes.flatMap(({ tools }) => tools.slice(0, 1))
  const ids = [...new Set([tool, ...ofThemes])]
  return ids
    .flatMap((id) => library.tools.get(id) ?? [])
    .slice(0, LISTED_TOOLS)
    .map(({ id, text }) => ({ title: text[language].title, value: id }))
}
