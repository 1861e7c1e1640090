import { beforeEach, describe, expect, it } from '@jest/globals'
import { BROADCAST_LIMITS } from '../../src/domain/broadcast.ts'
import type { DeliveryState, Reason } from '../../src/domain/delivery.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import type { Broadcast } from '../../src/domain/records.ts'
import { broadcasts } from '../../src/features/broadcasts/index.ts'
import { Refusal, type Answer, type Role, type Turn } from '../../src/kit.ts'
import { readCards } from '../../src/platform/cards.ts'
import { readStrings } from '../../src/platform/strings.ts'
import { aKit, anAddress, aPlace, aTurn, NOW, type FakeKit, cardOf } from '../support/kit.ts'

const TENANT = 'tenant-1'
/** Of what many get, and of what HR alone gets: the platform takes 100 KB. */
const LARGEST = { delivered: 25 * 1024, own: 64 * 1024 }
/** As many code units as a visible character may have on average. */
const HEAVY = 'x\u0304\u0303'
const TEXTS = { title_fi: 'Haku alkaa', body_fi: 'Hae ensi viikolla.\n\nTervetuloa!' }
const FORM = { ...TEXTS, audience: 'unit:Kotihoito' }

let roles: Map<string, Role[]>
let now: Date
let kit: FakeKit

const person = (id: string) => ({ tenant: TENANT, id, userId: `29:${id}`, name: id })
const turnOf = (id: string, given: Partial<Turn> = {}): Turn =>
  aTurn({ person: person(id), place: { kind: 'own', address: anAddress(`own-${id}`) }, now, ...given })

/** Presses a button as the person would, through the doors of the feature. */
async function press(verb: string, data: object, turn = turnOf('maija')): Promise<Answer> {
  const action = broadcasts.actions?.[verb]
  if (action === undefined) throw new Error(`no button ${verb}`)
  return action.run(turn, kit, data)
}

const preview = (form: object = {}, turn = turnOf('maija')) =>
  cardOf('broadcast-preview', press('broadcasts.preview', { ...FORM, ...form }, turn))
const report = (broadcast: string) => cardOf('broadcast-report', press('broadcasts.report', { broadcast }))

async function confirmed(form: object = {}) {
  const { broadcast, token } = await preview(form)
  await press('broadcasts.confirm', { broadcast, token }, turnOf('maija', { card: 'card-1' }))
  return broadcast
}

const stored = async (id: string): Promise<Broadcast> => {
  const found = await kit.store.broadcasts.get(TENANT, id)
  if (found === undefined) throw new Error('nothing is stored')
  return found
}

/** As the outbox would record it: who it was, and what became of it. */
async function deliver(mailing: string, outcomes: Record<string, DeliveryState | Reason>): Promise<void> {
  const claimed = await kit.store.ledger.claim(TENANT, mailing, 1000, now)
  await kit.store.ledger.record(
    TENANT,
    mailing,
    claimed.map(({ to }) => {
      const id = 'person' in to ? to.person : to.conversation
      const state = outcomes[id] ?? 'delivered'
      if (state === 'failed') return { to, state, reason: 'blocked' as const }
      if (state === 'unknown') return { to, state, reason: 'noAnswer' as const }
      const copy = { activity: `act-${id}`, conversation: `own-${id}`, serviceUrl: 'https://service.example' }
      return { to, state: 'delivered' as const, copy }
    }),
  )
  await kit.store.mailings.change(TENANT, mailing, (known) => known && { ...known, state: 'ended' })
}

/** People of Kotihoito and of Varhaiskasvatus, all with the app but one of each. */
async function hire(units: Record<string, number>): Promise<void> {
  const staff = Object.entries(units).flatMap(([unit, count]) =>
    Array.from({ length: count }, (_, at) => ({ id: `${unit.toLowerCase()}-${at}`, unit, roles: [] })),
  )
  for (const { id } of staff.filter((one) => !one.id.endsWith('-0')))
    await kit.store.people.change(TENANT, id, () => ({
      id,
      userId: `29:${id}`,
      ownChat: { conversation: `own-${id}`, serviceUrl: 'https://service.example' },
    }))
  await kit.store.staff.change(TENANT, 'all', () => ({ id: 'all', people: staff, at: now.toISOString() }))
}

