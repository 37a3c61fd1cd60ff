import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessControl, stateOf } from '#test/support/faults/index.ts';

describe.runIf(process.platform === 'linux')('control of processes', () => {
  const control = new ProcessControl();
  const children: ChildProcess[] = [];

  afterEach(() => {
    control.close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** A process that says a line for each line it is given. */
  async function start(): Promise<Readonly<{ child: ChildProcess; pid: number }>> {
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
    children.push(child);
    await once(child, 'spawn');
    if (child.pid === undefined) throw new Error('not started');
    return { child, pid: child.pid };
  }
  const quiet = (): Promise<'quiet'> => new Promise((resolve) => void setTimeout(() => resolve('quiet'), 200));

  it('makes one stand still, and it goes on where it was', async () => {
    const { child, pid } = await start();
    await control.freeze(pid);
    expect(stateOf(pid)).toBe('T');
    child.stdin?.write('hello\n');
    const said = child.stdout === null ? Promise.reject(new Error('no output')) : once(child.stdout, 'data');
    expect(await Promise.race([said, quiet()])).toBe('quiet');
    control.thaw(pid);
    expect(String((await said)[0])).toBe('hello\n');
  });

  it('kills one that stands still, and knows when it is gone', async () => {
    const { child, pid } = await start();
    const exited = once(child, 'exit');
    await control.freeze(pid);
    await control.kill(pid);
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(stateOf(pid)).toBeUndefined();
    await control.kill(pid);
  });

  it('leaves none behind that stands still', async () => {
    const { pid } = await start();
    await control.freeze(pid);
    control.close();
    await expect.poll(() => stateOf(pid)).not.toBe('T');
  });
});
