import { styleText } from 'node:util';

const started = performance.now();

/** One thing that is done, with the time since the start. */
export function step(name: string, what: string): void {
  const time = `${((performance.now() - started) / 1000).toFixed(2)} s`;
  say(`${styleText('dim', time.padStart(7))}  ${styleText('bold', name.padEnd(9))} ${what}`);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