beforeEach(async () => {
  now = NOW
  roles = new Map<string, Role[]>([
    ['maija', ['hr']],
    ['pekka', ['hr']],
    ['aino', ['approver']],
  ])
  kit = aKit({
    clock: { now: () => now },
    roles: ({ id }) => Promise.resolve(new Set(roles.get(id))),
    approvers: () => Promise.resolve(new Set(['aino', 'maija'])),
    supervisors: () => Promise.resolve(new Set(['kotihoito-1'])),
    show: async (turn, what) => {
      const { verb } = what as { verb: string }
      if (verb.startsWith('broadcasts.')) {
        const answer = await broadcasts.actions?.[verb]?.run(turn, kit, what)
        if (answer !== undefined && 'replace' in answer) return answer.replace
      }
      return {
        card: 'language',
        language: turn.language,
        summary: verb,
        show: { verb },
        data: { changed: '', choices: [] },
      }
    },
  })
  kit.settings.approvalAbove = 4
  await hire({ Kotihoito: 4, Varhaiskasvatus: 3 })
})

describe('the preview of a broadcast', () => {
  it('counts exactly who gets it, and those who do not by reason, and sends nothing', async () => {
    const { total, skipped, reasons, confirmTitle } = await preview()
    expect([total, skipped]).toEqual(['4', '1'])
    expect(reasons).toEqual(['broadcasts.reasons.notInstalled {"count":1}'])
    expect(confirmTitle).toBe('broadcasts.confirm {"count":3}')
    expect(kit.mailed.map(({ mailing, isHeld }) => [mailing.kind, isHeld])).toEqual([['broadcasts.send', true]])
  })

  it('shows each language, and says where one stands in for another', async () => {
    const { languages } = await preview({ title_sv: 'Sök nu', body_sv: 'Nästa vecka.' })
    expect(languages.map(({ subject, fallback }) => subject || fallback)).toEqual([
      'Haku alkaa',
      'Sök nu',
      'broadcasts.fallback.en.fi',
    ])
  })

  it('tells all faults at once and keeps nothing of them', async () => {
    const bad = {
      title_fi: '',
      audience: 'unit:Satama',
      at: '2020-01-01T09:00',
      link: 'http://evil.example',
      tool: 'x',
    }
    const refused = await preview(bad).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refusal)
    for (const fault of ['titleMissing', 'unitUnknown', 'atPast', 'link', 'tool'])
      expect(String(refused)).toContain(`broadcasts.faults.${fault}`)
    expect(await kit.store.broadcasts.list(TENANT)).toEqual([])
  })

  it('is one draft, however often the same form is sent', async () => {
    const [one, other] = [await preview(), await preview()]
    expect(other.broadcast).toBe(one.broadcast)
    expect(await kit.store.broadcasts.list(TENANT)).toHaveLength(1)
  })

  it('is a new one when the same words are written again after they were sent', async () => {
    const sent = await confirmed()
    expect(await cardOf('broadcast-report', press('broadcasts.preview', FORM))).toMatchObject({ broadcast: sent })
    now = new Date(now.getTime() + 86_400_000)
    const { broadcast } = await preview()
    expect(broadcast).not.toBe(sent)
    expect((await preview()).broadcast).toBe(broadcast)
  })

  it('keeps its id when the draft is changed', async () => {
    const { broadcast } = await preview()
    expect((await preview({ broadcast, title_fi: 'Uusi' })).broadcast).toBe(broadcast)
    expect((await stored(broadcast)).text.fi.title).toBe('Uusi')
  })

  it('forgets the advance of an audience that has none any more', async () => {
    const { broadcast } = await preview({ audience: 'everyone' })
    expect(await kit.store.mailings.get(TENANT, `${broadcast}-advance`)).toBeDefined()
    await preview({ broadcast })
    expect(await kit.store.mailings.get(TENANT, `${broadcast}-advance`)).toBeUndefined()
  })

  it('says where nobody can be reached, and cannot be confirmed', async () => {
    await hire({ Satama: 1 })
    const { broadcast, token, total, skipped, warnings, canConfirm } = await preview({ audience: 'unit:Satama' })
    expect({ total, skipped, warnings, canConfirm }).toEqual({
      total: '1',
      skipped: '1',
      warnings: ['broadcasts.faults.audienceEmpty'],
      canConfirm: false,
    })
    await expect(press('broadcasts.confirm', { broadcast, token })).rejects.toThrow('audienceEmpty')
    expect((await stored(broadcast)).state).toBe('previewed')
  })

  it('counts supervisors who are told ahead among everyone', async () => {
    const { total, advance } = await preview({ audience: 'everyone' })
    expect(total).toBe('7')
    expect(advance).toContain('broadcasts.advance')
  })

  it('counts channels alone where it goes to channels, and says how many supervisors come besides', async () => {
    await kit.store.teams.change(TENANT, 'team-1', () => ({
      id: 'team-1',
      name: 'Tiimi',
      serviceUrl: 'https://service.example',
      channels: [{ id: '19:a', key: 'key-a', name: '' }],
      members: [{ id: 'kotihoito-1', userId: '29:kotihoito-1' }],
    }))
    const { total, advance } = await preview({ audience: 'channels' })
    expect(total).toBe('1')
    expect(advance).toContain('broadcasts.advance.besides {"count":1}')
  })

  it('sends the second one of a day on the next working day, and says so', async () => {
    await confirmed()
    const { warnings, when } = await preview({ title_fi: 'Toinen' })
    expect(warnings).toContain('broadcasts.warnings.secondToday')
    expect(when).toContain('27.11.2026')
    expect((await preview({ title_fi: 'Kolmas', override: 'Vesikatko' })).when).toBe('broadcasts.when.now')
  })
})

