import { describe, expect, it } from 'vitest';
import { FolderChooser } from '../../../../src-main/desktop/window/folder-chooser.ts';

describe('a folder for the window', () => {
  it('is the one that the person chose, and none when they think better of it', async () => {
    const answers = ['/home/mira/dist', undefined];
    const chooser = new FolderChooser(() => Promise.resolve(answers.shift()));
    expect(await chooser.choose()).toBe('/home/mira/dist');
    expect(await chooser.choose()).toBeUndefined();
  });

  it('is asked for once at a time, and again after a dialog that failed', async () => {
    let asked = 0;
    const chooser = new FolderChooser(() => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('no display')) : Promise.resolve(`/folder ${asked}`);
    });
    const first = chooser.choose();
    expect(await chooser.choose()).toBeUndefined();
    await expect(first).rejects.toThrow('no display');
    expect(await chooser.choose()).toBe('/folder 2');
  });
});
