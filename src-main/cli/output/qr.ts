import { encodeQR } from 'qr';

/** Width of the white margin, modules. */
const QUIET_ZONE = 2;

/**
 * Draws a QR code as lines of half blocks, two rows of modules per line. Pure.
 * @param coloured true to draw black on white with escape sequences; false to draw only the light modules, which works
 * on a dark background
 */
export function renderQrText(text: string, coloured: boolean): readonly string[] {
  const modules = encodeQR(text, 'raw', { ecc: 'low', border: QUIET_ZONE });
  const size = modules.length;
  const dark = (row: number, column: number): boolean => modules[row]?.[column] === true;
  const lines: string[] = [];
  for (let row = 0; row < size; row += 2) {
    let line = '';
    for (let column = 0; column < size; column += 1) {
      line += block(dark(row, column) === coloured, dark(row + 1, column) === coloured);
    }
    lines.push(coloured ? `\u001b[38;5;16;48;5;231m${line}\u001b[0m` : line);
  }
  return lines;
}

function block(upper: boolean, lower: boolean): string {
  if (upper && lower) return '█';
  if (upper) return '▀';
  return lower ? '▄' : ' ';
}
