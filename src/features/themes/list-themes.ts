import type { Kit, Message, Turn } from '../../kit.ts'

/** All themes, in the order of their ids. */
export function listThemes({ language, t }: Turn, kit: Kit): Message {
  return {
    card: 'themes',
    language,
    summary: t('themes.summary'),
    show: { verb: 'themes.list' },
    data: {
      themes: kit.library().themes.map((theme) => ({
        id: theme.id,
        name: theme.text[language].name,
        image: `${kit.settings.publicUrl}/images/${theme.id}.png`,
        imageAlt: t('theme.imageAlt', { name: theme.text[language].name }),
        tools: t('themes.tools', { count: theme.tools.length }),
      })),
    },
  }
}
