/** The reference of the idle-memory figure: the `ws` server of the relay's own version with nothing on top. Prints its URL. */
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, backlog: 4096 }, () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.stdout.write(`ws://127.0.0.1:${address.port}\n`);
});
