/**
 * How Teams looks in light, dark and high contrast, for the preview and the tests of contrast. Sizes, spacing and
 * actions follow Microsoft's sample host configuration for Teams, colours the Fluent themes teamsLight, teamsDark and
 * teamsHighContrast.
 */
const COLOURS = ['default', 'accent', 'good', 'warning', 'attention'] as const
const STYLES = ['default', 'emphasis', 'accent', 'good', 'warning', 'attention'] as const

type Palette = {
  /** Behind the cards, and the line around them. */
  chat: string
  line: string
  /** Backgrounds of containers by their style; `default` is the card itself. */
  containers: Record<(typeof STYLES)[number], string>
  /** Colours of text by their name in a card. */
  inks: Record<(typeof COLOURS)[number] | 'subtle', string>
  button: { ink: string; paper: string; line: string }
  primary: { ink: string; paper: string }
}

const PALETTES = {
  light: {
    chat: '#f5f5f5',
    line: '#d1d1d1',
    containers: {
      default: '#ffffff',
      emphasis: '#f5f5f5',
      accent: '#e8ebfa',
      good: '#f1faf1',
      warning: '#fff9f5',
      attention: '#fdf3f4',
    },
    inks: {
      default: '#242424',
      subtle: '#616161',
      accent: '#5b5fc7',
      good: '#0e700e',
      warning: '#bc4b09',
      attention: '#b10e1c',
    },
    button: { ink: '#242424', paper: '#ffffff', line: '#d1d1d1' },
    primary: { ink: '#ffffff', paper: '#5b5fc7' },
  },
  dark: {
    chat: '#1f1f1f',
    line: '#525252',
    containers: {
      default: '#292929',
      emphasis: '#1f1f1f',
      accent: '#2f2f4a',
      good: '#052505',
      warning: '#411200',
      attention: '#3b0509',
    },
    inks: {
      default: '#ffffff',
      subtle: '#adadad',
      accent: '#7f85f5',
      good: '#54b054',
      warning: '#faa06b',
      attention: '#e37d80',
    },
    button: { ink: '#ffffff', paper: '#292929', line: '#666666' },
    primary: { ink: '#ffffff', paper: '#4f52b2' },
  },
  contrast: {
    chat: '#000000',
    line: '#ffffff',
    containers: {
      default: '#000000',
      emphasis: '#000000',
      accent: '#000000',
      good: '#000000',
      warning: '#000000',
      attention: '#000000',
    },
    inks: {
      default: '#ffffff',
      subtle: '#ffffff',
      accent: '#ffff01',
      good: '#ffffff',
      warning: '#ffffff',
      attention: '#ffffff',
    },
    button: { ink: '#ffffff', paper: '#000000', line: '#ffffff' },
    primary: { ink: '#000000', paper: '#1aebff' },
  },
} satisfies Record<string, Palette>

export type LookName = keyof typeof PALETTES

/** `hostConfig` is what the renderer of Adaptive Cards takes. */
export type Look = { name: LookName; palette: Palette; hostConfig: object }

export const LOOKS: readonly Look[] = (Object.keys(PALETTES) as LookName[]).map((name) => ({
  name,
  palette: PALETTES[name],
  hostConfig: hostConfig(PALETTES[name]),
}))

function hostConfig({ containers, inks, line }: Palette): object {
  const foregroundColors = Object.fromEntries(
    COLOURS.map((colour) => [
      colour,
      { default: inks[colour], subtle: colour === 'default' ? inks.subtle : inks[colour] },
    ]),
  )
  const fontSizes = { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 }
  const fontWeights = { lighter: 200, default: 400, bolder: 600 }
  return {
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: line },
    imageSizes: { small: 32, medium: 52, large: 100 },
    fontTypes: {
      default: { fontFamily: "'Segoe UI', 'Helvetica Neue', Arial, sans-serif", fontSizes, fontWeights },
      monospace: { fontFamily: 'Consolas, monospace', fontSizes, fontWeights },
    },
    lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
    textStyles: { heading: { size: 'large', weight: 'bolder' } },
    textBlock: { headingLevel: 2 },
    inputs: {
      label: { inputSpacing: 'small', requiredInputs: { suffix: ' *', suffixColor: 'attention' } },
      errorMessage: { color: 'attention', spacing: 'small' },
    },
    containerStyles: Object.fromEntries(
      STYLES.map((style) => [style, { backgroundColor: containers[style], foregroundColors }]),
    ),
    actions: {
      maxActions: 6,
      buttonSpacing: 8,
      spacing: 'default',
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      showCard: { actionMode: 'inline', inlineTopMargin: 16, style: 'emphasis' },
    },
    adaptiveCard: { allowCustomStyle: false },
  }
}
