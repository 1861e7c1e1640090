/** What an editor reads of a finding. Bot users never see these: their texts stand in content/strings. */
import type { Finding } from './content-findings.ts'
import type { InLanguages, Language } from './languages.ts'

const MESSAGES = {
  missing: { fi: 'puuttuu', sv: 'saknas', en: 'is missing' },
  empty: { fi: 'on tyhjä', sv: 'är tom', en: 'is empty' },
  'unknown-field': {
    fi: 'tuntematon kenttä ”{name}”',
    sv: 'okänt fält ”{name}”',
    en: 'unknown field “{name}”',
  },
  'wrong-type': {
    fi: 'väärä tyyppi, pitää olla {expected}',
    sv: 'fel typ, ska vara {expected}',
    en: 'must be {expected}',
  },
  'not-a-choice': {
    fi: 'sallitut arvot: {choices}',
    sv: 'tillåtna värden: {choices}',
    en: 'allowed values: {choices}',
  },
  'too-small': { fi: 'vähintään {limit}', sv: 'minst {limit}', en: 'at least {limit}' },
  'too-big': { fi: 'enintään {limit}', sv: 'högst {limit}', en: 'at most {limit}' },
  'not-a-date': {
    fi: 'kirjoita päivä muodossa 2026-11-26',
    sv: 'skriv datumet i formen 2026-11-26',
    en: 'write the date as 2026-11-26',
  },
  'wrong-form': {
    fi: 'väärä muoto, pitää olla {form}',
    sv: 'fel form, ska vara {form}',
    en: 'wrong form, must be {form}',
  },

  'no-file': { fi: 'tiedosto puuttuu', sv: 'filen saknas', en: 'the file is missing' },
  unparsed: {
    fi: 'tiedostoa ei voi lukea, rivi {line}: {reason}',
    sv: 'filen går inte att läsa, rad {line}: {reason}',
    en: 'the file cannot be read, line {line}: {reason}',
  },
  unusable: { fi: 'ei kelpaa: {reason}', sv: 'duger inte: {reason}', en: 'cannot be used: {reason}' },
  encoding: { fi: 'tallenna tiedosto UTF-8-muodossa', sv: 'spara filen som UTF-8', en: 'save the file as UTF-8' },
  'file-size': {
    fi: 'tiedostossa on {count} kilotavua, enintään {limit}',
    sv: 'filen är {count} kilobyte, högst {limit}',
    en: 'the file has {count} kilobytes, at most {limit}',
  },
  'file-name': {
    fi: 'tiedoston nimen lopussa pitää olla .yaml',
    sv: 'filnamnet ska sluta på .yaml',
    en: 'the file name must end in .yaml',
  },
  'id-differs': {
    fi: 'tunnus ”{id}” ei ole sama kuin tiedoston nimi',
    sv: 'id ”{id}” är inte samma som filens namn',
    en: 'the id “{id}” differs from the file name',
  },

  'too-long': {
    fi: '{count} merkkiä, enintään {limit}',
    sv: '{count} tecken, högst {limit}',
    en: '{count} characters, at most {limit}',
  },
  'text-too-long': {
    fi: 'tekstit yhteensä {count} merkkiä, enintään {limit}',
    sv: 'texterna tillsammans {count} tecken, högst {limit}',
    en: 'the texts have {count} characters together, at most {limit}',
  },
  'list-length': {
    fi: '{count} kohtaa, pitää olla {from}–{to}',
    sv: '{count} punkter, ska vara {from}–{to}',
    en: '{count} items, must be {from}–{to}',
  },
  'word-count': {
    fi: '{count} sanaa, pitää olla {from}–{to}',
    sv: '{count} ord, ska vara {from}–{to}',
    en: '{count} words, must be {from}–{to}',
  },
  'parts-differ': {
    fi: '{count} kohtaa, mutta suomeksi {other}',
    sv: '{count} punkter, men på finska {other}',
    en: '{count} items, but {other} in Finnish',
  },
  'minutes-range': {
    fi: '{count} minuuttia, pitää olla {from}–{to}',
    sv: '{count} minuter, ska vara {from}–{to}',
    en: '{count} minutes, must be {from}–{to}',
  },
  'minutes-sum': {
    fi: 'vaiheiden minuutit ovat yhteensä {count}, mutta työkalun kesto on {minutes}',
    sv: 'stegens minuter är tillsammans {count}, men verktyget tar {minutes}',
    en: 'the minutes of the steps add up to {count}, but the tool takes {minutes}',
  },
  'no-question': {
    fi: 'pitää päättyä kysymysmerkkiin',
    sv: 'ska sluta med ett frågetecken',
    en: 'must end with a question mark',
  },
  'must-end': {
    fi: 'lopussa pitää olla: {sentence}',
    sv: 'ska sluta med: {sentence}',
    en: 'must end with: {sentence}',
  },
  'must-say': { fi: 'pitää sanoa: {sentence}', sv: 'ska innehålla: {sentence}', en: 'must say: {sentence}' },

  'long-sentence': {
    fi: '{count} sanaa, enintään {limit}: ”{sentence}”',
    sv: '{count} ord, högst {limit}: ”{sentence}”',
    en: '{count} words, at most {limit}: “{sentence}”',
  },
  lix: {
    fi: 'LIX {count}, enintään {limit}: lyhennä lauseita ja sanoja',
    sv: 'LIX {count}, högst {limit}: korta meningar och ord',
    en: 'LIX {count}, at most {limit}: shorten sentences and words',
  },
  'mean-word': {
    fi: 'sanassa on keskimäärin {count} kirjainta, enintään {limit}',
    sv: 'orden har i medeltal {count} bokstäver, högst {limit}',
    en: 'words have {count} letters on average, at most {limit}',
  },
  'long-word': {
    fi: '{count} kirjainta sanassa ”{word}”',
    sv: '{count} bokstäver i ordet ”{word}”',
    en: '{count} letters in the word “{word}”',
  },
  'wrong-language': {
    fi: 'kieli näyttää olevan {other}',
    sv: 'språket ser ut att vara {other}',
    en: 'the language seems to be {other}',
  },
  'length-ratio': {
    fi: 'pituus on {count} × suomenkielinen, tavallisesti {from}–{to}',
    sv: 'längden är {count} × den finska, vanligen {from}–{to}',
    en: 'the length is {count} × the Finnish one, usually {from}–{to}',
  },

  placeholder: { fi: 'täyttämättä: ”{found}”', sv: 'inte ifyllt: ”{found}”', en: 'not filled in: “{found}”' },
  'banned-word': {
    fi: 'vältettävä sana ”{found}”; sano: {instead}',
    sv: 'undvik ordet ”{found}”; säg: {instead}',
    en: 'avoid the word “{found}”; say: {instead}',
  },
  brand: { fi: 'tuotenimi ”{found}”', sv: 'varumärke ”{found}”', en: 'brand name “{found}”' },
  'person-name': { fi: 'ihmisen nimi ”{found}”', sv: 'personnamn ”{found}”', en: 'name of a person “{found}”' },
  'contact-detail': {
    fi: 'puhelinnumero tai osoite ”{found}”; ne kuuluvat tiedostoon contacts.yaml',
    sv: 'telefonnummer eller adress ”{found}”; de hör till filen contacts.yaml',
    en: 'telephone number or address “{found}”; these belong in contacts.yaml',
  },
  'no-proof': {
    fi: '”{found}” vaatii lähteen kenttään sources',
    sv: '”{found}” kräver en källa i fältet sources',
    en: '“{found}” needs a source in the field sources',
  },

  'not-nfc': {
    fi: 'merkit eivät ole NFC-muodossa: kirjoita ääkköset uudelleen',
    sv: 'tecknen är inte i formen NFC: skriv å, ä och ö på nytt',
    en: 'the characters are not in NFC: type the accented letters again',
  },
  'hidden-character': {
    fi: 'näkymätön merkki {found}',
    sv: 'osynligt tecken {found}',
    en: 'invisible character {found}',
  },
  spaces: { fi: 'kaksi välilyöntiä peräkkäin', sv: 'två mellanslag i rad', en: 'two spaces in a row' },
  quotes: {
    fi: 'väärä lainausmerkki {found}; käytä {right}',
    sv: 'fel citattecken {found}; använd {right}',
    en: 'wrong quotation mark {found}; use {right}',
  },
  'quotes-unpaired': {
    fi: 'lainausmerkki ilman paria',
    sv: 'citattecken utan par',
    en: 'quotation mark without its pair',
  },
  'written-form': {
    fi: 'kirjoitusasu ”{found}”; kirjoita esimerkiksi {right}',
    sv: 'skrivsättet ”{found}”; skriv till exempel {right}',
    en: 'written form “{found}”; write for example {right}',
  },

  link: {
    fi: 'linkki ”{found}” ei ole sallittu: https ja sallittu palvelin (LINK_HOSTS)',
    sv: 'länken ”{found}” är inte tillåten: https och en tillåten server (LINK_HOSTS)',
    en: 'the link “{found}” is not allowed: https and an allowed host (LINK_HOSTS)',
  },
  'login-required': {
    fi: 'linkki vaatii kirjautumisen: login_required: true',
    sv: 'länken kräver inloggning: login_required: true',
    en: 'the link needs a login: login_required: true',
  },

  'no-such-time': {
    fi: 'aikaa {found} ei ole: kello tai kalenteri hyppää sen yli',
    sv: 'tiden {found} finns inte: klockan eller kalendern hoppar över den',
    en: 'there is no time {found}: the clock or the calendar leaps over it',
  },
  'no-join-link': {
    fi: 'liittymislinkki puuttuu, ja alku on {date}',
    sv: 'länken för att delta saknas, och starten är {date}',
    en: 'the link for joining is missing, and the start is on {date}',
  },
  'expires-early': {
    fi: 'tallenne vanhenee ennen kuin tilaisuus alkaa',
    sv: 'inspelningen går ut innan evenemanget börjar',
    en: 'the recording expires before the event starts',
  },
  'webinar-or-waiver': {
    fi: 'kirjoita joko webinaari (webinar) tai syy, miksi sitä ei ole (waiver)',
    sv: 'skriv antingen ett webbinarium (webinar) eller varför det inte finns (waiver)',
    en: 'write either a webinar or the reason for having none (waiver)',
  },

  'review-order': {
    fi: 'päivien järjestys: created, reviewed, review_due',
    sv: 'datumens ordning: created, reviewed, review_due',
    en: 'order of the dates: created, reviewed, review_due',
  },
  'review-far': {
    fi: 'enintään 12 kuukautta tarkistuksesta, viimeistään {limit}',
    sv: 'högst 12 månader från granskningen, senast {limit}',
    en: 'at most 12 months after the review, by {limit}',
  },
  passed: { fi: 'päivä {date} on mennyt', sv: 'datumet {date} har passerat', en: 'the date {date} has passed' },
  'no-sources': {
    fi: 'oikeuksilla {rights} pitää olla lähde',
    sv: 'rättigheterna {rights} kräver en källa',
    en: 'rights {rights} need a source',
  },
  'no-pilot': {
    fi: 'julkaistulla työkalulla pitää olla pilotin luvut (pilot) tai poikkeus (exemption)',
    sv: 'ett publicerat verktyg ska ha pilotsiffror (pilot) eller ett undantag (exemption)',
    en: 'a published tool needs pilot figures (pilot) or an exemption',
  },
  'no-change-line': {
    fi: 'versiosta {version} ei ole riviä',
    sv: 'versionen {version} har ingen rad',
    en: 'version {version} has no line',
  },

  'title-taken': {
    fi: 'sama otsikko on työkalulla {other}',
    sv: 'verktyget {other} har samma rubrik',
    en: 'the tool {other} has the same title',
  },
  'title-same': {
    fi: 'sama kuin suomenkielinen',
    sv: 'samma som den finska',
    en: 'same as the Finnish one',
  },
  repeated: {
    fi: 'sama lause {count} työkalussa ({tools}): ”{sentence}”',
    sv: 'samma mening i {count} verktyg ({tools}): ”{sentence}”',
    en: 'the same sentence in {count} tools ({tools}): “{sentence}”',
  },
  'unknown-id': { fi: 'tunnusta ”{id}” ei ole', sv: 'id ”{id}” finns inte', en: 'there is no id “{id}”' },
  itself: { fi: 'viittaa itseensä', sv: 'hänvisar till sig själv', en: 'refers to itself' },
  twice: { fi: '”{id}” on kahdesti', sv: '”{id}” står två gånger', en: '“{id}” stands twice' },
  'other-theme': {
    fi: '”{id}” kuuluu teemaan {theme}',
    sv: '”{id}” hör till temat {theme}',
    en: '“{id}” belongs to the theme {theme}',
  },
  'not-listed': {
    fi: 'teeman {theme} luettelossa ei ole tätä',
    sv: 'finns inte i listan för temat {theme}',
    en: 'is not in the list of the theme {theme}',
  },
  'not-in-theme': {
    fi: '”{id}” ei ole teeman {theme} luettelossa',
    sv: '”{id}” finns inte i listan för temat {theme}',
    en: '“{id}” is not in the list of the theme {theme}',
  },
  'theme-unpublished': {
    fi: 'teemaa {theme} ei ole julkaistu',
    sv: 'temat {theme} är inte publicerat',
    en: 'the theme {theme} is not published',
  },
  'few-published': {
    fi: 'julkaistuja {count}, vähintään {limit}',
    sv: 'publicerade {count}, minst {limit}',
    en: 'published {count}, at least {limit}',
  },
  'same-opening': {
    fi: 'alkaa samalla lauseella kuin {other}: ”{sentence}”',
    sv: 'börjar med samma mening som {other}: ”{sentence}”',
    en: 'opens with the same sentence as {other}: “{sentence}”',
  },
  'no-canvas': {
    fi: 'lomakkeen kentät ovat vain työkalulla, jonka format on canvas',
    sv: 'bara ett verktyg med format canvas har formulärfält',
    en: 'only a tool of the format canvas has the fields of a form',
  },
  'few-offered': {
    fi: 'aiheella {dimension} on julkaistuja työkaluja {count}, vähintään {limit}',
    sv: 'dimensionen {dimension} har {count} publicerade verktyg, minst {limit}',
    en: 'the dimension {dimension} has {count} published tools, at least {limit}',
  },
  'like-a-query': {
    fi: 'liian lähellä hakuviestiä ”{message}”',
    sv: 'för nära sökmeddelandet ”{message}”',
    en: 'too close to the search message “{message}”',
  },

  'default-first': {
    fi: 'ensimmäisen yksikön pitää olla default',
    sv: 'den första enheten ska vara default',
    en: 'the first unit must be default',
  },
  'contact-language': {
    fi: 'tyhjä, vaikka toisella kielellä on teksti: tämä kieli ei näe yhteystietoa',
    sv: 'tom fast det finns text på ett annat språk: kontakten visas inte på det här språket',
    en: 'empty though another language has text: this language does not see the contact',
  },
  unchecked: {
    fi: 'kirjoita, milloin numero tarkistettiin (checked)',
    sv: 'skriv när numret kontrollerades (checked)',
    en: 'say when the number was checked (checked)',
  },
  'checked-long-ago': {
    fi: 'tarkistettu {date}, yli 12 kuukautta sitten',
    sv: 'kontrollerat {date}, för mer än 12 månader sedan',
    en: 'checked {date}, over 12 months ago',
  },

  'extra-string': {
    fi: 'avainta ei ole tiedostossa en.json',
    sv: 'nyckeln finns inte i en.json',
    en: 'the key is not in en.json',
  },
  'values-differ': {
    fi: 'muuttujat ovat {found}, mutta englanniksi {right}',
    sv: 'variablerna är {found}, men på engelska {right}',
    en: 'the values are {found}, but {right} in English',
  },
  'inflected-value': {
    fi: 'päätettä ei voi liittää muuttujaan: ”{found}”; kirjoita otsikko ja arvo',
    sv: 'en ändelse kan inte fogas till en variabel: ”{found}”; skriv etikett och värde',
    en: 'no ending can follow a value: “{found}”; write a label and the value',
  },
  'note-misplaced': {
    fi: 'kääntäjän huomautus kuuluu vain tiedostoon en.json',
    sv: 'anmärkningen till översättaren hör bara till en.json',
    en: 'notes for the translator belong in en.json only',
  },
} satisfies Record<string, InLanguages<string>>

