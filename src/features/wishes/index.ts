import { z } from 'zod'
import { acts, shows, type Feature } from '../../kit.ts'
import { askForWish } from './ask-for-wish.ts'
import { listWishes } from './list-wishes.ts'
import { sendWish } from './send-wish.ts'

export const wishes: Feature = {
  name: 'wishes',
  commands: { wish: listWishes },
  actions: {
    'tools.request': acts(z.object({ need: z.string('wish.required') }), sendWish),
    'wishes.form': shows(z.object({}), async (turn) => ({ open: askForWish(turn), notice: turn.t('wish.summary') })),
    'wishes.list': shows(z.object({}), async (turn, kit) => ({ replace: await listWishes(turn, kit) })),
  },
}
