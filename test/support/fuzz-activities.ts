/** Activities as no platform sends them: good ones with a part changed, and requests with their bytes broken. */
import fc from 'fast-check'

type Json = Record<string, unknown>

const HOSTILE = [
  ...[
    '',
    ' ',
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    '\u202e',
    'x'.repeat(5_000),
    '<at>Luotsi</at>',
    '{{DATE(x)}}',
  ],
  ...[
    'http://169.254.169.254/',
    'file:///etc/passwd',
    'https://user:pw@service.example',
    'http://[',
    '19:a;messageid=1',
  ],
  ...['fi-FI-x-'.repeat(40), 'message', 'invoke', 'adaptiveCard/action', 'composeExtension/query', 'task/fetch', 'add'],
]

const value = fc.oneof(
  fc.constantFrom<unknown>(...HOSTILE),
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, [], {}, [null], [{}], [[[]]], { id: null }, { id: [] }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant<unknown>(JSON.parse('{"__proto__":{"id":"x"},"id":"y"}')),
)

export type Change = { path: number[]; drop: boolean; name: string | undefined; value: unknown }

export const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
  drop: fc.boolean(),
  name: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    fc.constantFrom('__proto__', 'membersAdded', 'entities'),
  ),
  value,
})

/** A copy with one part changed: the path counts the fields on the way to it. */
export function changed(activity: Json, { path, drop, name, value: put }: Change): Json {
  const copy = structuredClone(activity)
  let at: Json = copy
  let field = ''
  for (const step of path) {
    const fields = Object.keys(at)
    field = fields[step % Math.max(1, fields.length)] ?? 'x'
    const next = at[field]
    if (typeof next !== 'object' || next === null) break
    if (step !== path.at(-1)) at = next as Json
  }
  if (drop && name === undefined) Reflect.deleteProperty(at, field)
  else Object.defineProperty(at, name ?? field, { value: put, enumerable: true, configurable: true, writable: true })
  return copy
}

/** How the bytes of a request are broken. */
export const breaking = fc.record({
  // Whole ones too: what breaks within the body alone comes as far as the parser.
  cutAt: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)), {
    maxLength: 4,
  }),
  pieces: fc.integer({ min: 1, max: 5 }),
  then: fc.constantFrom('end' as const, 'tear' as const),
})
export type Breaking = typeof breaking extends fc.Arbitrary<infer T> ? T : never

/** The request in pieces, cut and with bytes flipped. */
export function broken(request: string, { cutAt, flips, pieces }: Breaking): Buffer[] {
  const bytes = Buffer.from(request)
  for (const [where, byte] of flips) bytes[Math.floor(where * bytes.length)] = byte
  const rest = bytes.subarray(0, Math.ceil(cutAt * bytes.length))
  const size = Math.max(1, Math.ceil(rest.length / pieces))
  return Array.from({ length: pieces }, (_, at) => rest.subarray(at * size, (at + 1) * size))
}
