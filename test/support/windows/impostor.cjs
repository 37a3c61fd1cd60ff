// Another user's program that has taken the name of an agent's pipe, which can be worked out by anybody: it tells how much it hears.
const { createHash } = require('node:crypto');
const { realpathSync } = require('node:fs');
const { createServer } = require('node:net');

const name = createHash('sha256').update(realpathSync(process.argv[2])).digest('hex').slice(0, 32);
createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    console.log(`heard ${bytes.length}`);
    socket.write(Buffer.alloc(69, 1));
  });
}).listen(`\\\\.\\pipe\\clawreach-${name}`, () => console.log('listening'));
