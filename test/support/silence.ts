import { afterEach, beforeEach, expect, jest } from '@jest/globals'

/** Holds every test of the file to say nothing on the console: parsers tell there what they find odd. */
export function expectSilence(): void {
  const said: unknown[] = []
  beforeEach(() => {
    said.length = 0
    for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      jest.spyOn(console, level).mockImplementation((...words) => void said.push(words))
    }
  })
  afterEach(() => {
    jest.restoreAllMocks()
    expect(said).toEqual([])
  })
}
