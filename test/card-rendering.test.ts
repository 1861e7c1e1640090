import { beforeAll, describe, expect, it } from '@jest/globals'
import type * as AdaptiveCardsModule from 'adaptivecards'
import { JSDOM } from 'jsdom'
import { LANGUAGES, type Language } from '../src/domain/languages.ts'
import { readCards, type Card, type RenderCard } from '../src/platform/cards.ts'
import { LOOKS, type Look } from '../src/platform/preview-looks.ts'
import { cardNames, readSample } from '../src/platform/preview-samples.ts'
import { readStrings } from '../src/platform/strings.ts'

/** WCAG 2.1, 1.4.3: text of ordinary size. */
const ENOUGH_CONTRAST = 4.5

const names = await cardNames('cards')
const everyCard = names.flatMap((name) => LANGUAGES.map((language): [string, Language] => [name, language]))
const looks = LOOKS.map((look): [string, Look] => [look.name, look])

let AdaptiveCards: typeof AdaptiveCardsModule
let render: RenderCard

beforeAll(async () => {
  const { window } = new JSDOM('')
  Object.assign(globalThis, { window, document: window.document })
  // The renderer asks what kind of element it holds.
  for (const kind of Object.getOwnPropertyNames(window).filter((name) => /^HTML\w*Element$/.test(name))) {
    Object.assign(globalThis, { [kind]: window[kind] as unknown })
  }
  // jsdom has no innerText, through which the renderer writes labels.
  Object.defineProperty(window.HTMLElement.prototype, 'innerText', {
    get(this: HTMLElement) {
      return this.textContent
    },
    set(this: HTMLElement, text: string) {
      this.textContent = text
    },
  })
  AdaptiveCards = await import('adaptivecards')
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    result.didProcess = true
  }
  render = await readCards('cards', await readStrings('content'))
})

const rendered = new Map<string, Card>()

/** A copy: the renderer may keep what it draws. */
async function sample(name: string, language: Language): Promise<Card> {
  const key = `${name} ${language}`
  const card = rendered.get(key) ?? render(await readSample('cards', name, language, 'https://luotsi.example'))
  rendered.set(key, card)
  return structuredClone(card)
}

/** The card as Microsoft's renderer draws it, and all that it finds wrong. */
function draw(json: Card, hostConfig: object = {}): { element: HTMLElement; faults: string[] } {
  const { AdaptiveCard, CardElement, HostConfig, SerializationContext, ValidationEvent } = AdaptiveCards
  // The renderer keeps one global pattern with a memory: every second `lang` would be called invalid.
  const { regEx } = CardElement.langProperty
  if (regEx) regEx.lastIndex = 0
  const card = new AdaptiveCard()
  card.hostConfig = new HostConfig(hostConfig)
  const context = new SerializationContext()
  card.parse(json, context)
  const element = card.render()
  if (element === undefined) throw new Error('nothing was drawn')
  const validated = card.validateProperties().validationEvents
  const parsed = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at))
  // An element that is newer than the renderer; its fallback is drawn.
  const faults = [...parsed, ...validated].filter(({ event }) => event !== ValidationEvent.UnknownElementType)
  return { element, faults: faults.map(({ message }) => message) }
}

describe("Microsoft's renderer", () => {
  it.each(everyCard)('draws %s in %s and finds nothing wrong', async (name, language) => {
    const { element, faults } = draw(await sample(name, language))
    expect(faults).toEqual([])
    expect(element.textContent).not.toMatch(/\bundefined\b|\[object/)
  })

  it('finds what is wrong with a card', () => {
    const body = [
      { type: 'TextBlock', text: 'Hei', size: 'Enormous' },
      { type: 'Input.Text', label: 'Nimi' },
      { type: 'ColumnSet', columns: [{ type: 'Column', width: 'wide' }] },
    ]
    const { faults } = draw({ type: 'AdaptiveCard', version: '1.5', body })
    expect(faults.length).toBe(3)
  })

  it('draws the fallback of what it does not know', () => {
    const fallback = { type: 'TextBlock', text: '10 min' }
    const { element, faults } = draw({
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'Badge', text: 'x', fallback }],
    })
    expect(element.textContent).toBe('10 min')
    expect(faults).toEqual([])
  })

  it.each(everyCard)('gives %s in %s headings of one level, its title first', async (name, language) => {
    const card = await sample(name, language)
    const { element } = draw(card, LOOKS[0]?.hostConfig)
    const headings = [...element.querySelectorAll('[role="heading"]')]
    expect(headings.length).toBeGreaterThan(0)
    expect(new Set(headings.map((heading) => heading.getAttribute('aria-level')))).toEqual(new Set(['2']))
    const large = headings.map((heading) => (heading as HTMLElement).style.fontSize === '18px')
    expect(large).toEqual(headings.map((_, at) => at === 0))
  })
})

