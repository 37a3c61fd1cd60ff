// Listens on PORT for connections that were redirected, and passes them on to HOST:TARGET. Mode `pass` changes nothing, `change` flips a bit of the
// inviter's second answer. Prints a line for each connection.
import { connect, createServer } from 'node:net';

const [port, host, target, mode] = process.argv.slice(2);
createServer((socket) => {
  console.log('intercepted');
  let count = 0;
  const other = connect(Number(target), host);
  socket.on('data', (chunk) => other.write(chunk)).on('error', () => undefined);
  other.on('data', (chunk) => {
    count += 1;
    if (mode === 'change' && count === 2) chunk[chunk.length - 1] ^= 1;
    socket.write(chunk);
  });
  other.on('error', () => undefined).on('close', () => socket.end());
  socket.on('close', () => other.destroy());
}).listen(Number(port), '0.0.0.0', () => console.log('ready'));
