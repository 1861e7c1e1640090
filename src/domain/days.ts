/** Days, ISO weeks and the wall clock, as whole numbers: thousands of rounds are planned in one go. */
import { IANAZone } from 'luxon'

/** Days since 1.1.1970. */
export type Day = number

/** Minutes since 1.1.1970 0.00 as the clock on the wall counts them, in whatever zone. */
export type Wall = number

export const DAY_MINUTES = 24 * 60

const MINUTE_MS = 60_000
const DAY_MS = DAY_MINUTES * MINUTE_MS

/** `month` and `date` count from 1. */
function dayAt(year: number, month: number, date: number): Day {
  return Date.UTC(year, month - 1, date) / DAY_MS
}

/** ISO date: 2026-11-26. */
export function isoDate(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** From 1, Monday, to 7. */
export function weekdayOf(day: Day): number {
  // 1.1.1970 was a Thursday.
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** ISO week 2026-W48: it belongs to the year of its Thursday. */
export function weekOfDay(day: Day): string {
  const thursday = day - weekdayOf(day) + 4
  const year = yearOf(thursday)
  const number = Math.floor((thursday - dayAt(year, 1, 1)) / 7) + 1
  return `${year}-W${String(number).padStart(2, '0')}`
}

/** @throws RangeError where the year has no such week */
export function mondayOf(week: string): Day {
  const [year = NaN, number = NaN] = week.split('-W').map(Number)
  const fourth = dayAt(year, 1, 4)
  const monday = fourth - weekdayOf(fourth) + 1 + 7 * (number - 1)
  if (Number.isNaN(monday) || weekOfDay(monday) !== week) throw new RangeError(`No ISO week: ${week}`)
  return monday
}

/** Minutes of HH:mm. */
export function minutesOf(time: string): number {
  const [hours = NaN, minutes = NaN] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** HH:mm of minutes since midnight. */
export function timeOf(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [hours, rest].map((part) => String(part).padStart(2, '0')).join(':')
}

export function dayOf(wall: Wall): Day {
  return Math.floor(wall / DAY_MINUTES)
}

/** What the clock of the zone shows at a moment, seconds left out. */
export function wallOf(at: Date, zone: string): Wall {
  return Math.floor(at.getTime() / MINUTE_MS + offsetAt(at.getTime(), zone))
}

/**
 * When the clock of the zone shows this. A time that a clock change leaps over comes as much later as the leap is long;
 * one that comes twice is taken the first time.
 */
export function momentOf(wall: Wall, zone: string): Date {
  const asIfUtc = wall * MINUTE_MS
  const before = asIfUtc - offsetAt(asIfUtc - DAY_MS, zone) * MINUTE_MS
  const after = asIfUtc - offsetAt(asIfUtc + DAY_MS, zone) * MINUTE_MS
  const isShown = (at: number) => at + offsetAt(at, zone) * MINUTE_MS === asIfUtc
  return new Date(before === after || isShown(before) || !isShown(after) ? before : after)
}

/** A local date and time, 2026-12-03T09:00. Undefined where it is written otherwise, or the calendar has no such day. */
export function readLocal(text: string): Wall | undefined {
  const wall = Date.parse(`${text}:00Z`) / MINUTE_MS
  return Number.isInteger(wall) && writeLocal(wall) === text ? wall : undefined
}

/** 2026-12-03T09:00 */
export function writeLocal(wall: Wall): string {
  return `${isoDate(dayOf(wall))}T${timeOf(wall - dayOf(wall) * DAY_MINUTES)}`
}

/**
 * A free day in Finland, by its date: writing.md, "Calendar". Midsummer Day and All Saints' are always Saturdays.
 */
export function isFinnishFreeDay(day: Day): boolean {
  const year = yearOf(day)
  let freeDays = freeDaysByYear.get(year)
  if (freeDays === undefined) {
    freeDays = freeDaysOf(year)
    freeDaysByYear.set(year, freeDays)
  }
  return freeDays.has(day)
}

const freeDaysByYear = new Map<number, ReadonlySet<Day>>()

function freeDaysOf(year: number): ReadonlySet<Day> {
  const easter = easterOf(year)
  const midsummerEve = [19, 20, 21, 22, 23, 24, 25]
    .map((date) => dayAt(year, 6, date))
    .filter((day) => weekdayOf(day) === 5)
  return new Set([
    dayAt(year, 1, 1),
    dayAt(year, 1, 6),
    easter - 2,
    easter + 1,
    dayAt(year, 5, 1),
    easter + 39,
    ...midsummerEve,
    dayAt(year, 12, 6),
    dayAt(year, 12, 24),
    dayAt(year, 12, 25),
    dayAt(year, 12, 26),
  ])
}

/** Easter Sunday by the Gregorian reckoning of Meeus, Jones and Butcher (Meeus, Astronomical Algorithms, chapter 8). */
function easterOf(year: number): Day {
  const century = Math.floor(year / 100)
  const golden = year % 19
  const moonDrift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - moonDrift + 15) % 30
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor((year % 100) / 4) - epact - (year % 4)) % 7
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451)
  return dayAt(year, 3, 22) + epact + toSunday - 7 * late
}

function yearOf(day: Day): number {
  return new Date(day * DAY_MS).getUTCFullYear()
}

/** Minutes ahead of UTC. */
function offsetAt(ms: number, zone: string): number {
  return IANAZone.create(zone).offset(ms)
}
