/** A filled canvas as a message. */

/** One field of a canvas: its label, and what somebody wrote under it. */
export type FilledField = { label: string; text: string }

/** Each label with what stands under it; fields left empty are left out. */
export function messageText(fields: readonly FilledField[]): string {
  const filled = fields.filter(({ text }) => text !== '')
  return filled.map(({ label, text }) => `${label}\n${text}`).join('\n\n')
}

/** The lines of a message; the labels are its headings as long as nobody has rewritten them. */
export function messageLines(text: string, labels: readonly string[]): { text: string; isHeading: boolean }[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => ({ text: line, isHeading: labels.includes(line.trim()) }))
}
