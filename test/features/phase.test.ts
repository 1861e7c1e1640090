import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PHASES, type Phase, type Theme } from '../../src/domain/content.ts'
import { LANGUAGES } from '../../src/domain/languages.ts'
import { openIndex, type SearchDocument } from '../../src/domain/search.ts'
import { themes } from '../../src/features/themes/index.ts'
import { findInComposeBox } from '../../src/features/tools/find-in-compose-box.ts'
import { suggestTools } from '../../src/features/tools/suggest-tools.ts'
import type { Answer, Kit, Message, Role, Turn } from '../../src/kit.ts'
import { aContent } from '../support/content.ts'
import { aKit, aPlace, aTurn, NOW, type FakeKit } from '../support/kit.ts'

const TENANT = 'tenant-1'

/** An organisation with two themes: the second alone is for a crisis. */
function anOrganisation(roles: Role[] = ['hr']): FakeKit {
  const plain = aKit().library()
  const [first] = plain.themes
  if (first === undefined) throw new Error('there is no theme')
  const both: Theme[] = [
    { ...first, phase: ['everyday'] },
    { ...first, id: 't02-kriisi', phase: ['crisis'] },
  ]
  return aKit({ library: () => ({ ...plain, themes: both }), roles: () => Promise.resolve(new Set(roles)) })
}

async function press(kit: Kit, verb: string, data: object = {}, turn: Partial<Turn> = {}): Promise<Answer> {
  const action = themes.actions?.[verb]
  if (action === undefined) throw new Error(`no verb ${verb}`)
  return action.run(aTurn(turn), kit, data)
}

async function listed(kit: Kit, turn: Partial<Turn> = {}) {
  return listOf(await press(kit, 'themes.list', {}, turn))
}

function listOf(answer: Answer): Extract<Message, { card: 'themes' }>['data'] & { ids: string[] } {
  if (!('replace' in answer) || answer.replace.card !== 'themes') throw new Error('no list came')
  const { data } = answer.replace
  return { ...data, ids: data.themes.map(({ id }) => id) }
}

describe('what the organisation is going through', () => {
  it('is said by HR, noted with who said it, and heads the list of themes', async () => {
    const kit = anOrganisation()
    const [everyday, crisis] = kit.library().themes.map(({ id }) => id)
    expect(await listed(kit)).toMatchObject({ phase: '', ids: [everyday, crisis], isHr: true })
    const saved = listOf(await press(kit, 'themes.phase', { phase: 'crisis' }))
    expect(saved).toMatchObject({ changed: 'phase.saved', phase: 'phase.now {"phase":"phase.names.crisis"}' })
    expect(saved.ids).toEqual([crisis, everyday])
    expect(kit.audited).toEqual([{ what: 'themes.phase', to: '', outcome: 'done', note: 'crisis' }])
    // Everybody reads it, in channels too.
    expect(await listed(kit, { place: aPlace('channel') })).toMatchObject({
      changed: '',
      phase: saved.phase,
      ids: saved.ids,
      isHr: false,
    })
  })

  it('is shown as it was said last, and taken back, with the tools of the weeks kept', async () => {
    const kit = anOrganisation()
    const weekly = [{ tool: 'aa-yksi', week: '2026-W47' }]
    await kit.store.organisations.change(TENANT, 'all', () => ({ id: 'all', weekly }))
    for (const phase of PHASES) {
      await press(kit, 'themes.phase', { phase })
      expect(await press(kit, 'themes.phases')).toMatchObject({ replace: { card: 'phase', data: { phase } } })
    }
    await press(kit, 'themes.phase', { phase: 'none' })
    expect(await kit.store.organisations.get(TENANT, 'all')).toEqual({ id: 'all', weekly })
    expect(await press(kit, 'themes.phases')).toMatchObject({ replace: { data: { phase: 'none' } } })
  })

  it('is HR’s to say, in their own chat', async () => {
    const kit = anOrganisation(['supervisor'])
    expect((await listed(kit)).isHr).toBe(false)
    for (const verb of ['themes.phases', 'themes.phase'])
      await expect(press(kit, verb, { phase: 'crisis' })).rejects.toThrow('refusals.notFound')
    expect(kit.audited.map(({ what, outcome }) => [what, outcome])).toEqual([
      ['themes.phases', 'refused'],
      ['themes.phase', 'refused'],
    ])
    const inChannel = { place: aPlace('channel') }
    await expect(press(anOrganisation(), 'themes.phase', { phase: 'crisis' }, inChannel)).rejects.toThrow(
      'phase.ownChatOnly',
    )
    expect(await kit.store.organisations.list(TENANT)).toEqual([])
  })

  it.each([undefined, '', 'panic', ['crisis'], 3])('is nothing but what can be chosen: not %j', async (phase) => {
    const kit = anOrganisation()
    await expect(press(kit, 'themes.phase', { phase })).rejects.toThrow('refusals.badInput')
    expect(await kit.store.organisations.list(TENANT)).toEqual([])
  })
})