describe('the confirmation of a broadcast', () => {
  it('releases what a crash left held when it is pressed again', async () => {
    const { broadcast, token } = await preview()
    const { outbox } = kit
    kit.outbox = { ...outbox, release: () => Promise.reject(new Error('killed')) }
    await expect(press('broadcasts.confirm', { broadcast, token })).rejects.toThrow('killed')
    kit.outbox = outbox
    await press('broadcasts.confirm', { broadcast, token })
    expect((await kit.store.mailings.get(TENANT, broadcast))?.state).toBe('running')
  })

  it('renews an expired preview with one press, counts anew and loses nothing', async () => {
    const { broadcast, token } = await preview({ at: '2026-12-01T09:00' })
    now = new Date(now.getTime() + 11 * 60_000)
    await hire({ Kotihoito: 5 })
    kit.settings.approvalAbove = 500
    const renewed = await cardOf('broadcast-preview', press('broadcasts.confirm', { broadcast, token }))
    expect(renewed).toMatchObject({ news: 'broadcasts.renewed', total: '5', broadcast })
    expect(renewed.token).not.toBe(token)
    expect(kit.mailed.every(({ isHeld }) => isHeld)).toBe(true)
    await press('broadcasts.confirm', { broadcast, token: renewed.token })
    expect((await stored(broadcast)).state).toBe('confirmed')
  })

  it('shows the time anew where the window has closed since the preview', async () => {
    now = new Date('2026-11-26T13:57:00Z')
    const { broadcast, token } = await preview()
    now = new Date('2026-11-26T14:03:00Z')
    const renewed = await cardOf('broadcast-preview', press('broadcasts.confirm', { broadcast, token }))
    expect(renewed.when).toContain('27.11.2026')
  })

  it('refuses the preview of a draft that was changed since', async () => {
    const { broadcast, token } = await preview()
    now = new Date(now.getTime() + 1000)
    await preview({ broadcast, title_fi: 'Uusi' })
    await expect(press('broadcasts.confirm', { broadcast, token })).rejects.toThrow('broadcasts.refusals.changed')
    expect(kit.mailed.every(({ isHeld }) => isHeld)).toBe(true)
  })

  it('is made in one’s own chat alone', async () => {
    const { broadcast, token } = await preview()
    const inChannel = turnOf('maija', { place: aPlace('channel') })
    await expect(press('broadcasts.confirm', { broadcast, token }, inChannel)).rejects.toThrow('ownChatOnly')
  })

  it('refuses a tampered id in the words of not found', async () => {
    await preview()
    await expect(press('broadcasts.confirm', { broadcast: 'b'.repeat(32), token: 'x' })).rejects.toThrow(
      'refusals.notFound',
    )
    await expect(preview({ broadcast: 'b'.repeat(32) })).rejects.toThrow('refusals.notFound')
  })
})

