import { readFileSync } from 'node:fs'

const TICK_MICROSECONDS = 10_000

/** By how much the most within any window of this length lies over the rate, in per cent. */
export function over(at: readonly number[], ms: number, rate: number): number {
  let most = 0
  let from = 0
  for (const [to, moment] of at.entries()) {
    while (moment - (at[from] ?? 0) >= ms) from += 1
    most = Math.max(most, to - from + 1)
  }
  return round((most / ((rate * ms) / 1000) - 1) * 100)
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** The value below which this share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN
}

/** User and system time in µs, from the process table of Linux. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS
}

/** Resident memory in MB, from the process table of Linux. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1_024)
}
