// A page that is nothing but xterm.js: what the terminal itself can take. The bench calls `measure` in it.
import { Terminal } from '@xterm/xterm';

/** What one write carries, bytes. */
const CHUNK = 64 * 1024;
/** Writes that are given but not drawn yet: enough that the terminal never waits. */
const AHEAD = 8;

const terminals = [];

/** Milliseconds from the first byte given to the last one drawn. */
globalThis.measure = async (url, options) => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  for (const old of terminals.splice(0)) old.dispose();
  await document.fonts.load(`${options.fontSize}px ${options.fontFamily}`);
  const terminal = new Terminal({ ...options, allowProposedApi: true });
  terminals.push(terminal);
  terminal.open(document.body);
  terminal.focus();
  await painted();
  const started = performance.now();
  const drawn = [];
  for (let offset = 0; offset < bytes.length; offset += CHUNK) {
    const chunk = bytes.subarray(offset, offset + CHUNK);
    drawn.push(new Promise((resolve) => terminal.write(chunk, resolve)));
    if (drawn.length > AHEAD) await drawn.shift();
  }
  await Promise.all(drawn);
  await painted();
  return performance.now() - started;
};

function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  });
}