export type Rule = keyof typeof MESSAGES

const LANGUAGE_NAMES: InLanguages<InLanguages<string>> = {
  fi: { fi: 'suomi', sv: 'ruotsi', en: 'englanti' },
  sv: { fi: 'finska', sv: 'svenska', en: 'engelska' },
  en: { fi: 'Finnish', sv: 'Swedish', en: 'English' },
}

const TYPE_NAMES: Record<string, InLanguages<string>> = {
  string: { fi: 'teksti', sv: 'text', en: 'text' },
  number: { fi: 'luku', sv: 'ett tal', en: 'a number' },
  int: { fi: 'kokonaisluku', sv: 'ett heltal', en: 'a whole number' },
  boolean: { fi: 'true tai false', sv: 'true eller false', en: 'true or false' },
  array: { fi: 'luettelo', sv: 'en lista', en: 'a list' },
  object: { fi: 'joukko kenttiä', sv: 'en grupp fält', en: 'a group of fields' },
  record: { fi: 'joukko kenttiä', sv: 'en grupp fält', en: 'a group of fields' },
}

/** Names of the fields whose keys an editor seldom looks at. A number follows those that are lists. */
const FIELD_NAMES: Record<string, InLanguages<string>> = {
  title: { fi: 'otsikko', sv: 'rubrik', en: 'title' },
  summary: { fi: 'tiivistelmä', sv: 'sammanfattning', en: 'summary' },
  when: { fi: 'milloin', sv: 'när', en: 'when' },
  outcome: { fi: 'tulos', sv: 'resultat', en: 'outcome' },
  steps: { fi: 'vaihe', sv: 'steg', en: 'step' },
  remote_tip: { fi: 'etävinkki', sv: 'distanstips', en: 'remote tip' },
  avoid: { fi: 'vältä', sv: 'undvik', en: 'avoid' },
  care: { fi: 'huolenpito', sv: 'omsorg', en: 'care' },
  follow_up: { fi: 'jatkokysymys', sv: 'uppföljning', en: 'follow-up' },
  origin: { fi: 'alkuperä', sv: 'ursprung', en: 'origin' },
  needs: { fi: 'tarve', sv: 'behov', en: 'need' },
  body: { fi: 'leipäteksti', sv: 'brödtext', en: 'body' },
  question: { fi: 'kysymys', sv: 'fråga', en: 'question' },
  source: { fi: 'lähde', sv: 'källa', en: 'source' },
  name: { fi: 'nimi', sv: 'namn', en: 'name' },
  why: { fi: 'miksi', sv: 'varför', en: 'why' },
  order: { fi: 'järjestys', sv: 'ordning', en: 'order' },
  hr: { fi: 'HR:lle', sv: 'för HR', en: 'for HR' },
  canvas: { fi: 'lomake', sv: 'formulär', en: 'form' },
  label: { fi: 'kenttä', sv: 'fält', en: 'label' },
  hint: { fi: 'esimerkki', sv: 'exempel', en: 'hint' },
  topic: { fi: 'aihe', sv: 'ämne', en: 'topic' },
  where: { fi: 'minne kuuluu', sv: 'vart det hör', en: 'where it belongs' },
  offers: { fi: 'tarjotut', sv: 'erbjudna', en: 'offered' },
  sections: { fi: 'osio', sv: 'avsnitt', en: 'section' },
  heading: { fi: 'väliotsikko', sv: 'mellanrubrik', en: 'heading' },
  description: { fi: 'kuvaus', sv: 'beskrivning', en: 'description' },
  speakers: { fi: 'puhuja', sv: 'talare', en: 'speaker' },
  organiser: { fi: 'järjestäjä', sv: 'arrangör', en: 'organiser' },
  login_note: { fi: 'kirjautumisohje', sv: 'inloggning', en: 'login note' },
  why_now: { fi: 'miksi nyt', sv: 'varför nu', en: 'why now' },
  first_step: { fi: 'ensimmäinen työkalu', sv: 'första verktyget', en: 'first tool' },
  ideas: { fi: 'idea', sv: 'idé', en: 'idea' },
  paragraphs: { fi: 'kappale', sv: 'stycke', en: 'paragraph' },
}

