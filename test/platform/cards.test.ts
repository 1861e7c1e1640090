import { expect, it } from '@jest/globals'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCards, type Card, type RenderCard } from '../../src/platform/cards.ts'
import type { Labels } from '../../src/strings.ts'
import { temporaryFolder } from '../support/disks.ts'

/** One card of a template and labels of its own, without a language switch. */
async function filled(body: object[], data: object, labels: Labels = {}): Promise<Card['body']> {
  const { folder, remove } = temporaryFolder()
  mkdirSync(join(folder, 'parts'))
  writeFileSync(join(folder, 'parts', 'languages.json'), '{"$when": "${false}"}')
  writeFileSync(join(folder, 'one.json'), JSON.stringify({ body }))
  const render = await readCards(folder, { translate: () => (key) => key, labels: () => labels })
  remove()
  return render({ card: 'one', language: 'fi', summary: '', data } as unknown as Parameters<RenderCard>[0])['body']
}

it('A label stands in a card as it is written, with the signs of the template language in it too', async () => {
  const odd = 'a `tick`, a \\ and $5'
  const body = await filled(
    [{ text: '${t.odd} ${t.even.one} ${name} ${$root.t.odd} ${lang}' }, { text: '${t.even.one}' }],
    { name: 'Åsa' },
    { odd, even: { one: 'even' } },
  )
  expect(body).toEqual([{ text: `${odd} even Åsa ${odd} fi` }, { text: 'even' }])
})

it('A field of the data is itself, whatever its name and its kind, and one that is not there stays to be seen', async () => {
  const data = {
    zero: 0,
    no: false,
    empty: '',
    list: [1],
    Upper: 'case does not count',
    nothing: null,
    within: { its: 'own' },
    items: [{ title: 'one', zero: 7 }, 'two'],
  }
  const body = await filled(
    [
      { a: '${zero}', b: '${no}', c: '${empty}', d: '${list}', e: '${upper}', f: '${within.its}', g: '${within}' },
      { a: null, b: '${missing}', c: '${constructor}', d: '${toString}', e: 'x${zero}y', f: '${zero + 1}' },
      { $data: '${items}', a: '${title}', b: '${zero}', c: '${$root.zero}', d: '${$index}' },
    ],
    data,
  )
  expect(body).toEqual([
    { a: 0, b: false, c: '', d: [1], e: 'case does not count', f: 'own', g: { its: 'own' } },
    { a: null, b: '${missing}', c: '${constructor}', d: '${toString}', e: 'x0y', f: 1 },
    { a: 'one', b: 7, c: 0, d: 0 },
    { a: '${title}', b: '${zero}', c: 0, d: 1 },
  ])
})

it('A button does the same in a client that does not know its kind', async () => {
  const body = await filled([{ type: 'Action.Execute', title: '${name}', verb: 'x.y', data: { id: '${name}' } }], {
    name: 'Åsa',
  })
  const fallback = { type: 'Action.Submit', title: 'Åsa', data: { id: 'Åsa', verb: 'x.y' } }
  expect(body).toEqual([{ type: 'Action.Execute', title: 'Åsa', verb: 'x.y', data: { id: 'Åsa' }, fallback }])
})
