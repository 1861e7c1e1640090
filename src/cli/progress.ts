/** How far a long command is: a bar on a terminal, elsewhere a line now and then. */

const CELLS = 30
/** Where nobody knows how many there will be. */
const EACH = 10_000

type Out = { isTTY?: boolean; write(text: string): unknown }

/** `total` is 0 where it is not known. Tell it how many rows are done, and the end. */
export function openProgress(what: string, total = 0, out: Out = process.stderr) {
  const step = total === 0 ? EACH : Math.max(1, Math.ceil(total / (out.isTTY === true ? 100 : 10)))
  let shown = 0
  const show = (rows: number): void => {
    shown = rows
    const share = total === 0 ? 0 : rows / total
    const figures = total === 0 ? `${rows}` : `${rows} of ${total}, ${Math.floor(share * 100)} %`
    const full = Math.round(share * CELLS)
    const bar = total === 0 ? '' : ` [${'#'.repeat(full)}${'.'.repeat(CELLS - full)}]`
    out.write(out.isTTY === true ? `\r${what}${bar} ${figures}` : `${what}: ${figures}\n`)
  }
  return {
    told(rows: number): void {
      if (rows - shown >= step) show(rows)
    },
    done(rows: number): void {
      if (rows !== shown || rows === 0) show(rows)
      if (out.isTTY === true) out.write('\n')
    },
  }
}
