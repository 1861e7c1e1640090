import type { Language } from '../domain/languages.ts'
import type { Library } from '../domain/library.ts'
import type { Collection, Collections, Team } from '../domain/records.ts'
import { COLLECTIONS } from '../domain/register.ts'
import { launchTexts } from '../domain/launch.ts'
import { launchCard } from '../features/broadcasts/launch-card.ts'
import { launchForm } from '../features/broadcasts/launch-form.ts'
import { showIdeas } from '../features/broadcasts/launch-ideas.ts'
import { offerLanguages } from '../features/language/offer-languages.ts'
import { listThemes } from '../features/themes/list-themes.ts'
import { showTheme } from '../features/themes/show-theme.ts'
import { foundCard } from '../features/tools/found-card.ts'
import { showCanvas } from '../features/tools/show-canvas.ts'
import { elsewhereCard } from '../features/tools/show-elsewhere.ts'
import { toolCard } from '../features/tools/tool-card.ts'
import { listWebinars } from '../features/webinars/list-webinars.ts'
import { showWebinar } from '../features/webinars/show-webinar.ts'
import { giveHelp } from '../features/welcome/give-help.ts'
import { greet } from '../features/welcome/greet.ts'
import type { Answer, Kit, Message, Turn } from '../kit.ts'
import type { Strings } from '../strings.ts'

/** A card by its name in the preview, made when it is asked for, so that a fault stays with its card. */
export type Showing = { name: string; make: () => Message | Promise<Message> }

/** Every card that the features make of the content: each tool at its fullest, in the own chat and in a channel. */
export function showingsOf(kit: Kit, own: Turn): Showing[] {
  const { tools, themes, elsewhere, webinars } = kit.library()
  const ids = [...tools.keys()].slice(0, 9)
  const inChannel: Turn = { ...own, place: { ...own.place, kind: 'channel' } }
  const justShared = { changed: { text: own.t('tool.changedShared'), where: 'Kotihoito – Yleinen' }, undo: 'channel' }
  const sharedByOther = { sharedBy: own.person.name, back: ids.slice(0, 3) }
  return [
    { name: 'content/welcome', make: () => greet(own, kit, own.person.name) },
    { name: 'content/help', make: () => giveHelp(own, kit) },
    { name: 'content/language', make: () => offerLanguages(own, kit) },
    { name: 'content/themes', make: () => listThemes(own, kit) },
    { name: 'content/found', make: () => foundCard(own, kit, { ids }, own.t('found.hint')) },
    { name: 'content/found/care', make: () => foundCard(own, kit, { ids, care: true }) },
    ...themes.map(({ id }) => ({
      name: `themes/${id}`,
      make: async () => messageOf(await showTheme(own, kit, { theme: id })),
    })),
    { name: 'content/launch-form', make: () => launchForm(own, kit) },
    ...launchesOf(kit, own),
    { name: 'content/webinars', make: () => listWebinars(own, kit) },
    ...webinars.map(({ id }) => ({
      name: `webinars/${id}`,
      make: async () => messageOf(await showWebinar(own, kit, { webinar: id })),
    })),
    ...[...elsewhere.keys()].map((id) => ({ name: `elsewhere/${id}`, make: () => elsewhereCard(own, kit, id) })),
    ...[...tools.values()]
      .filter(({ text }) => text[own.language].canvas)
      .map(({ id }) => ({
        name: `canvases/${id}`,
        make: async () => messageOf(await showCanvas(own, kit, { tool: id })),
      })),
    ...[...tools.values()].flatMap((tool) => [
      { name: `tools/${tool.id}`, make: () => toolCard(own, kit, tool, justShared) },
      { name: `tools/${tool.id}/in-channel`, make: () => toolCard(inChannel, kit, tool, sharedByOther) },
    ]),
  ]
}

