/** `npm run privacy -- report`: the register of what is kept where, how long and on what basis, from the code itself. */
import { REGISTER, type Basis, type KeptFor, type Linked } from '../domain/register.ts'

const KEPT_FOR: Record<KeptFor, string> = {
  use: 'while the person uses Luotsi',
  team: 'while Luotsi is in the team',
  imported: 'until an import leaves the person out',
  checkins: 'while the team has check-ins',
  round: 'until the check-in closes',
  day: '1 day',
  month: '30 days after its end',
  year: '12 months',
  retention: 'RETENTION_MONTHS (24 months)',
  organisation: 'while the organisation uses Luotsi',
}
const BASIS: Record<Basis, string> = {
  task: 'task in the public interest, GDPR 6(1)(e)',
  duty: 'legal obligation, GDPR 6(1)(c)',
  none: 'no personal data',
}
const LINKED: Record<Linked, string> = {
  person: 'by Entra object id',
  sealed: 'by the key of the open check-in alone',
  nobody: 'to nobody',
}

if (process.argv[2] === 'report') {
  console.log('| collection | what, and what for | linked | kept | basis (proposal) |\n| --- | --- | --- | --- | --- |')
  for (const [name, { what, linked, keptFor, basis }] of Object.entries(REGISTER)) {
    console.log(`| ${[name, what, LINKED[linked], KEPT_FOR[keptFor], BASIS[basis]].join(' | ')} |`)
  }
} else {
  console.error('Write: npm run privacy -- report')
  process.exitCode = 1
}
