import { partsOf, textFor } from '../../domain/broadcast.ts'
import { timeText } from '../../domain/dates.ts'
import { LANGUAGES, type Language } from '../../domain/languages.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Broadcast } from '../../domain/records.ts'
import { Refusal, type Answer, type Kit, type Message, type Turn } from '../../kit.ts'
import { audienceText } from './audience-names.ts'
import { figuresOf, reasonLines } from './figures.ts'
import { findBroadcast, isDraft, standOf, type Named } from './find-broadcast.ts'
import { launchNotes, launchTiming } from './launch-timing.ts'
import { webinarTitle } from './offered-webinars.ts'
import { timing } from './preview-timing.ts'
import { isStringKey } from '../../strings.ts'

/** A preview again, as it stands: HR's own, or the approver's while it waits for a second person. */
export async function viewPreview(turn: Turn, kit: Kit, { broadcast: id }: Named): Promise<Answer> {
  const broadcast = await findBroadcast(turn, kit, id)
  const isHr = (await kit.roles(turn.person)).has('hr')
  if (broadcast.plan === undefined || (isDraft(broadcast) && !isHr)) throw new Refusal(turn.t('refusals.notFound'))
  return { replace: await previewCard(turn, kit, broadcast) }
}

/** Everything that is to be known before it goes out: the texts, how many get it and who does not, and when. */
export async function previewCard(turn: Turn, kit: Kit, broadcast: Broadcast, news = ''): Promise<Message> {
  const { t, language, person } = turn
  const { id, token, tool, theme, link, image, imageAlt } = broadcast
  const { approvalAbove } = kit.settings
  const stand = await standOf(kit, person.tenant, id)
  const { counts, besides } = figuresOf(broadcast, stand)
  const isMine = isDraft(broadcast)
  const roles = await kit.roles(person)
  const mayApprove = broadcast.author.id !== person.id && roles.has('approver')
  const isApproval = broadcast.state === 'approving' && mayApprove
  const summary = t(isApproval ? 'broadcasts.summary.approval' : 'broadcasts.summary.preview')
  const receivers = counts.total - counts.skipped
  const needsApproval = counts.total > approvalAbove
  const library = kit.library()
  const toolTitle = library.tools.get(tool)?.text[language].title
  const themeTitle = library.themes.find((one) => one.id === theme)?.text[language].name
  const webinar = broadcast.launch === undefined ? await webinarTitle(turn, kit, broadcast.webinar) : ''
  const webinarNotes = webinar === '' ? [] : [webinar]
  const canConfirm = isMine && token !== undefined && receivers > 0
  const { warnings, ...rest } =
    broadcast.launch === undefined
      ? await timing(turn, kit, broadcast, { needsApproval, besides: besides?.pending ?? 0 })
      : await launchTiming(turn, kit, broadcast, needsApproval)
  return {
    card: 'broadcast-preview',
    language,
    summary,
    show: { verb: 'broadcasts.view', broadcast: id },
    data: {
      news,
      broadcast: id,
      token: isMine ? (token?.value ?? '') : '',
      title: isApproval ? t('broadcasts.approvalTitle') : isMine ? t('broadcasts.previewTitle') : summary,
      author: isMine ? '' : breakBraces(broadcast.author.name),
      languages: LANGUAGES.map((one) => languagePart(turn, kit, broadcast, one)),
      audience: await audienceText(turn, kit, broadcast.audience),
      total: String(counts.total),
      skipped: String(counts.skipped),
      reasons: reasonLines(turn, counts, broadcast),
      ...rest,
      warnings: counts.total > 0 && receivers === 0 ? [t('broadcasts.faults.audienceEmpty')] : warnings,
      expires: canConfirm
        ? t('broadcasts.expires', { time: timeText(new Date(token.until), kit.settings.timeZone, language) })
        : '',
      isAuthor: isMine,
      canConfirm,
      confirmTitle: needsApproval ? t('broadcasts.askApproval') : t('broadcasts.confirm', { count: receivers }),
      needsApproval: needsApproval ? t('broadcasts.needsApproval', { limit: approvalAbove }) : '',
      isApproval,
      toolTitle: toolTitle === undefined ? '' : t('broadcasts.withTool', { title: toolTitle }),
      themeTitle: themeTitle === undefined ? '' : t('broadcasts.withTheme', { title: themeTitle }),
      notes: [...(await launchNotes(turn, kit, broadcast)), ...webinarNotes],
      ideas: broadcast.launch !== undefined && roles.has('hr') ? theme : '',
      link,
      image,
      imageAlt: breakBraces(imageAlt),
    },
  }
}

/** What readers of a language get; where it stands in another language already, that is said and it stands once. */
function languagePart({ t }: Turn, kit: Kit, { text }: Broadcast, language: Language) {
  const found = textFor(language, text, kit.settings.defaultLanguage)
  const name = t(`broadcasts.languages.${language}`)
  if (found.isFallback) {
    const key = `broadcasts.fallback.${language}.${found.language}`
    return { name, subject: '', lines: [], fallback: isStringKey(key) ? t(key) : '' }
  }
  return {
    name,
    subject: breakBraces(found.text.title),
    lines: partsOf(found.text.body).map((line) => ({ line: breakBraces(line) })),
    fallback: '',
  }
}
