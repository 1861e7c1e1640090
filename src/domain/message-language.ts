/** In which language a message is written, and in which one it is answered. */
import { isLanguage, LANGUAGES } from './languages.ts'
import type { InLanguages, Language } from './languages.ts'
import { fold, wordsOf } from './words.ts'

const functionWords = read({
  fi: `ja tai mutta vaan että jotta koska kun ku kuin niin jos vaikka myös enää vielä nyt sitten aina ihan tosi liian
    kyllä joo ei en emme eivät eikä ettei ettei onko olla on oli ovat olen oon olet olemme ollaan olisi olis ollut ole oo
    minä mä mun minun minua mua minulla mulla minulle mulle sinä sä hän hänen häntä me meidän meiän meitä meillä meille te
    he heidän heille ne niiden niitä niille se sen sitä siitä siinä siihen sille tämä tää tämän tätä tästä tässä tuo tuon
    joka jonka jota joilla jotka mikä minkä mitä mite miten missä mistä mihin milloin miksi kuka kenen ketä kenelle kuinka
    joku jokin jotain jotakin kaikki kaikkien kaikille kukaan ketään mitään monta muut toinen toisen yksi yks
    voi voin voisi vois pitää pitäisi pitäis täytyy saa saan saada saisi haluan haluaisin tarvin tarvitsen tulee menee
    kanssa ennen jälkeen takia vuoksi kesken välillä itse oma oman omat yhtään`,
  sv: `och å eller men att som om när då så för eftersom fast inte int ingen inga inget ingenting aldrig alltid också nu
    sen bara helt väldigt mycket lite ju nog väl här där jag mig mej min mitt mina du dig din han honom hans hon henne
    hennes hen vi oss vår våra ni er de dem dom deras den det denna dessa detta sig sin sitt sina man en ett någon nån
    något nåt några alla allt varje varandra andra själv samma vad va vem vilken vilket vilka hur varför är e var varit
    blir blev bli har hade ha kan kunde ska skulle sku vill måste får få bör gör göra gjort går gå kommer tar ta ger ge
    säger säga vet behöver finns tycker i på av till från med utan över under mellan efter före innan hos vid åt mot än`,
  en: `the a an and or but so because if when while than then that which who whose what where why how whether not no
    never always just only also too very really even again maybe much more most less some any all both each every other
    i me my you your he him his she her it its we us our they them their someone somebody anyone everyone everybody
    nobody something anything everything nothing this these those there am is are was were be been have has had do does
    did can cant cannot could will wont would should shouldnt might must dont doesnt didnt isnt arent im ive id thats
    theyre get gets got getting goes make makes keep keeps want need needs know to of in on at by for with without from
    into out up about after before between`,
})

/** How words look in one language and hardly in the others; read with the dots, where the writer set them. */
const looks: InLanguages<RegExp> = {
  fi: /aa|ii|uu|yy|ää|öö|äi|öi|uo|yö|(?:ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|nen|mme|vat|vät|sti|ksi|kin|k[oö]|[aäoeiu]n)$/,
  sv: /å|sj|ck|skj|(?:ning|het|[aoe]rna|else|ligt|ande|ende|are|ade|ar|er|or|ig|isk|ad)$/,
  en: /th|wh|gh|sh|w|ea|ou|(?:ing|ed|tion|ly|ness|ment|ful|less|ity|[bcdfgklmnprt]y)$/,
}

/** Less than this much more evidence than for the next language is a guess. */
const CLEAR_LEAD = 1

/**
 * The language of a message by its function words and by how its words look. `known` adds other evidence, such as how
 * many of the words a search index knows in each language. `sure` only where one language clearly leads.
 */
export function languageOfMessage(text: string, known?: InLanguages<number>): { language: Language; sure: boolean } {
  const evidence = LANGUAGES.map((language) => ({ language, points: known?.[language] ?? 0 }))
  for (const word of wordsOf(text)) {
    const speakers = LANGUAGES.filter((language) => functionWords[language].has(word))
    for (const one of evidence) if (speakers.includes(one.language)) one.points += 1 / speakers.length
  }
  for (const word of text
    .normalize('NFC')
    .toLowerCase()
    .match(/\p{L}{3,}/gu) ?? []) {
    for (const one of evidence) if (looks[one.language].test(word)) one.points += 0.5
    if (/[äöå]/.test(word)) for (const one of evidence) if (one.language !== 'en') one.points += 0.5
  }
  const [first, second] = evidence.sort((a, b) => b.points - a.points)
  if (!first || !second) throw new Error('There are fewer than two languages')
  return { language: first.language, sure: first.points >= CLEAR_LEAD + 1.5 * second.points }
}

/** What the language of an answer depends on. `command` is the language of a command word that only one language has. */
export type Asked = {
  choice?: Language | undefined
  text: string
  command?: Language | undefined
  locale?: string | undefined
  defaultLanguage: Language
}

/**
 * The person's choice; else the language of this message if it has three words or more and is sure, or is a command
 * word of one language only; else the client's locale if that is Finnish or Swedish; else the default language.
 */
export function answerLanguage({ choice, text, command, locale, defaultLanguage }: Asked): Language {
  if (choice) return choice
  if (command) return command
  const message = languageOfMessage(text)
  if (message.sure && wordsOf(text).length >= 3) return message.language
  return languageOfLocale(locale) ?? defaultLanguage
}

/** English is the locale of many a client whose user never chose it, so it says nothing. */
function languageOfLocale(locale: string | undefined): Language | undefined {
  const language = locale?.toLowerCase().split(/[-_]/)[0]
  return isLanguage(language) && language !== 'en' ? language : undefined
}

function read(lists: InLanguages<string>): InLanguages<ReadonlySet<string>> {
  const words = (list: string): Set<string> => new Set(fold(list).split(/\s+/))
  return { fi: words(lists.fi), sv: words(lists.sv), en: words(lists.en) }
}
