import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { HashThreads } from '#relay/accounts/passwords/index.ts';

const CHEAP = {
  of: { name: 'argon2id', memory: 64, passes: 1, lanes: 1 },
  password: 'a long sentence',
  length: 32,
} as const;
const SALT = new Uint8Array(16).fill(7);

describe('threads for hashes', () => {
  it.skipIf(process.platform !== 'linux')(
    'have a lower priority, with which they still get on on a busy machine, and no other thread gets it [S-ACCOUNT-10]',
    async () => {
      const before = await priorities();
      const threads = new HashThreads();
      await threads.run({ ...CHEAP, salt: SALT });
      const after = await priorities();
      const changed = [...after].filter(([thread, priority]) => priority !== (before.get(thread) ?? 0));
      expect(changed.map(([, priority]) => priority)).toEqual([5]);
      await threads.close();
    },
  );

  it('are as many as there are tasks at once, and are used again', async () => {
    const threads = new HashThreads();
    await Promise.all([threads.run({ ...CHEAP, salt: SALT }), threads.run({ ...CHEAP, salt: SALT })]);
    expect(threads.idle).toBe(2);
    await threads.run({ ...CHEAP, salt: SALT });
    expect(threads.idle).toBe(2);
    await threads.close();
    expect(threads.idle).toBe(0);
  });

  it('fail with parameters that Node refuses, and go on', async () => {
    const threads = new HashThreads();
    const refused = { ...CHEAP, of: { ...CHEAP.of, memory: 1 }, salt: SALT };
    await expect(threads.run(refused)).rejects.toThrow('the key could not be computed');
    await expect(threads.run({ ...CHEAP, salt: SALT })).resolves.toHaveLength(32);
    expect(threads.idle).toBe(1);
    await threads.close();
  });
});

/** Nice values of the threads of this process, by their IDs (proc_pid_stat(5), field 19). */
async function priorities(): Promise<ReadonlyMap<string, number>> {
  const threads = await readdir('/proc/self/task');
  const found = threads.map(async (thread) => {
    const stat = await readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '');
    return [thread, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])] as const;
  });
  return new Map(await Promise.all(found));
}
