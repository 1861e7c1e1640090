/** Luotsi: what the bot can do, in order. */
import { broadcasts } from './features/broadcasts/index.ts'
import { checkins } from './features/checkins/index.ts'
import { language } from './features/language/index.ts'
import { notices } from './features/notices/index.ts'
import { privacy } from './features/privacy/index.ts'
import { themes } from './features/themes/index.ts'
import { tools } from './features/tools/index.ts'
import { webinars } from './features/webinars/index.ts'
import { welcome } from './features/welcome/index.ts'
import { wishes } from './features/wishes/index.ts'
import { runBot } from './platform/process.ts'

await runBot([
  tools, //     a need in one's own words brings a tool; a tool is opened, shared and tried
  themes, //    the tools by theme, with a bite of theory
  checkins, //  a minute of questions a week; one small step to take, from how many answers is said beforehand
  webinars, //  what is ahead: sign up, be reminded, join; then the recording, its tools and three questions
  broadcasts, // HR writes to many: composed, previewed, confirmed, followed, corrected or taken back
  wishes, //    a tool that is missing is wished for, to HR
  notices, //   which messages come by themselves, and from when on again
  language, //  Finnish, Swedish, English: one's own choice, and a switch on every card
  welcome, //   the first message, help, and an answer to hello and thanks
  privacy, //   the pages that a data protection officer reads, and what is forgotten when
])
