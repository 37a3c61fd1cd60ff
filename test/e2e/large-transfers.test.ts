import { createCipheriv, createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from '#test/support/e2e/stage.ts';
import { TransferJourney } from '#test/support/e2e/transfer-journey.ts';

const MIB = 1024 * 1024;
const LARGE = 5 * 1024 * MIB;
const FOLDERS = 1000;
const FILES_IN_EACH = 100;
/** Room for both copies, and for what a machine keeps free. */
const NEEDED = 3 * LARGE;
/** For a transfer to get on, on a busy machine, ms. */
const PATIENCE = 900_000;

const { bavail, bsize } = statfsSync(tmpdir());
const hasRoom = bavail * bsize > NEEDED;
if (!hasRoom) console.warn('skipped: a file of 5 GiB (needs 15 GiB in the temporary folder)');

function* large(): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  for (let left = LARGE; left > 0; left -= MIB) yield cipher.update(Buffer.alloc(MIB));
}

async function digestOf(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** Contents of each small file: its own path, of changing length. */
const contentsOf = (folder: number, file: number): string =>
  `${folder}/${file}\n`.repeat(1 + ((folder * 31 + file) % 200));

describe('what is on its way while the relay is killed and the path moves', { timeout: 2 * PATIENCE }, () => {
  let stage: Stage;
  let journey: TransferJourney;
  let folder: string;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    const { office, laptop } = await stage.pairedDevices(relay);
    journey = new TransferJourney({ from: laptop, to: office, relay, patience: PATIENCE });
    await journey.prepare();
    folder = mkdtempSync(join(tmpdir(), 'clawreach-large-'));
  });
  afterAll(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
    // A busy disk removes a few hundred files a second.
  }, PATIENCE);

  /** Sends while the path begins at the relay, whose process is killed, moves to a direct one, and back. @returns the folder there */
  const send = async (path: string): Promise<string> => {
    await journey.move('relay');
    await journey.begin(path);
    await journey.reaches(0.15);
    await journey.kill('relay');
    await journey.reaches(0.35);
    await journey.move('direct');
    await journey.reaches(0.6);
    await journey.move('relay');
    return await journey.end();
  };

  it.skipIf(!hasRoom)('arrives byte by byte: a file of 5 GiB', async () => {
    const file = join(folder, 'large.bin');
    await pipeline(large(), createWriteStream(file));
    const inbox = await send(file);
    expect(await digestOf(createReadStream(join(inbox, 'large.bin')))).toBe(await digestOf(large()));
    rmSync(file);
    rmSync(join(inbox, 'large.bin'));
  });

  it('arrives file by file: a tree of 100 000', async () => {
    const tree = join(folder, 'tree');
    for (let group = 0; group < FOLDERS; group += 1) {
      mkdirSync(join(tree, `folder ${group}`), { recursive: true });
      for (let each = 0; each < FILES_IN_EACH; each += 1)
        writeFileSync(join(tree, `folder ${group}`, `file ${each}.txt`), contentsOf(group, each));
    }
    const inbox = join(await send(tree), 'tree');
    expect(readdirSync(inbox)).toHaveLength(FOLDERS);
    for (let group = 0; group < FOLDERS; group += 1) {
      const names = readdirSync(join(inbox, `folder ${group}`));
      expect(names).toHaveLength(FILES_IN_EACH);
      for (let each = 0; each < FILES_IN_EACH; each += 1) {
        const text = readFileSync(join(inbox, `folder ${group}`, `file ${each}.txt`), 'utf8');
        if (text !== contentsOf(group, each)) throw new Error(`folder ${group}/file ${each}.txt is another one`);
      }
    }
  });
});