/** Each launch as supervisors get it, and its ideas. */
function launchesOf(kit: Kit, own: Turn): Showing[] {
  const { themes, launches } = kit.library()
  return themes.flatMap((theme) => {
    const launch = launches.get(theme.id)
    if (launch === undefined) return []
    const broadcast = { theme: theme.id, text: launchTexts(theme, launch), webinar: launch.webinar ?? '' }
    const delivered = { part: 'advance' as const, teamGetsAt: own.now, show: { verb: 'broadcasts.show' } }
    return [
      { name: `launches/${theme.id}`, make: () => launchCard(own, kit, broadcast, delivered) },
      {
        name: `launches/${theme.id}/ideas`,
        make: async () => messageOf(await showIdeas(own, kit, { theme: theme.id })),
      },
    ]
  })
}

function messageOf(answer: Answer): Message {
  if ('open' in answer) return answer.open
  if ('replace' in answer) return answer.replace
  throw new Error('the answer is no card')
}

/** Maija in her own chat. */
export function previewTurn(language: Language, strings: Strings): Turn {
  const address = { tenant: 'preview', serviceUrl: 'http://127.0.0.1', conversation: 'preview' }
  return {
    person: { tenant: 'preview', id: 'maija', userId: 'maija', name: 'Maija Virtanen' },
    place: { kind: 'own', address },
    language,
    t: strings.translate(language),
    now: new Date(),
  }
}

/** A kit that can show and change nothing: one team with one channel, of which Maija is a member. */
export function previewKit(library: Library, strings: Strings, origin: string): Kit {
  const team: Team = {
    id: 'team',
    name: 'Kotihoito',
    serviceUrl: 'http://127.0.0.1',
    channels: [{ id: 'channel', key: 'channel', name: 'Yleinen' }],
    members: [{ id: 'maija', userId: 'maija' }],
  }
  const refuse = () => Promise.reject(new Error('the preview sends nothing'))
  return {
    clock: { now: () => new Date() },
    library: () => library,
    strings: strings.translate,
    store: {
      ...(Object.fromEntries(COLLECTIONS.map((name) => [name, fixed([])])) as unknown as Collections),
      teams: fixed([team]),
      ledger: {
        leaseMs: Infinity,
        prepare: refuse,
        claim: refuse,
        record: refuse,
        interrupt: refuse,
        shift: refuse,
        counts: refuse,
        nextDue: refuse,
        deliveries: () => {
          throw new Error('the preview sends nothing')
        },
        remove: refuse,
      },
    },
    chats: {
      post: refuse,
      update: refuse,
      withdraw: refuse,
      ownChat: refuse,
      isMember: refuse,
      nameOf: refuse,
      members: refuse,
      roster: refuse,
      channels: refuse,
    },
    outbox: {
      post: refuse,
      hold: refuse,
      release: refuse,
      cancel: refuse,
      repeat: refuse,
      counts: refuse,
      forget: refuse,
      noticesInWeek: refuse,
      nextStart: refuse,
      startDue: refuse,
      send: refuse,
      behind: () => undefined,
    },
    roundKeys: { make: refuse, read: refuse, destroy: refuse },
    shuffle: (items) => [...items],
    report: () => undefined,
    roles: () => Promise.resolve(new Set(['hr'])),
    supervisors: () => Promise.resolve(undefined),
    approvers: () => Promise.resolve(new Set()),
    audit: refuse,
    opaque: (...parts) => parts.join('-'),
    show: refuse,
    settings: {
      publicUrl: origin,
      supportUrl: '',
      defaultLanguage: 'fi',
      timeZone: 'Europe/Helsinki',
      calendar: { zone: 'Europe/Helsinki', window: { from: '08:00', to: '16:00' }, quiet: [] },
      needsCooperation: false,
      threshold: 5,
      retentionMonths: 24,
      rate: 30,
      approvalAbove: 500,
      linkHosts: [],
    },
  }
}

function fixed<T extends { id: string }>(records: T[]): Collection<T> {
  return {
    get: (_, id) => Promise.resolve(records.find((record) => record.id === id)),
    list: () => Promise.resolve(records),
    tenants: () => Promise.resolve(['preview']),
    change: () => Promise.reject(new Error('the preview keeps nothing')),
  }
}
