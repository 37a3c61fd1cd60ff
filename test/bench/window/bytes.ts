const COLOURS = [31, 32, 33, 34, 35, 36];
const WORDS = ['compiling', 'src/main.c', 'warning:', 'unused', 'variable', 'größer', '→', 'linking', '0x7f3a', 'done'];

/** What a busy terminal shows: lines of 40 to 110 columns, some coloured, some not in ASCII. The same bytes each time. */
export function terminalOutput(size: number): Buffer {
  const lines: Buffer[] = [];
  let length = 0;
  let seed = 1;
  const next = (limit: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 0x8000_0000;
    return Math.floor(seed / 0x1_0000) % limit;
  };
  for (let number = 1; length < size; number += 1) {
    const words = Array.from({ length: 5 + next(9) }, () => WORDS[next(WORDS.length)]).join(' ');
    const coloured = number % 3 === 0 ? `\x1b[${COLOURS[next(COLOURS.length)]}m${words}\x1b[0m` : words;
    const line = Buffer.from(`${String(number).padStart(7)} ${coloured}\r\n`);
    lines.push(line);
    length += line.length;
  }
  return Buffer.concat(lines);
}
