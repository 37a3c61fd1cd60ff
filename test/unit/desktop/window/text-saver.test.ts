import { describe, expect, it } from 'vitest';
import { TextSaver } from '../../../../src-main/desktop/window/text-saver.ts';

function saver(answers: readonly (string | undefined)[], write?: () => Promise<void>) {
  const asked: string[] = [];
  const written: (readonly [string, string])[] = [];
  const left = [...answers];
  const subject = new TextSaver({
    choose: async (name) => {
      asked.push(name);
      return left.shift();
    },
    write: async (path, text) => {
      await write?.();
      written.push([path, text]);
    },
    append: async (path, text) => {
      written.push([`${path} +`, text]);
    },
  });
  return { subject, asked, written };
}

describe('a text of the window', () => {
  it('is written where the person chose, and nowhere when they think better of it', async () => {
    const { subject, asked, written } = saver(['/home/mira/a.ini', undefined]);
    expect(await subject.save('forwards.ini', '[a]')).toBe(true);
    expect(await subject.save('forwards.ini', '[b]')).toBe(false);
    expect(asked).toEqual(['forwards.ini', 'forwards.ini']);
    expect(written).toEqual([['/home/mira/a.ini', '[a]']]);
  });

  it('goes on where it was put, without a question, and under no other name', async () => {
    const { subject, asked, written } = saver(['/home/mira/a.cast', undefined]);
    expect(await subject.save('a.cast', '2', true)).toBe(false);
    expect(await subject.save('a.cast', '1')).toBe(true);
    expect(await subject.save('b.cast', '2', true)).toBe(false);
    expect(await subject.save('a.cast', '2', true)).toBe(true);
    expect(await subject.save('a.cast', '1')).toBe(false);
    expect(await subject.save('a.cast', '2', true)).toBe(false);
    expect(asked).toEqual(['a.cast', 'a.cast']);
    expect(written).toEqual([
      ['/home/mira/a.cast', '1'],
      ['/home/mira/a.cast +', '2'],
    ]);
  });

  it('is asked about once at a time, whatever the page does [S-APP-4]', async () => {
    const { subject, asked } = saver(['/a', '/b', '/c']);
    const answers = await Promise.all(['1', '2', '3'].map((name) => subject.save(name, '')));
    expect(answers).toEqual([true, false, false]);
    expect(asked).toEqual(['1']);
    expect(await subject.save('4', '')).toBe(true);
  });

  it('that cannot be written says why, and the next one is asked about again', async () => {
    const { subject } = saver(['/root/a', '/root/b'], () => Promise.reject(new Error('EACCES: permission denied')));
    for (let round = 0; round < 2; round += 1) {
      await expect(subject.save('a', '')).rejects.toMatchObject({
        code: 'shell.file-failed',
        details: { reason: 'EACCES: permission denied' },
      });
    }
  });
});