describe('a broadcast to many', () => {
  const large = { audience: 'everyone' }

  it('goes out only when a second person approves it', async () => {
    const id = await confirmed(large)
    expect((await stored(id)).state).toBe('approving')
    const asked = kit.mailed.find(({ mailing }) => mailing.kind === 'broadcasts.approval')
    expect(asked?.deliveries.map(({ to }) => to)).toEqual([{ person: 'aino' }])
    const shown = await kit.show(turnOf('aino'), asked?.mailing.message)
    expect(shown).toMatchObject({ card: 'broadcast-preview', data: { isApproval: true, author: 'maija', total: '7' } })
    expect((await kit.store.mailings.get(TENANT, id))?.state).toBe('held')
    await press('broadcasts.approve', { broadcast: id }, turnOf('aino'))
    expect((await kit.store.mailings.get(TENANT, id))?.state).toBe('waiting')
    expect((await kit.store.mailings.get(TENANT, `${id}-advance`))?.state).toBe('running')
    expect(kit.updated.at(-1)?.message).toMatchObject({ data: { news: 'broadcasts.news.wasApproved' } })
  })

  it('is not approved by its own author', async () => {
    const id = await confirmed(large)
    roles.set('maija', ['hr', 'approver'])
    await expect(press('broadcasts.approve', { broadcast: id })).rejects.toThrow('ownApproval')
    expect((await stored(id)).state).toBe('approving')
    expect(kit.audited.at(-1)).toMatchObject({ what: 'broadcasts.approve', outcome: 'refused' })
  })

  it('says whom to turn to where nobody can approve it, and keeps the draft', async () => {
    kit.approvers = () => Promise.resolve(new Set(['maija']))
    const { broadcast, token } = await preview(large)
    await expect(press('broadcasts.confirm', { broadcast, token })).rejects.toThrow('approvalNone')
    expect((await stored(broadcast)).state).toBe('previewed')
  })

  it('comes back as a draft where it is not approved', async () => {
    const id = await confirmed(large)
    const card = await cardOf('broadcast-preview', press('broadcasts.reject', { broadcast: id }, turnOf('aino')))
    expect(card).toMatchObject({ isApproval: false, canConfirm: false, total: '7' })
    expect((await stored(id)).state).toBe('draft')
    expect(await kit.store.mailings.get(TENANT, id)).toBeUndefined()
    await expect(press('broadcasts.approve', { broadcast: id }, turnOf('aino'))).rejects.toThrow('refusals.stale')
  })
})

