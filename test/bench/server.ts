/** The far end of every measured path: a process of its own that counts or echoes. Prints its port. `server.ts [HOST]` */
import { createServer, type Socket } from 'node:net';
import { ECHO, SINK } from './measure.ts';

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (first: Buffer) => {
    if (first[0] === SINK) count(socket, first.length - 1);
    else if (first[0] === ECHO) echo(socket, first.subarray(1));
    else socket.destroy();
  });
});

function count(socket: Socket, already: number): void {
  let counted = already;
  socket.on('data', (chunk: Buffer) => {
    counted += chunk.length;
  });
  socket.on('end', () => {
    const answer = Buffer.alloc(8);
    answer.writeBigUInt64BE(BigInt(counted));
    socket.end(answer);
  });
}

function echo(socket: Socket, already: Buffer): void {
  if (already.length > 0) socket.write(already);
  socket.on('data', (chunk: Buffer) => {
    socket.write(chunk);
  });
  socket.on('end', () => socket.end());
}

server.listen(0, process.argv[2] ?? '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.stdout.write(`${address.port}\n`);
});
