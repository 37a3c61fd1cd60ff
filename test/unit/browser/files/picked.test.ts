import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPickedSource } from '#browser/files/picked-source.ts';
import { Picks } from '#browser/files/picks.ts';
import { MemoryWriter } from '#browser/files/writers.ts';
import { fromFiles, PagePicks } from '#browser/picks/index.ts';
import { PAGE_FILE_BYTES, type SourceEntry } from '#shared/files/index.ts';
import { until } from '#test/support/e2e/until.ts';

/** File in a folder that a person has picked, as the browser gives it. */
function picked(path: string, contents: Uint8Array<ArrayBuffer> | string = ''): File {
  const file = new File([contents], path.split('/').at(-1) ?? '', { lastModified: 1_700_000_000_000 });
  return Object.assign(file, { webkitRelativePath: path.includes('/') ? path : '' });
}

const page = (save: (name: string, file: Blob) => void = () => undefined) => new PagePicks({ save });

describe('what a person picks in a page', () => {
  it('reaches the agent as it was picked, folders before what is in them', async () => {
    const contents = new Uint8Array(randomBytes(300_000));
    const token = page().keepEntries(
      fromFiles([picked('trip/a.jpg', contents), picked('trip/day 2/b.txt', 'b'), picked('notes.txt', 'notes')]),
    );
    const source = createPickedSource(new Picks());
    const roots = await Promise.all([source.find(`${token}/0`), source.find(`${token}/1`)]);
    expect(roots).toEqual([
      { path: `${token}/0`, name: 'trip' },
      { path: `${token}/1`, name: 'notes.txt', size: 5 },
    ]);
    const entries: SourceEntry[] = [];
    const { leftOut } = await source.list(roots, (one) => void entries.push(one), AbortSignal.timeout(5000));
    expect(leftOut).toBe(0);
    expect(entries.map((one) => [one.in, one.name, one.kind, one.size])).toEqual([
      [-1, 'trip', 'folder', 0],
      [0, 'a.jpg', 'file', 300_000],
      [0, 'day 2', 'folder', 0],
      [2, 'b.txt', 'file', 1],
      [-1, 'notes.txt', 'file', 5],
    ]);
    const file = await source.open(`${token}/0`, ['a.jpg']);
    const target = new Uint8Array(100_000);
    expect(await file.read(target, 200_000)).toBe(100_000);
    expect(Buffer.from(target).equals(contents.subarray(200_000))).toBe(true);
    expect(await file.read(target, 250_000)).toBe(50_000);
  });

  it('has many files, which come in parts', async () => {
    const files = Array.from({ length: 1201 }, (_, index) => picked(`all/${index}`));
    const token = page().keepEntries(fromFiles(files));
    const source = createPickedSource(new Picks());
    let count = 0;
    await source.list([await source.find(`${token}/0`)], () => void (count += 1), AbortSignal.timeout(5000));
    expect(count).toBe(1202);
  });

  it('is more than a page holds: nothing is taken', () => {
    const file = picked('a');
    expect(() => fromFiles(Array.from({ length: 100_001 }, () => file))).toThrow(
      expect.objectContaining({ code: 'file.browser-many' }),
    );
  });

  it('leaves out names that can not be sent', async () => {
    const token = page().keepEntries(fromFiles([picked(`all/${'x'.repeat(1025)}`), picked('all/good')]));
    const source = createPickedSource(new Picks());
    const names: string[] = [];
    const { leftOut } = await source.list(
      [await source.find(`${token}/0`)],
      ({ name }) => void names.push(name),
      AbortSignal.timeout(5000),
    );
    expect([names, leftOut]).toEqual([['all', 'good'], 1]);
  });

  it('is nothing that only its name tells: no token, no number and no path lead to another file', async () => {
    const token = page().keepEntries(fromFiles([picked('all/good', 'x')]));
    const source = createPickedSource(new Picks());
    await expect(source.find(`${token}/1`)).rejects.toMatchObject({ code: 'file.missing' });
    await expect(source.open(`${token}/0`, ['..', 'good'])).rejects.toMatchObject({ code: 'file.gone' });
    await expect(source.open(`${token}/0`, ['__proto__'])).rejects.toMatchObject({ code: 'file.gone' });
    await expect(source.findBelow(`${token}/0`, 'good')).rejects.toMatchObject({ code: 'file.outside' });
  });

  it('is asked for again by the agent of another tab, until it is needed no more [S-FILE-10]', async () => {
    const here = page();
    // Node posts files to one receiver only.
    const token = here.keepEntries([{ path: ['a'], mtime: 0 }]);
    expect(here.areUsed).toBe(false);
    expect(here.take(token)).toEqual(['a']);
    expect(here.take(token)).toBeUndefined();
    await new Picks().tops(token);
    const second = new Picks();
    expect((await second.tops(token)).map(({ name }) => name)).toEqual(['a']);
    expect(here.areUsed).toBe(true);
    second.release(token);
    await until('the end of the pick', () => (here.areUsed ? undefined : true));
    expect(here.take(token)).toBeUndefined();
  });

  it('is gone with its page', async () => {
    await expect(new Picks(100).tops('ff'.repeat(16))).rejects.toMatchObject({ code: 'file.page-closed' });
  });

  it('is a place into which the browser saves what the agent has', async () => {
    const saved: [string, string][] = [];
    const here = page((name, file) => void file.text().then((text) => saved.push([name, text])));
    const token = here.keepPlace({ kind: 'memory' }, 2);
    const picks = new Picks();
    expect(await picks.place(token)).toMatchObject({ place: { kind: 'memory' } });
    await picks.save(token, { id: 'one', name: 'a.txt', file: new Blob(['contents']) });
    await until('the saved file', () => (saved.length > 0 ? true : undefined));
    expect(saved).toEqual([['a.txt', 'contents']]);
    picks.release(token);
  });

  it('is a place that is kept until the last of its transfers is over, also after another tab has taken the agent over', async () => {
    const here = page();
    const token = here.keepPlace({ kind: 'memory' }, 2);
    const first = new Picks();
    await first.place(token);
    first.release(token, 0, true);
    // The same one says so again, as after it was cancelled.
    first.release(token, 0);
    const second = new Picks();
    await second.place(token);
    expect(here.areUsed).toBe(true);
    second.release(token, 1);
    await until('the end of the place', () => (here.areUsed ? undefined : true));
  });

  it('is a place that is forgotten with the transfers that were begun, if others were not', async () => {
    const here = page();
    const token = here.keepPlace({ kind: 'memory' }, 3);
    const picks = new Picks();
    await picks.place(token);
    // The second one could not be begun.
    picks.release(token, 1, true);
    here.limitPlace(token, 1);
    // The page has heard the message before once it has answered a question.
    await new Picks(500).place(token);
    expect(await new Picks(500).place(token)).toMatchObject({ place: { kind: 'memory' } });
    picks.release(token, 0);
    await until('the end of the place', () => (here.areUsed ? undefined : true));
    const other = here.keepPlace({ kind: 'memory' }, 3);
    await picks.place(other);
    here.limitPlace(other, 0);
    expect(here.areUsed).toBe(false);
  });

  it('is a place of which the page knows what was made there by transfers that are not over', async () => {
    const here = page();
    const token = here.keepPlace({ kind: 'memory' }, 2);
    const first = new Picks();
    expect((await first.place(token)).made).toEqual(new Map());
    for (const use of [0, 1])
      for (const path of [[`album ${use}`], [`album ${use}`, 'a'], [`album ${use}`, 'b']])
        first.note(token, { use, path, isThere: true });
    first.note(token, { use: 1, path: ['album 1', 'a'], isThere: false });
    first.release(token, 0, true);
    await until('the notes', async () => ((await new Picks().place(token)).made.size === 1 ? true : undefined));
    expect((await new Picks().place(token)).made).toEqual(new Map([[1, [['album 1'], ['album 1', 'b']]]]));
    first.release(token, 1);
  });
});

describe('a file in the memory of a page', () => {
  it('is bounded, whatever a machine sends [S-FILE-3]', async () => {
    const writer = new MemoryWriter();
    await expect(writer.write(new Uint8Array(1), PAGE_FILE_BYTES)).rejects.toMatchObject({
      code: 'file.browser-memory',
    });
    expect(writer.size).toBe(0);
  });

  it('keeps what was written while its caller uses the buffer again, and can be cut', async () => {
    const writer = new MemoryWriter();
    const buffer = new Uint8Array([1, 2, 3]);
    await writer.write(buffer, 0);
    buffer.fill(9);
    await writer.write(buffer, 3);
    await writer.truncate(4);
    expect([...new Uint8Array(await writer.contents.arrayBuffer())]).toEqual([1, 2, 3, 9]);
    await writer.write(new Uint8Array([7]), 2);
    expect([...new Uint8Array(await writer.contents.arrayBuffer())]).toEqual([1, 2, 7]);
  });
});
