import { spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE, ROOT } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { TestSshd } from '#test/support/ssh/sshd.ts';

const HAS_SSHD = existsSync('/usr/sbin/sshd');
if (!HAS_SSHD) console.warn('skipped: ssh beside `connect` (install openssh-server)');

const MIB = 1024 * 1024;
const BYTES = 256 * MIB;
const SCRIPT = join(ROOT, 'test/support/e2e/every-byte.mjs');
const AT_LEAST = 256;

type Result = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** Yields the same bytes as the script for a seed. */
function* bytesOf(seed: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  for (let left = BYTES; left > 0; left -= MIB) yield cipher.update(Buffer.alloc(MIB));
}

function digestOf(pieces: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  let count = 0;
  for (const piece of pieces) {
    hash.update(piece);
    count += piece.length;
  }
  return `${count} ${hash.digest('hex')}`;
}

/** Runs a command with bytes at its stdin, and digests both outputs as they come. @param input seed of the bytes; undefined for none */
async function run(
  file: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  input?: number,
): Promise<Result> {
  const child = spawn(file, words, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  const collect = async (output: Readable): Promise<string> => {
    const hash = createHash('sha256');
    const start: Buffer[] = [];
    let count = 0;
    for await (const piece of output as AsyncIterable<Buffer>) {
      hash.update(piece);
      if (count < AT_LEAST) start.push(piece);
      count += piece.length;
    }
    // Short outputs are shown as they are, so that a message of the program is seen.
    return count <= AT_LEAST ? Buffer.concat(start).toString() : `${count} ${hash.digest('hex')}`;
  };
  const fed = once(Readable.from(input === undefined ? [] : bytesOf(input)).pipe(child.stdin), 'close').catch(
    () => undefined,
  );
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([collect(child.stdout), collect(child.stderr), ended, fed]);
  return { code, stdout, stderr };
}

describe('256 MiB of every byte value, by pipes', { timeout: 600_000 }, () => {
  let stage: Stage;
  let laptop: Device;
  let sshd: TestSshd | undefined;
  let config: string;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    const office = stage.device('office');
    laptop = stage.device('laptop');
    await office.runAgent(relay, { first: true });
    await laptop.runAgent(relay, { first: true });
    await office.pairWith(laptop, ['--allow', 'terminal', '--allow', 'forward']);
    if (!HAS_SSHD) return;
    sshd = await TestSshd.start();
    config = join(stage.environment['HOME'] ?? '', '.ssh', 'config');
    mkdirSync(join(config, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(config, sshd.configOfPerson(join(stage.directory, 'known_hosts')), { mode: 0o600 });
    await laptop.ok('ssh-config', '--install');
  }, 120_000);
  afterAll(async () => {
    await sshd?.close();
    await stage.close();
  });

  const connect = (words: readonly string[], input?: number): Promise<Result> =>
    run(NODE, laptop.words('connect', '-q', 'office', '--', NODE, SCRIPT, ...words), stage.environment, input);
  const ssh = (words: readonly string[], input?: number): Promise<Result> =>
    run('ssh', ['-F', config, 'office.claw', NODE, SCRIPT, ...words], stage.environment, input);

  describe.each([
    ['clawreach connect', connect, true],
    ['ssh through clawreach proxy', ssh, HAS_SSHD],
  ] as const)('%s', (_name, there, isHere) => {
    it.skipIf(!isHere)('takes them at stdin', async () => {
      expect(await there(['digest'], 1)).toEqual({ code: 0, stdout: `${digestOf(bytesOf(1))}\n`, stderr: '' });
    });

    it.skipIf(!isHere)('gives them at stdout', async () => {
      expect(await there(['write', String(BYTES), '2'])).toEqual({ code: 0, stdout: digestOf(bytesOf(2)), stderr: '' });
    });

    it.skipIf(!isHere)('gives them at stderr', async () => {
      const result = await there(['write', String(BYTES), '3', 'stderr']);
      expect(result).toEqual({ code: 0, stdout: '', stderr: digestOf(bytesOf(3)) });
    });

    it.skipIf(!isHere)('carries all three at the same time', async () => {
      const result = await there(['echo', String(BYTES), '5'], 4);
      expect(result).toEqual({ code: 0, stdout: digestOf(bytesOf(4)), stderr: digestOf(bytesOf(5)) });
    });
  });
});
