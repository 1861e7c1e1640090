/** `npm start`: the bot and Microsoft 365 Agents Playground together on this machine. */
import { runTogether } from './run-together.ts'

await runTogether({
  command: 'npm start',
  env: process.env,
  whenReady: async () => ['Avaa selaimessa ja kirjoita esimerkiksi: tiimissä kinaa etäpalavereista'],
})
