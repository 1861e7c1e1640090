import { describe, expect, it } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The numbers of the faults whose features are there. */
const DUE = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
  33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61,
  62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73,
]

type Row = { number: number; cures: [file: string, name: string][]; tests: string[] }

const rows = readFileSync('docs/faults.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map(rowOf)
const titles = testFiles().flatMap((file) => numbersIn(file).map((number) => ({ file, number })))

describe('the numbered faults', () => {
  it.each(DUE)('number %d has a test and a row in docs/faults.md', (number) => {
    expect(titles.map((title) => title.number)).toContain(number)
    expect(rows.filter((row) => row.number === number)).toHaveLength(1)
  })

  it('that have a test are due, and the table keeps their order', () => {
    expect(titles.filter(({ number }) => !DUE.includes(number))).toEqual([])
    expect(rows.map(({ number }) => number)).toEqual(DUE)
  })

  it.each(rows)('number $number has its cure and its tests where the table says', ({ number, cures, tests }) => {
    expect(cures).not.toEqual([])
    for (const [file, name] of cures) expect([file, wordsOf(file).has(name)]).toEqual([file, true])
    const files = titles.filter((title) => title.number === number).map(({ file }) => file)
    expect(tests).not.toEqual([])
    expect(files).toEqual(expect.arrayContaining(tests))
  })
})

function rowOf(line: string): Row {
  const [, number = '', , cure = '', test = ''] = line.split('|')
  return {
    number: Number(number),
    cures: [...cure.matchAll(/`([\w-]+\/[^`]+)` `(\w+)`/g)].map(([, file = '', name = '']) => [file, name]),
    tests: [...test.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  }
}

function testFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file))
}

function numbersIn(file: string): number[] {
  return [...readFileSync(file, 'utf8').matchAll(/\(\s*['"`]F(\d+) /g)].map(([, number]) => Number(number))
}

function wordsOf(file: string): Set<string> {
  return new Set(readFileSync(file, 'utf8').match(/\w+/g))
}