describe('the list of themes', () => {
  it('offers supervisors a tool a week, in their own chat, until they say yes or no', async () => {
    const kit = anOrganisation(['supervisor'])
    expect((await listed(kit)).offersWeekly).toBe(true)
    expect((await listed(kit, { place: aPlace('channel') })).offersWeekly).toBe(false)
    expect((await listed(anOrganisation(['hr']))).offersWeekly).toBe(false)
    await kit.store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija', wantsWeekly: true }))
    expect((await listed(kit)).offersWeekly).toBe(false)
    await kit.store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija', off: ['weekly'] }))
    expect((await listed(kit)).offersWeekly).toBe(false)
    await kit.store.people.change(TENANT, 'maija', () => ({ id: 'maija', userId: '29:maija', off: ['themes'] }))
    expect((await listed(kit)).offersWeekly).toBe(true)
  })

  it('tells HR when all tools of the launched themes have come as the tool of the week', async () => {
    const kit = anOrganisation()
    const launch = { broadcast: 'b', audience: 'supervisors', channels: [], told: {} }
    const [theme] = kit.library().themes
    if (theme === undefined) throw new Error('there is no theme')
    const weekly = theme.tools.map((tool) => ({ tool, week: '2026-W01' }))
    await kit.store.organisations.change(TENANT, 'all', () => ({ id: 'all', weekly }))
    expect((await listed(kit)).hrNews).toBe('')
    const launched = (at: Date) =>
      kit.store.launches.change(TENANT, theme.id, () => ({ ...launch, id: theme.id, at: at.toISOString() }))
    await launched(new Date(NOW.getTime() + 1))
    expect((await listed(kit)).hrNews).toBe('')
    await launched(NOW)
    expect((await listed(kit)).hrNews).toBe('weekly.allCame')
    await kit.store.organisations.change(TENANT, 'all', () => ({ id: 'all', weekly: weekly.slice(1, -1) }))
    expect((await listed(kit)).hrNews).toBe('')
  })
})

describe('the search', () => {
  const words = ['kokous', 'venyy', 'palaute', 'pelko', 'muutos', 'kiire']
  /** Tools that come in threes of the same words, so that each message fits three of them equally well. */
  const triplets = words.flatMap((word, index) => ['a', 'b', 'c'].map((copy) => ({ id: `${copy}-${index}`, word })))
  const documents = triplets.flatMap(({ id, word }, number) =>
    LANGUAGES.map((language): SearchDocument => {
      const next = words[(Math.floor(number / 3) + 1) % words.length] ?? ''
      const needs = [`${word} ja ${next}`]
      return { id, language, title: word, summary: '', when: word, needs, keywords: [], theme: '' }
    }),
  )
  const { lexicon } = aContent()
  if (lexicon === undefined) throw new Error('the sample content has no words for the search')
  const index = openIndex(documents, { ...lexicon, threshold: 0 })

  it('puts what fits the phase first among equal scores, and never over a higher one', () => {
    const message = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 })
    const fitting = fc.subarray(triplets.map(({ id }) => id))
    fc.assert(
      fc.property(message, fitting, (asked, fits) => {
        const text = asked.join(' ')
        const plain = index.find(text, 'fi')
        const led = index.find(text, 'fi', (id) => fits.includes(id))
        expect(led.matches.map(({ score }) => score)).toEqual(plain.matches.map(({ score }) => score))
        expect({ ...led, matches: [] }).toEqual({ ...plain, matches: [] })
        for (const [place, one] of led.matches.entries()) {
          const after = led.matches[place + 1]
          if (after === undefined || after.score !== one.score || fits.includes(one.id)) continue
          expect(fits).not.toContain(after.id)
        }
      }),
    )
  })

  it('asks what the organisation is going through, in the chat and in the compose box', async () => {
    const kit = anOrganisation()
    const { tools } = kit.library()
    const twins = new Map([...tools].map(([id, tool]) => [id, { ...tool, phase: phasesOf(id) }]))
    const library = { ...kit.library(), tools: twins, index: twinIndex }
    const its = { ...kit, library: () => library }
    const first = async (phase: Phase | undefined) => {
      await kit.store.organisations.change(TENANT, 'all', () => ({ id: 'all', weekly: [], ...(phase && { phase }) }))
      const found = await suggestTools(aTurn(), its, 'kokous venyy')
      const [hit] = await findInComposeBox(aTurn(), its, 'kokous venyy')
      const inBox = hit?.message.card === 'tool' ? hit.message.data.id : ''
      return [found.card === 'found' ? found.data.ids[0] : '', inBox]
    }
    expect(await first(undefined)).toEqual(['aa-yksi', 'aa-yksi'])
    expect(await first('exit')).toEqual(['aa-kaksi', 'aa-kaksi'])
    expect(await first('everyday')).toEqual(['aa-yksi', 'aa-yksi'])
  })

  const phasesOf = (id: string): Phase[] => [id === 'aa-kaksi' ? 'exit' : 'everyday']
  const twinIndex = openIndex(
    documents
      .filter(({ id }) => !id.startsWith('c-'))
      .map((document) =>
        document.id.endsWith('-0')
          ? { ...document, id: document.id.startsWith('a') ? 'aa-yksi' : 'aa-kaksi' }
          : document,
      ),
    { ...lexicon, threshold: 0 },
  )
})
