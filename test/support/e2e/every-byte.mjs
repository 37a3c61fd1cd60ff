// `write BYTES SEED [stderr]`: writes bytes of every value to stdout or stderr. `digest`: prints number and SHA-256 of the bytes at stdin.
// `echo BYTES SEED`: copies stdin to stdout, and writes such bytes to stderr meanwhile.
import { createCipheriv, createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';

const PIECE = 1024 * 1024;

/** The key stream of AES: every value, in no order that a protocol could know. */
async function* bytes(length, seed) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, Number(seed)), Buffer.alloc(16));
  for (let left = Number(length); left > 0; left -= PIECE) yield cipher.update(Buffer.alloc(Math.min(PIECE, left)));
}

const [what, length, seed, output] = process.argv.slice(2);
if (what === 'write') await pipeline(bytes(length, seed), output === 'stderr' ? process.stderr : process.stdout);
else if (what === 'echo')
  await Promise.all([pipeline(process.stdin, process.stdout), pipeline(bytes(length, seed), process.stderr)]);
else {
  const hash = createHash('sha256');
  let count = 0;
  for await (const piece of process.stdin) {
    hash.update(piece);
    count += piece.length;
  }
  console.log(`${count} ${hash.digest('hex')}`);
}