describe('the words on every card stand out from what is behind them', () => {
  it.each(looks)('in the look %s', async (_, { hostConfig, palette }) => {
    const faint: string[] = []
    for (const [name, language] of everyCard) {
      const { element } = draw(await sample(name, language), hostConfig)
      for (const { text, ink, paper } of wordsOf(element, palette.inks.default)) {
        const contrast = contrastOf(ink, paper)
        if (contrast < ENOUGH_CONTRAST) faint.push(`${name}: ${text} (${ink} on ${paper}: ${contrast.toFixed(1)})`)
      }
    }
    expect([...new Set(faint)]).toEqual([])
  })

  it.each(looks)('on the buttons of the look %s', (_, { palette: { button, primary } }) => {
    expect(contrastOf(button.ink, button.paper)).toBeGreaterThanOrEqual(ENOUGH_CONTRAST)
    expect(contrastOf(primary.ink, primary.paper)).toBeGreaterThanOrEqual(ENOUGH_CONTRAST)
  })

  it.each(looks)('in any colour on the card and on emphasis, in plain ones anywhere: %s', (_, { palette }) => {
    const { containers, inks } = palette
    const faint = Object.entries(containers).flatMap(([style, paper]) =>
      Object.entries(inks)
        .filter(([colour]) => ['default', 'emphasis'].includes(style) || ['default', 'subtle'].includes(colour))
        .filter(([, ink]) => contrastOf(ink, paper) < ENOUGH_CONTRAST)
        .map(([colour]) => `${colour} on ${style}`),
    )
    expect(faint).toEqual([])
  })

  it('which is told by the measure of WCAG', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
    const card = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'Hei', color: 'Light' }] }
    const { element } = draw(card, LOOKS[0]?.hostConfig)
    const [word] = wordsOf(element, '#242424')
    expect(contrastOf(word?.ink ?? '', word?.paper ?? '')).toBeLessThan(ENOUGH_CONTRAST)
  })
})

type Words = { text: string; ink: string; paper: string }

/** Every text of a drawn card with its colour and the colour behind it. Buttons have colours of their own. */
function wordsOf(element: HTMLElement, ownInk: string): Words[] {
  const words: Words[] = []
  const visit = (node: HTMLElement, ink: string, paper: string) => {
    if (node.tagName === 'BUTTON' || node.tagName === 'SELECT') return
    const inkHere = node.style.color || ink
    const paperHere = node.style.backgroundColor || paper
    for (const child of node.childNodes) {
      const text = child.textContent?.trim() ?? ''
      if (child.nodeType === child.TEXT_NODE && text !== '') words.push({ text, ink: inkHere, paper: paperHere })
      if (child.nodeType === child.ELEMENT_NODE) visit(child as HTMLElement, inkHere, paperHere)
    }
  }
  visit(element, ownInk, '')
  return words
}

/** WCAG's contrast ratio of two opaque colours, 1–21. */
function contrastOf(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) => {
    const share = value / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channelsOf(colour: string): number[] {
  const hex = /^#(\w\w)(\w\w)(\w\w)$/.exec(colour)
  if (hex) return hex.slice(1).map((digits) => Number.parseInt(digits, 16))
  const rgb = /^rgba?\((\d+), (\d+), (\d+)(?:, 1)?\)$/.exec(colour)
  if (rgb) return rgb.slice(1, 4).map(Number)
  throw new Error(`not an opaque colour: ${colour}`)
}