describe('the report of a broadcast', () => {
  it('states each outcome exactly, and the sum is the total', async () => {
    const id = await confirmed()
    await deliver(id, { 'kotihoito-1': 'failed', 'kotihoito-2': 'unknown' })
    const { total, delivered, failed, skipped, unknown, pending, progress, canRetry, canResend } = await report(id)
    expect([total, delivered, failed, skipped, unknown, pending]).toEqual(['4', '1', '1', '1', '1', '0'])
    expect({ progress, canRetry, canResend }).toEqual({ progress: 100, canRetry: true, canResend: true })
  })

  it('sends the failed again, and the unknown only when HR says so', async () => {
    const id = await confirmed()
    await deliver(id, { 'kotihoito-1': 'failed', 'kotihoito-2': 'unknown' })
    await press('broadcasts.retry', { broadcast: id })
    expect(await kit.outbox.counts(TENANT, id)).toMatchObject({ pending: 1, failed: 0, unknown: 1, delivered: 1 })
    await expect(press('broadcasts.retry', { broadcast: id })).rejects.toThrow('nothing')
    await press('broadcasts.resend', { broadcast: id })
    expect(await kit.outbox.counts(TENANT, id)).toMatchObject({ pending: 2, unknown: 0, delivered: 1 })
  })

  it('cancels what has not left, and says exactly what did', async () => {
    const id = await confirmed({ at: '2026-12-01T09:00' })
    const cancelled = await cardOf('broadcast-report', press('broadcasts.cancel', { broadcast: id }))
    expect(cancelled).toMatchObject({ total: '4', cancelled: '3', skipped: '1', pending: '0', canCancel: false })
    const done = await confirmed({ title_fi: 'Toinen' })
    await deliver(done, {})
    await expect(press('broadcasts.cancel', { broadcast: done })).rejects.toThrow('refusals.ended')
  })

  it('tells how often the tool was opened from the threshold on, and never who', async () => {
    const tool = [...kit.library().tools.keys()][0] ?? ''
    const { broadcast } = await preview({ tool })
    await press('broadcasts.open', { broadcast, what: 'tool' })
    const id = await confirmed({ broadcast, tool })
    const open = () => press('broadcasts.open', { broadcast: id, what: 'tool' }, turnOf('kotihoito-1'))
    for (let at = 0; at < 4; at++) await open()
    expect((await report(id)).presses).toEqual(['broadcasts.presses.hidden {"k":5}'])
    await open()
    expect((await report(id)).presses).toEqual(['broadcasts.presses.tool {"count":5}'])
    for (let more = 1; more <= 5; more += 1) {
      await open()
      expect((await report(id)).presses).toEqual([`broadcasts.presses.tool {"count":${more < 5 ? 5 : 10}}`])
    }
    expect(JSON.stringify(await stored(id))).not.toContain('kotihoito-1')
  })

  it('still states its figures when the lists are gone, and offers nothing that needs them', async () => {
    const id = await confirmed()
    await deliver(id, { 'kotihoito-1': 'failed' })
    const main = await kit.outbox.counts(TENANT, id)
    await kit.outbox.forget(TENANT, id)
    await kit.store.broadcasts.change(TENANT, id, (known) => known && { ...known, counts: { main } })
    expect(await report(id)).toMatchObject({
      total: '4',
      delivered: '2',
      failed: '1',
      progress: 100,
      csv: '',
      canRetry: false,
      canCorrect: false,
      canWithdraw: false,
    })
    await expect(press('broadcasts.withdraw', { broadcast: id })).rejects.toThrow('noCopies')
    await expect(press('broadcasts.retry', { broadcast: id })).rejects.toThrow('nothing')
    const { sent } = await cardOf('broadcasts', press('broadcasts.list', {}))
    expect(sent[0]?.line).toBe('broadcasts.list.line {"delivered":2,"total":4}')
  })

  it('goes on in the card that was pressed, as long as its reader is HR', async () => {
    const id = await confirmed()
    const mailing = await kit.store.mailings.get(TENANT, id)
    if (mailing === undefined) throw new Error('nothing was sent')
    await deliver(id, {})
    const follow = broadcasts.watches?.['broadcasts.send']
    const counts = await kit.outbox.counts(TENANT, id)
    await follow?.(kit, TENANT, mailing, counts)
    expect(kit.updated).toMatchObject([{ activity: 'card-1', message: { data: { delivered: '3', csv: '' } } }])
    roles.set('maija', [])
    await follow?.(kit, TENANT, mailing, counts)
    expect(kit.updated).toHaveLength(1)
  })

  it('gives the recipients piece by piece, behind a link that ends after ten minutes', async () => {
    await hire({ Kotihoito: 1201 })
    kit.settings.approvalAbove = 5_000
    const id = await confirmed()
    await deliver(id, { 'kotihoito-1': 'failed' })
    const link = new URL((await report(id)).csv)
    expect(kit.audited.at(-1)).toMatchObject({ what: 'broadcasts.recipients', to: id, outcome: 'done' })
    const download = broadcasts.downloads?.['/broadcasts/:file']
    const read = (query: URLSearchParams) => download?.(kit, link.pathname.split('/').at(-1) ?? '', query)
    const pieces = []
    for await (const piece of (await read(link.searchParams))?.pieces ?? []) pieces.push(piece)
    const rows = pieces.join('').trim().split('\r\n')
    expect(pieces.length).toBeGreaterThan(2)
    expect(rows).toHaveLength(1202)
    expect(rows).toContain('person,kotihoito-1,failed,blocked,main')
    expect(rows).toContain('person,kotihoito-0,skipped,notInstalled,main')
    expect(await read(new URLSearchParams({ ...Object.fromEntries(link.searchParams), key: 'x' }))).toBeUndefined()
    const later = new Date(now.getTime() + 3_600_000).toISOString()
    expect(await read(new URLSearchParams({ ...Object.fromEntries(link.searchParams), until: later }))).toBeUndefined()
    now = new Date(now.getTime() + 10 * 60_000)
    expect(await read(link.searchParams)).toBeUndefined()
  })
})

