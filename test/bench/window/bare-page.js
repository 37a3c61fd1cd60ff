// A page that is nothing but xterm.js: what the terminal itself can take. The bench calls `measure` in it.
import { Terminal } from '@xterm/xterm';

/** What one write carries, bytes. */
const CHUNK = 64 * 1024;
/** Bytes that are given but not drawn yet: enough that the terminal never waits. */
const AHEAD = 512 * 1024;

const terminals = [];

/** Milliseconds from the first byte given to the last one drawn. */
globalThis.measure = async (url, options) => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  for (const old of terminals.splice(0)) old.dispose();
  const terminal = new Terminal({ ...options, allowProposedApi: true });
  terminals.push(terminal);
  terminal.open(document.body);
  await painted();
  const started = performance.now();
  let undrawn = 0;
  let proceed = () => undefined;
  for (let offset = 0; offset < bytes.length; offset += CHUNK) {
    const chunk = bytes.subarray(offset, offset + CHUNK);
    undrawn += chunk.length;
    terminal.write(chunk, () => {
      undrawn -= chunk.length;
      proceed();
    });
    while (undrawn > AHEAD)
      await new Promise((resolve) => {
        proceed = resolve;
      });
  }
  while (undrawn > 0)
    await new Promise((resolve) => {
      proceed = resolve;
    });
  await painted();
  return performance.now() - started;
};

function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  });
}
