/** The cards by name. What a card needs is read off the sample beside its template. */
import type canvas from '../cards/canvas.sample.json'
import type draft from '../cards/draft.sample.json'
import type found from '../cards/found.sample.json'
import type help from '../cards/help.sample.json'
import type language from '../cards/language.sample.json'
import type message from '../cards/message.sample.json'
import type notice from '../cards/notice.sample.json'
import type theme from '../cards/theme.sample.json'
import type themes from '../cards/themes.sample.json'
import type tool from '../cards/tool.sample.json'
import type welcome from '../cards/welcome.sample.json'
import type wish from '../cards/wish.sample.json'
import type wishes from '../cards/wishes.sample.json'

export type Cards = {
  canvas: (typeof canvas)['fi']
  draft: (typeof draft)['fi']
  found: (typeof found)['fi']
  help: (typeof help)['fi']
  language: (typeof language)['fi']
  message: (typeof message)['fi']
  notice: (typeof notice)['fi']
  theme: (typeof theme)['fi']
  themes: (typeof themes)['fi']
  tool: (typeof tool)['fi']
  welcome: (typeof welcome)['fi']
  wish: (typeof wish)['fi']
  wishes: (typeof wishes)['fi']
}
