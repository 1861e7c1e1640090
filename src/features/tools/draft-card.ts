import { messageLines } from '../../domain/canvas.ts'
import { breakBraces } from '../../domain/person-text.ts'
import type { Kit, Message, Turn } from '../../kit.ts'
import { myChannels } from './my-channels.ts'
import { findCanvas } from './show-canvas.ts'

/** Six fields of 500 characters with their labels. */
export const MESSAGE_LIMIT = 3500

type Draft = {
  tool: string
  /** An opaque id that tells this message from the next one made of the same canvas. */
  draft: string
  text: string
}

type News = { text: string; where?: string; undo?: string }

/** A message as it will look, with its text to edit or copy, and the channels it can be sent to. */
export async function draftCard(turn: Turn, kit: Kit, { tool: id, draft, text }: Draft, news?: News): Promise<Message> {
  const { tool } = findCanvas(turn, kit, id)
  const { language, t } = turn
  const channels = await myChannels(turn, kit)
  return {
    card: 'draft',
    language,
    summary: t('draft.summary'),
    show: { verb: 'tools.canvas', tool: tool.id },
    data: {
      id: tool.id,
      draft,
      changed: news?.text ?? '',
      changedWhere: breakBraces(news?.where ?? ''),
      undo: news?.undo ?? '',
      lines: linesOf(turn, kit, id, text),
      text: breakBraces(text),
      channels: channels.map(({ key, title }) => ({ value: key, title: breakBraces(title) })),
      chosen: channels.length === 1 ? (channels[0]?.key ?? '') : '',
      hint: channels.length === 0 ? t('draft.noChannels') : '',
    },
  }
}

/** The message as it stands in a channel. */
export function messageCard(turn: Turn, kit: Kit, id: string, text: string): Message {
  const { tool } = findCanvas(turn, kit, id)
  const { language, t, person } = turn
  const { title } = tool.text[language]
  return {
    card: 'message',
    language,
    summary: t('message.summary', { title }),
    show: { verb: 'tools.show', tool: tool.id },
    data: { id: tool.id, title, sharedBy: breakBraces(person.name), lines: linesOf(turn, kit, id, text) },
  }
}

function linesOf(turn: Turn, kit: Kit, id: string, text: string): { line: string; weight: string; spacing: string }[] {
  const labels = findCanvas(turn, kit, id).fields.map(({ label }) => label)
  return messageLines(text, labels).map((line) => ({
    line: breakBraces(line.text),
    weight: line.isHeading ? 'Bolder' : 'Default',
    spacing: line.isHeading ? 'Medium' : 'None',
  }))
}
