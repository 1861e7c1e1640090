import { Resvg } from '@resvg/resvg-js'
import { describe, expect, it } from '@jest/globals'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const filesOf = (folder: string, ending: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)

const sizes: [string, number][] = [
  ['manifest/color.svg', 192],
  ['manifest/outline.svg', 32],
  ...filesOf('content/themes', '.svg').map((file): [string, number] => [file, 96]),
]

const render = (svg: string) => new Resvg(svg, { font: { loadSystemFonts: false } }).render()
const pngOf = (svg: string) => readFile(svg.replace(/svg$/, 'png'))

/** The picture of a PNG, pixel by pixel. */
function pixelsOf(png: Buffer, size: number): Buffer {
  const href = `data:image/png;base64,${png.toString('base64')}`
  return render(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><image href="${href}"/></svg>`,
  ).pixels
}

describe('the drawings', () => {
  it('are all of the two icons and the images of themes', () => {
    const known = sizes.map(([svg]) => svg)
    expect([...filesOf('manifest', '.svg'), ...filesOf('content/themes', '.svg')]).toEqual(known)
  })

  it.each(sizes)('%s has its PNG of %i pixels a side', async (svg, size) => {
    const png = await pngOf(svg)
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
  })

  it.each(sizes)('%s is what its PNG shows: after a change, run src/cli/draw.ts', async (svg, size) => {
    const drawn = render(await readFile(svg, 'utf8')).pixels
    const shown = pixelsOf(await pngOf(svg), size)
    // Machines round colours differently by a little.
    const differing = drawn.filter((value, at) => Math.abs(value - (shown[at] ?? 0)) > 4).length
    expect(differing).toBe(0)
  })

  it.each(filesOf('content/themes', '.svg'))('%s is small enough to travel inside a card', async (svg) => {
    expect((await pngOf(svg)).length).toBeLessThanOrEqual(3 * 1024)
  })

  it('show every theme, and Luotsi itself', () => {
    const themes = filesOf('content/themes', '.yaml').map((file) => file.replace(/yaml$/, 'svg'))
    expect(filesOf('content/themes', '.svg')).toEqual(expect.arrayContaining([...themes, 'content/themes/luotsi.svg']))
  })

  it('keep the outline icon white on transparent, as Teams demands', async () => {
    const pixels = pixelsOf(await pngOf('manifest/outline.svg'), 32)
    const alpha = pixels.filter((_, at) => at % 4 === 3)
    const colours = pixels.filter((value, at) => at % 4 !== 3 && value !== pixels[at - (at % 4) + 3])
    expect(alpha).toContain(0)
    // Colours come multiplied by alpha: white is where all three equal it.
    expect(colours.length).toBe(0)
  })
})
