/**
 * The window's server with an agent that is nothing but app-api and bytes: each Enter on its terminal gives the whole output, once, with END, its
 * number and a prompt behind it. Arguments: directory of the built window, size in bytes. Prints the link that opens the window, then the sizes that
 * the terminal takes.
 */
import type { AppChannel } from '#shared/app-api/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { terminalOutput } from './bytes.ts';
import { BENCH_PATH, BENCH_PEER, BENCH_STATUS, startBenchHost } from './host.ts';

const [rendererDirectory = '', size = '0'] = process.argv.slice(2);
const output = terminalOutput(Number(size));
/** What the agent passes on at once, bytes. */
const CHUNK = 64 * 1024;

const handlers = createHandlers({
  'status.get': () => Promise.resolve(BENCH_STATUS),
  'peers.list': () => Promise.resolve([BENCH_PEER]),
  'peers.get': () => Promise.resolve(BENCH_PEER),
  'peers.ping': () => Promise.resolve(BENCH_PATH),
  'approvals.list': () => Promise.resolve([]),
  'terminal.list': () => Promise.resolve([]),
  'terminal.resize': ({ cols, rows }) => {
    console.log(`size ${cols} ${rows}`);
    return Promise.resolve({});
  },
  'terminal.close': () => Promise.resolve({}),
  'terminal.open': ({ cols, rows }, { connection }) => {
    console.log(`size ${cols} ${rows}`);
    const channel = connection.openChannel();
    // The window goes in the middle of it.
    serve(channel).catch(() => undefined);
    return Promise.resolve({ channel: channel.id, terminal: '0'.repeat(32), path: BENCH_PATH });
  },
});

async function serve(channel: AppChannel): Promise<void> {
  await channel.write(Buffer.from('$ '));
  let count = 0;
  for (let typed = await channel.read(); typed !== null; typed = await channel.read()) {
    if (!typed.includes(0x0d)) continue;
    for (let offset = 0; offset < output.length; offset += CHUNK)
      await channel.write(output.subarray(offset, offset + CHUNK));
    await channel.write(Buffer.from(`END ${(count += 1)}\r\n$ `));
  }
}

const { link } = await startBenchHost(rendererDirectory, handlers);
console.log(link);
