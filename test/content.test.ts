import { expect, it } from '@jest/globals'
import { sentenceOf } from '../src/domain/content-messages.ts'
import { findingsOf } from '../src/platform/content.ts'

it('the content of the repository has no errors', async () => {
  const today = '2026-11-26'
  const { findings } = await findingsOf('content', { today, linkHosts: [] })
  const errors = findings.filter(({ level }) => level === 'error')
  expect(errors.map((finding) => sentenceOf(finding, 'en'))).toEqual([])
})