/** A finding as a sentence in the editor's language: `kr-huoli, ruotsi, vaihe 4: 21 sanaa, enintään 20`. */
export function sentenceOf(finding: Finding, editor: Language): string {
  const language = finding.language && LANGUAGE_NAMES[editor][finding.language]
  const field = finding.field && fieldName(finding, finding.field, editor)
  const place = [stem(finding.file), language, field].filter(Boolean).join(', ')
  return `${place}: ${messageOf(finding, editor)}`
}

function messageOf({ rule, values }: Finding, editor: Language): string {
  return MESSAGES[rule][editor].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? ''
    if (rule === 'wrong-language') return LANGUAGE_NAMES[editor][value as Language]
    if (rule === 'wrong-type') return TYPE_NAMES[value]?.[editor] ?? String(value)
    return typeof value === 'number' && editor !== 'en' ? String(value).replace('.', ',') : String(value)
  })
}

/** `tools/kr-huoli.yaml` is `kr-huoli`; other endings stay, as they tell which file is meant. */
function stem(file: string): string {
  return file.replace(/^(tools|theory|themes|webinars|launches|pages|search\/elsewhere)\//, '').replace(/\.yaml$/, '')
}

function fieldName({ file }: Finding, field: string, editor: Language): string {
  const parts = field.split('.')
  if (file.startsWith('strings/') || parts.every((part) => FIELD_NAMES[part] === undefined)) return field
  return parts.map((part) => FIELD_NAMES[part]?.[editor] ?? part).join(' ')
}
