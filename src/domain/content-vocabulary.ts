/** Words that the texts do not use, and why. The rules and the lists: content/writing.md, "Language" and "Rights". */
import type { InLanguages } from './languages.ts'

/** A pattern hits whole words only: "samt" does not hit "samtal". */
export type Ban = { pattern: RegExp; instead: string }

function wholeWord(pattern: string, flags = 'giu'): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, flags)
}

function ban(pattern: string, instead: string): Ban {
  return { pattern: wholeWord(pattern), instead }
}

/** The Finnish and Swedish patterns hold the inflected forms, and compounds where the word is banned in them too. */
export const BANNED_WORDS: InLanguages<Ban[]> = {
  fi: [
    ban('\\p{L}*esimie[sh]\\p{L}*', 'esihenkilö, lähijohtaja'),
    ban('alai(nen|s(?!uu)\\p{L}+)', 'työntekijä, tiimin jäsen'),
    // jalkautua, to go out among people, is a term of youth and social work: jalkautuva, jalkautuu.
    ban('jalkaut(?!u(?!s|ks))\\p{L}+', 'ottaa käyttöön, kertoa'),
    ban('haasteelli\\p{L}+', 'vaikea'),
    ban('toimesta(ni|si|an|mme|nne)?', 'kerro, kuka tekee'),
    ban('kysei(nen|s\\p{L}+)', 'tämä, se'),
    ban('suorit(?!us|uks)\\p{L}+', 'tehdä'),
    ban('osalta', 'sano asia ilman sanaa ”osalta”'),
    ban('on\\s+(tärkeää|oleellista|olennaista),?\\s+että', 'sano suoraan, mitä tehdään'),
  ],
  sv: [
    ban('\\p{L}*förm[aä]n(s\\p{L}*|nen\\p{L}*|ne[rn]s?)?', 'chef, närmaste chef'),
    ban('underlydandes?', 'medarbetare'),
    ban('implementer\\p{L}+', 'införa, ta i bruk'),
    ban('gällande|beträffande|avseende', 'om'),
    ban('erhåll\\p{L}*|erhöll\\p{L}*', 'få'),
    ban('samt', 'och'),
    ban('medelst', 'med'),
    ban('i\\s+syfte\\s+att', 'för att'),
    ban('inom\\s+ramen\\s+för', 'i, inom'),
    ban('det\\s+är\\s+(viktigt|väsentligt)\\s+att', 'säg rakt ut vad man gör'),
  ],
  en: [ban('it\\s+is\\s+(important|essential)\\s+(that|to)', 'say what to do')],
}

/** Effects are claimed only where a source is named. */
export const PROOF_WORDS: InLanguages<RegExp> = {
  fi: wholeWord('todistet(tu|usti|tua|un)|tieteellisesti|tutkitusti'),
  sv: wholeWord('bevisa(d|t|de)|bevisligen|vetenskapligt|evidensbasera\\p{L}+'),
  en: wholeWord('proven|scientifically|evidence-based'),
}

/** Finnish endings may follow a name: Reteamingin, SBI:n. Letters alone are told from words by their capitals. */
const ENDING = '(:?\\p{Ll}{1,4})?'
const BRAND_NAMES =
  'reteaming|non-?violent communication|rakentavan? vuorovaikutuksen malli|giraffspråke?|kirahvikiel\\p{L}+|' +
  'getting things done|pomodoro|(7|seven) habits|7 tapaa|(7|sju) (goda )?vanor|myers[- –]briggs|gallup|' +
  'strengths ?finder|clifton ?strengths|belbin|insights discovery|lego|serious play|six thinking hats|' +
  'kuusi ajattelun hattua|kuusi ajatteluhattua|sex tänkande hattar|world caf[eé]|theory u|kahoot|mentimeter|' +
  '\\p{L}*johtamisakatemia|\\p{L}*ledarskapsakademi|leadership academy'

export const BRANDS: RegExp[] = [
  wholeWord(`(?:${BRAND_NAMES})${ENDING}`),
  wholeWord(`(?:SBI|NVC|GTD|MBTI|Q12|DISC|DiSC)${ENDING}`, 'gu'),
]

/** Common names of people in Finland; those that are also words (Anna, Satu, Björn, Mark) are left out. */
const NAMES =
  'Antti|Eero|Hanna|Heikki|Ilkka|Janne|Jari|Johanna|Juha|Jukka|Jussi|Kaisa|Kari|Kirsi|Leena|Liisa|Maija|Matti|Mikko|' +
  'Minna|Paavo|Pekka|Pirjo|Päivi|Riitta|Sanna|Sari|Seppo|Tarja|Teemu|Timo|Tiina|Tuula|Ville|Virtanen|Korhonen|' +
  'Mäkinen|Nieminen|Mäkelä|Anders|Birgitta|Carina|Christer|Fredrik|Gunilla|Göran|Ingrid|Johan|Karin|Kerstin|Lars|' +
  'Magnus|Mikael|Susanne|Johansson|Lindström|Nyström|David|Emma|James|John|Karen|Linda|Mary|Michael|Peter|Sarah|' +
  'Smith|Susan'

export const PERSON_NAMES = wholeWord(`(?:${NAMES})(?:n|a|ä|lla|llä|lle|lta|ltä|s)?`, 'gu')

/** A telephone number or a mail address. 112 is none. */
export const CONTACT_DETAIL = /\+\d{2,3}[\s-]?\d|(?<!\d)0\d{1,2}[\s-]?\d{3}[\s\d-]*|[^\s@]+@[^\s@]+\.\p{L}{2,}/gu

export const PLACEHOLDER =
  /\b(todo|tbd|tba|xxx+|fixme|lorem|ipsum|placeholder|täydennetään|kompletteras)\b|\$\{|[{}<>]|\?\?\?|\[[^\]]*\](?!\()/giu

/** Hosts behind a login: a link there says so with `login_required`. */
export const GATED_HOSTS = ['sharepoint.com', 'microsoftstream.com', 'teams.microsoft.com', 'teams.cloud.microsoft']

/** Tools in which people note things about people say where the notes belong. */
export const PAPER_TOOLS = ['lu-kartta', 'vm-osaaminen', 'ty-varhain', 'ti-merkit']
export const PAPER_SENTENCE: InLanguages<string> = {
  fi: 'Tee muistiinpanot paperille, ei chattiin.',
  sv: 'Anteckna på papper, inte i chatten.',
  en: 'Make notes on paper, not in the chat.',
}

export const ORIGIN_SENTENCE: InLanguages<string> = {
  fi: 'Teksti on kirjoitettu tätä palvelua varten.',
  sv: 'Texten är skriven för den här tjänsten.',
  en: 'The text was written for this service.',
}
