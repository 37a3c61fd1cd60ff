/** `relay.ts DATA_DIRECTORY`: a relay with limits wide enough to be measured; prints its URL. */
import { startRelay } from '#relay/index.ts';

const [dataDirectory] = process.argv.slice(2);
if (dataDirectory === undefined) throw new Error('no data directory');
const relay = await startRelay({
  dataDirectory,
  listen: { host: '127.0.0.1', port: 0 },
  tls: { mode: 'off' },
  admission: 'open',
});
process.stdout.write(`${relay.url}\n`);
