/** Draws every SVG of the app package and the themes into the PNG beside it. */
import { Resvg } from '@resvg/resvg-js'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

for (const folder of ['manifest', 'content/themes']) {
  const names = await readdir(folder)
  for (const name of names.filter((file) => file.endsWith('.svg'))) {
    const image = new Resvg(await readFile(join(folder, name), 'utf8'), { font: { loadSystemFonts: false } }).render()
    const png = join(folder, name.replace(/svg$/, 'png'))
    await writeFile(png, image.asPng())
    console.log(`${png} ${image.width} × ${image.height}`)
  }
}
