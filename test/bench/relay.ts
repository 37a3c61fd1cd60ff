/** `relay.ts DATA_DIRECTORY [HOST]`: a relay with limits wide enough to be measured; prints its URL. */
import { startRelay } from '#relay/index.ts';

const WIDE = { burst: 1_000_000, perSecond: 1_000_000 };
const [dataDirectory, host = '127.0.0.1'] = process.argv.slice(2);
if (dataDirectory === undefined) throw new Error('no data directory');
const relay = await startRelay({
  dataDirectory,
  listen: { host, port: 0 },
  tls: { mode: 'off' },
  admission: 'open',
  // All load comes from one address here, which no real relay sees.
  limits: { unauthenticatedPerAddress: 20_000 },
  rates: Object.fromEntries(
    (['connectionsPerAddress', 'politenessPerAddress', 'failuresPerAddress', 'foundersPerAddress'] as const).map(
      (name) => [name, WIDE],
    ),
  ),
});
process.stdout.write(`${relay.url}\n`);
