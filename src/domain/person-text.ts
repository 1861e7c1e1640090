/** Controls, bidirectional overrides and other marks that change how the text around them is shown. */
const HARMFUL = /[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFF9-\uFFFB]/gu
const LINE_BREAK = /\r\n?|[\u2028\u2029\u0085]/g

/**
 * What a person typed, made harmless to store and show: NFC, well-formed, without controls (line breaks stay) and
 * bidirectional marks, trimmed, at most two line breaks in a row. Emoji with joiners stay whole.
 */
export function tidyText(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(LINE_BREAK, '\n')
      .replace(HARMFUL, (mark) => (mark === '\n' ? mark : mark === '\t' ? ' ' : ''))
      .replace(/\n{3,}/g, '\n\n')
      // Last, so that no mark that goes stands between a letter and its accent.
      .normalize('NFC')
      .trim()
  )
}

/** Keeps a card from evaluating `{{DATE(…)}}` in a person's text: a word joiner between the braces, which nobody sees. */
export function breakBraces(text: string): string {
  return text.replace(/\{(?=\{)/g, '{\u2060').replace(/\}(?=\})/g, '}\u2060')
}

/** Length as people count it: one per visible character, an emoji with joiners included. */
export function lengthOf(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length
}