describe('the list of recipients', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a=1', 'a=1'],
    ['a\nb', '"a\nb"'],
    ['19:ita@thread.tacv2', '19:ita@thread.tacv2'],
  ])('has %j as a text that no spreadsheet reckons out', async (conversation, cell) => {
    const broadcast = await confirmed()
    const to = { conversation, serviceUrl: 'https://service.example/' }
    await kit.store.ledger.prepare(TENANT, broadcast, [{ to, state: 'pending' }])
    const link = new URL((await report(broadcast)).csv)
    const file = link.pathname.split('/').at(-1) ?? ''
    const found = await broadcasts.downloads?.['/broadcasts/:file']?.(kit, file, link.searchParams)
    let text = ''
    for await (const piece of found?.pieces ?? []) text += piece
    expect(text).toContain(`\r\nchannel,${cell},pending,,main\r\n`)
  })
})

describe('a delivered broadcast', () => {
  const sent = (turn: Turn, broadcast: string, part?: 'advance') =>
    press('broadcasts.show', { broadcast, ...(part && { part }) }, turn)

  it('comes in the reader’s language, or in the one that stands in for it', async () => {
    const id = await confirmed({ title_sv: 'Sök nu', body_sv: 'Nästa vecka.' })
    const subject = async (language: 'fi' | 'sv' | 'en') =>
      (await cardOf('broadcast', sent(turnOf('kotihoito-1', { language }), id))).subject
    expect([await subject('fi'), await subject('sv'), await subject('en')]).toEqual([
      'Haku alkaa',
      'Sök nu',
      'Haku alkaa',
    ])
  })

  it('tells supervisors ahead how to raise it, and nobody else', async () => {
    kit.settings.approvalAbove = 500
    const id = await confirmed({ audience: 'everyone' })
    expect((await cardOf('broadcast', sent(turnOf('kotihoito-1'), id, 'advance'))).raise).toHaveLength(3)
    expect((await cardOf('broadcast', sent(turnOf('kotihoito-2'), id))).raise).toEqual([])
  })

  it('tells supervisors when their team gets it, unless that is past or nobody is to get it', async () => {
    kit.settings.approvalAbove = 500
    const id = await confirmed({ audience: 'everyone' })
    const teamGets = async () => (await cardOf('broadcast', sent(turnOf('kotihoito-1'), id, 'advance'))).advance
    expect(await teamGets()).toContain('broadcasts.teamGets')
    await kit.outbox.cancel(TENANT, id)
    expect(await teamGets()).toBe('')
  })

  it('is nobody’s before it is sent, but HR’s own test', async () => {
    const { broadcast } = await preview()
    await expect(sent(turnOf('kotihoito-1'), broadcast)).rejects.toThrow('refusals.notFound')
    const own = await cardOf('broadcast', press('broadcasts.test', { broadcast }))
    expect(own.subject).toBe('Haku alkaa')
    expect(kit.posted.map(({ message }) => message.language)).toEqual(['sv', 'en'])
  })

  it('is corrected in every copy, once for each new text', async () => {
    const id = await confirmed()
    await deliver(id, { 'kotihoito-1': 'failed' })
    await press('broadcasts.correct', { broadcast: id, ...TEXTS, title_fi: 'Haku alkoi' })
    const correction = kit.mailed.find(({ mailing }) => mailing.id === `${id}-correct-1`)
    expect(correction?.mailing).toMatchObject({ does: 'update', message: { verb: 'broadcasts.show', broadcast: id } })
    expect(correction?.deliveries.map(({ copy }) => copy?.activity)).toEqual(['act-kotihoito-2', 'act-kotihoito-3'])
    expect(await cardOf('broadcast', sent(turnOf('kotihoito-2'), id))).toMatchObject({
      subject: 'Haku alkoi',
      corrected: 'broadcasts.corrected',
    })
    const again = press('broadcasts.correct', { broadcast: id, ...TEXTS, title_fi: 'Haku alkoi' })
    await expect(again).rejects.toThrow('sameText')
  })

  it('is taken back from everybody, and then only says that it was', async () => {
    const id = await confirmed()
    await deliver(id, {})
    await press('broadcasts.withdraw', { broadcast: id })
    await press('broadcasts.withdraw', { broadcast: id })
    const takenBack = kit.mailed.filter(({ mailing }) => mailing.does === 'remove')
    expect(takenBack.map(({ mailing, deliveries }) => [mailing.id, deliveries.length])).toEqual([[`${id}-withdraw`, 3]])
    expect((await cardOf('notice', sent(turnOf('kotihoito-1'), id))).title).toBe('broadcasts.withdrawnTitle')
    expect(await report(id)).toMatchObject({ canCorrect: false, canWithdraw: false, canRetry: false })
  })

  it('can be a new draft, which does not hurry', async () => {
    const id = await confirmed({ override: 'Vesikatko' })
    const copy = await cardOf('broadcast-form', press('broadcasts.duplicate', { broadcast: id }))
    expect(copy).toMatchObject({ isDraft: true, title_fi: 'Haku alkaa', override: '', at: 'now' })
    expect((await cardOf('broadcast-form', press('broadcasts.duplicate', { broadcast: id }))).broadcast).toBe(
      copy.broadcast,
    )
    const list = await cardOf('broadcasts', press('broadcasts.delete', { broadcast: copy.broadcast }))
    expect(list.drafts).toEqual([])
    await expect(press('broadcasts.delete', { broadcast: id })).rejects.toThrow('refusals.sent')
  })
})

