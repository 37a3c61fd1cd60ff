/**
 * The window's server with an agent that has many lively peers, on each of which terminals open that print without end. Arguments: directory of the
 * built window, number of peers. Prints the link that opens the window.
 */
import type { AppChannel, PeerView } from '#shared/app-api/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { BENCH_PATH, BENCH_PEER, BENCH_STATUS, startBenchHost } from './host.ts';

const [rendererDirectory = '', count = '0'] = process.argv.slice(2);
/** As often as an agent tells changes of its peers at most, ms. */
const PEERS_EVERY = 250;
/** Of each terminal, ms. */
const LINE_EVERY = 200;
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

let tick = 0;
let opened = 0;

/** Round trips of all change each time, and a tenth of the peers comes and goes. */
function peersNow(): PeerView[] {
  return Array.from({ length: Number(count) }, (_, number) => {
    const online = (number + Math.floor(tick / 8)) % 10 !== 0;
    return {
      ...BENCH_PEER,
      peerId: `${DIGITS[Math.floor(number / 32)] ?? '0'}${DIGITS[number % 32] ?? '0'}`.padEnd(56, '0'),
      name: `machine ${String(number + 1).padStart(3, '0')}`,
      shortId: String(number).padStart(7, '0'),
      online,
      linked: online,
      path: online ? 'relay' : 'offline',
      rtt: online ? 5 + ((number * 7 + tick) % 40) : null,
    };
  });
}

async function print(channel: AppChannel): Promise<void> {
  const name = (opened += 1);
  let line = 0;
  for (;;) {
    await channel.write(Buffer.from(`terminal ${name}, line ${(line += 1)}: ${'='.repeat(line % 40)}\r\n`));
    await new Promise((resolve) => {
      setTimeout(resolve, LINE_EVERY);
    });
  }
}

const handlers = createHandlers({
  'status.get': () => Promise.resolve(BENCH_STATUS),
  'peers.list': () => Promise.resolve(peersNow()),
  'peers.ping': () => Promise.resolve(BENCH_PATH),
  'approvals.list': () => Promise.resolve([]),
  'terminal.list': () => Promise.resolve([]),
  'terminal.resize': () => Promise.resolve({}),
  'terminal.close': () => Promise.resolve({}),
  'terminal.open': (_input, { connection }) => {
    const channel = connection.openChannel();
    // The window goes in the middle of it.
    print(channel).catch(() => undefined);
    return Promise.resolve({ channel: channel.id, terminal: String(opened).padStart(32, '0'), path: BENCH_PATH });
  },
});

const { link, server } = await startBenchHost(rendererDirectory, handlers);
setInterval(() => {
  tick += 1;
  server.broadcast('peers.changed', peersNow());
}, PEERS_EVERY);
console.log(link);
