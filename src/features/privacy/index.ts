import type { Feature } from '../../kit.ts'
import { forgetOldRecords } from './forget-old-records.ts'
import { showTextPage } from './show-text-page.ts'

export const privacy: Feature = {
  name: 'privacy',
  pages: {
    '/privacy': showTextPage('privacy'),
    '/terms': showTextPage('terms'),
    '/accessibility': showTextPage('accessibility'),
  },
  jobs: [forgetOldRecords],
}