describe('F13 the largest broadcast', () => {
  it('is a card that the platform takes, in every language, from the form to the report', async () => {
    const strings = await readStrings('content')
    const render = await readCards('cards', strings)
    kit.strings = strings.translate
    kit.settings.approvalAbove = 500
    const plain = kit.library()
    kit.library = () => ({ ...plain, themes: Array.from({ length: 45 }, () => plain.themes).flat() })
    await hire(
      Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`Kotihoidon ja kuntoutuksen yksikkö ${at}`, 2])),
    )
    const { title, paragraphs, imageAlt, override, ...limits } = BROADCAST_LIMITS
    const perPart = Math.floor(limits.body / paragraphs) - 1
    const body = Array.from({ length: paragraphs }, () => HEAVY.repeat(perPart)).join('\n')
    const texts = Object.fromEntries(
      LANGUAGES.flatMap((language) => [
        [`title_${language}`, HEAVY.repeat(title)],
        [`body_${language}`, body],
      ]),
    )
    const link = `https://example.com/${'a'.repeat(480)}`
    const form = {
      ...texts,
      audience: 'everyone',
      link,
      image: link,
      imageAlt: HEAVY.repeat(imageAlt),
      override: HEAVY.repeat(override),
    }
    const sizes: Record<string, number> = {}
    for (const language of LANGUAGES) {
      const turn = turnOf('maija', { language, t: strings.translate(language) })
      const { broadcast, token } = await preview({ ...form, title_en: `${language}${HEAVY.repeat(title - 2)}` }, turn)
      const messages: Answer[] = [
        await press('broadcasts.view', { broadcast }, turn),
        await press('broadcasts.form', { broadcast }, turn),
        await press('broadcasts.confirm', { broadcast, token }, turn),
        await press('broadcasts.show', { broadcast, part: 'advance' }, turn),
      ]
      for (const answer of messages) {
        if (!('replace' in answer)) throw new Error('no card came')
        const size = 2 * JSON.stringify(render(answer.replace)).length
        sizes[`${answer.replace.card} ${language}`] = size
      }
    }
    const allowed = (name: string) => (name.startsWith('broadcast ') ? LARGEST.delivered : LARGEST.own)
    expect(Object.entries(sizes).filter(([name, size]) => size > allowed(name))).toEqual([])
    expect(Object.keys(sizes)).toHaveLength(12)
  })
})
