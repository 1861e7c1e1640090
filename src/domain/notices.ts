import type { StringKey } from '../strings.ts'

/** A short card of a title, a text and ways on. */
export type Notice = { title: StringKey; text: StringKey; offers: { themes: boolean; help: boolean; wish: boolean } }

const NOWHERE = { themes: false, help: false, wish: false }
const ONWARD = { themes: true, help: true, wish: false }

/** The notices by the name under which a button can show them again in another language. */
export const NOTICES = {
  hello: { title: 'welcome.again', text: 'welcome.againText', offers: ONWARD },
  thanks: { title: 'welcome.thanks', text: 'welcome.thanksText', offers: ONWARD },
  notYet: { title: 'notYet.title', text: 'notYet.text', offers: ONWARD },
  ask: { title: 'nothing.askTitle', text: 'nothing.askText', offers: ONWARD },
  unclear: { title: 'nothing.shortTitle', text: 'nothing.short', offers: ONWARD },
  nothing: { title: 'nothing.title', text: 'nothing.text', offers: { ...ONWARD, wish: true } },
  stale: { title: 'refusals.staleTitle', text: 'refusals.stale', offers: ONWARD },
  wished: { title: 'wish.thanksTitle', text: 'wish.thanksText', offers: { ...NOWHERE, themes: true } },
  withdrawn: { title: 'tool.withdrawnTitle', text: 'tool.withdrawn', offers: NOWHERE },
  takenBack: { title: 'broadcasts.withdrawnTitle', text: 'broadcasts.withdrawn', offers: NOWHERE },
} as const satisfies Record<string, Notice>

export type NoticeName = keyof typeof NOTICES
