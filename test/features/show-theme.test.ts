import { describe, expect, it } from '@jest/globals'
import type { Video } from '../../src/domain/content.ts'
import { showTheme } from '../../src/features/themes/show-theme.ts'
import type { Kit, Role, Turn } from '../../src/kit.ts'
import { aKit, aPlace, aTurn } from '../support/kit.ts'

const VIDEO: Video = {
  link: 'https://video.example.org/1',
  minutes: 4,
  captions: ['fi', 'sv'],
  login_required: true,
  poster: 'https://video.example.org/1.png',
  alt: { fi: 'Esihenkilö puhuu.', sv: 'En chef talar.', en: 'A supervisor talks.' },
}

async function shown({ turn = aTurn(), roles = [], video }: { turn?: Turn; roles?: Role[]; video?: Video }) {
  const plain = aKit().library()
  const [theme] = plain.themes
  if (theme === undefined) throw new Error('the sample content has no theme')
  const [first] = plain.theories.values()
  if (first === undefined) throw new Error('the sample content has no theory')
  const second = { ...first, id: 'th-toinen', text: { ...first.text, fi: { ...first.text.fi, title: 'Toinen' } } }
  const library: Kit['library'] = () => ({
    ...plain,
    theories: new Map([...plain.theories, [second.id, second]]),
    themes: [{ ...theme, theory: [first.id, second.id], ...(video && { video }) }],
  })
  const kit = aKit({ library, roles: () => Promise.resolve(new Set(roles)) })
  const answer = await showTheme(turn, kit, { theme: theme.id })
  if (!('open' in answer) || answer.open.card !== 'theme') throw new Error('no theme came')
  return answer.open.data
}

describe('the card of a theme', () => {
  it('shows a video with its length, captions, poster and whether it needs a login', async () => {
    const { videos } = await shown({ video: VIDEO })
    expect(videos).toEqual([
      {
        link: VIDEO.link,
        poster: VIDEO.poster,
        alt: 'Esihenkilö puhuu.',
        facts: expect.stringMatching(/"minutes":4.*suomi ja ruotsi/),
        login: true,
      },
    ])
  })

  it('says so where a video has no captions', async () => {
    const { videos } = await shown({ video: { ...VIDEO, captions: [], login_required: false } })
    expect(videos).toMatchObject([{ facts: expect.stringContaining('theme.noCaptions'), login: false }])
  })

  it('shows nothing of a video where the theme has none', async () => {
    expect((await shown({})).videos).toEqual([])
  })

  it('shows what HR can do to HR alone, and in their own chat alone', async () => {
    expect((await shown({})).hr).toBe('')
    expect((await shown({ roles: ['supervisor'] })).hr).toBe('')
    expect((await shown({ roles: ['hr'] })).hr).not.toBe('')
    expect((await shown({ roles: ['hr'], turn: aTurn({ place: aPlace('channel') }) })).hr).toBe('')
  })

  it('shows one bite of theory, and the other one a week later', async () => {
    const at = async (date: string) => (await shown({ turn: aTurn({ now: new Date(date) }) })).theories
    const [week, next, after] = await Promise.all([at('2026-11-26'), at('2026-12-03'), at('2026-12-10')])
    expect(week).toHaveLength(1)
    expect(next).toHaveLength(1)
    expect(next).not.toEqual(week)
    expect(after).toEqual(week)
  })
})
