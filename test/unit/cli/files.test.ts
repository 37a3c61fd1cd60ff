import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readText, writeText } from '#cli/host/files.ts';

const directory = mkdtempSync(join(tmpdir(), 'clawreach-files-'));
const file = join(directory, 'file');
writeFileSync(file, 'x');
afterAll(() => rmSync(directory, { recursive: true }));

const reason = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error as { details: Record<string, unknown> }).details['reason']);

describe('a file that cannot be used', () => {
  it.each([
    ['one that is not there', join(directory, 'none'), "There's no such file or folder"],
    ['a folder', directory, "It's a folder"],
    ['one below a file', join(file, 'none'), "A part of the path isn't a folder"],
  ])('is told in words: %s', async (_, path, words) => {
    expect(await reason(readText(path))).toBe(words);
  });

  it('is told in words when it is to be written', async () => {
    expect(await reason(writeText(join(directory, 'none', 'file'), ''))).toBe("There's no such file or folder");
    await expect(writeText(file, '')).rejects.toMatchObject({ code: 'usage.file-exists' });
  });
});
