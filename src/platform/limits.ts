/** How much one person, and one tenant, may ask for before the others would wait for it: contract.md, PERSON_LIMIT and TENANT_LIMIT. */

/** PERSON_LIMIT is of activities in this time. */
const PERSON_MS = 10_000
/** TENANT_LIMIT is of activities in this time. */
const TENANT_MS = 1_000
/** Beyond so many people at once the longest silent is forgotten: memory stays bounded whoever writes. */
const PEOPLE_MOST = 50_000

/** `refused` is answered, `muted` too where an answer is owed; a message after the first refused one is passed over. */
export type Admission = 'passed' | 'refused' | 'muted'

type Window = { times: number[]; toldAt: number }

export class Limits {
  readonly #people = new Map<string, Window>()
  readonly #tenants = new Map<string, { from: number; count: number }>()
  readonly #limits: { person: number; tenant: number }
  readonly #now: () => number

  /** `now` is in ms and never goes back: the bot's own clock can be moved. */
  constructor(limits: { person: number; tenant: number }, now: () => number = () => performance.now()) {
    this.#limits = limits
    this.#now = now
  }

  /** How many people are remembered. */
  get size(): number {
    return this.#people.size
  }

  /** Counts one activity of an authenticated person of an allowed tenant. What was refused does not count. */
  admit({ tenant, id }: { tenant: string; id: string }): Admission {
    const now = this.#now()
    const window = this.#windowOf(`${tenant} ${id}`, now)
    const isTooMuch = window.times.length >= this.#limits.person || !this.#tenantHasRoom(tenant, now)
    if (!isTooMuch) {
      window.times.push(now)
      return 'passed'
    }
    if (now - window.toldAt < PERSON_MS) return 'muted'
    window.toldAt = now
    return 'refused'
  }

  #windowOf(key: string, now: number): Window {
    const { times, toldAt } = this.#people.get(key) ?? { times: [], toldAt: -Infinity }
    const window = { times: times.filter((at) => now - at < PERSON_MS), toldAt }
    // The map keeps the order of arrival, so the longest silent come first.
    this.#people.delete(key)
    this.#people.set(key, window)
    for (const [other, { times: old }] of this.#people) {
      if (now - (old.at(-1) ?? -Infinity) < PERSON_MS && this.#people.size <= PEOPLE_MOST) break
      if (other !== key) this.#people.delete(other)
      else break
    }
    return window
  }

  /** Tenants are those of ALLOWED_TENANTS: few. */
  #tenantHasRoom(tenant: string, now: number): boolean {
    const known = this.#tenants.get(tenant)
    const current = known === undefined || now - known.from >= TENANT_MS ? { from: now, count: 0 } : known
    this.#tenants.set(tenant, current)
    if (current.count >= this.#limits.tenant) return false
    current.count += 1
    return true
  }
}
