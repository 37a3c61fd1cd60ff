import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAN_BE_OTHER_USER } from '#test/support/other-user.ts';
import { verifyDownload } from '../../../../src-main/desktop/updates/verify-download.ts';

const SIGNED = Buffer.alloc(3_000_000, 'a new version ');
const expected = { sha512: createHash('sha512').update(SIGNED).digest('base64'), size: SIGNED.length };
const hasModes = process.platform !== 'win32';

let folder: string;
let path: string;

beforeEach(() => {
  const base = mkdtempSync(join(tmpdir(), 'clawreach-hold-'));
  folder = join(base, 'pending');
  mkdirSync(folder);
  path = join(folder, 'ClawReach.AppImage');
  writeFileSync(path, SIGNED);
});

afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

describe('what was downloaded', () => {
  it('is compared once more, and lies there alone, ready to be run', async () => {
    await verifyDownload(path, expected);
    expect(readFileSync(path).equals(SIGNED)).toBe(true);
    expect(readdirSync(folder)).toEqual(['ClawReach.AppImage']);
  });

  it.runIf(hasModes)('lies where nobody else but this user gets at it [S-UPD-3]', async () => {
    chmodSync(folder, 0o777);
    await verifyDownload(path, expected);
    expect([statSync(folder).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o755]);
  });

  it.each([
    ['one bit is another', () => Buffer.concat([SIGNED.subarray(0, -1), Buffer.from([0])])],
    ['it is longer', () => Buffer.concat([SIGNED, Buffer.from('x')])],
    ['it is shorter', () => SIGNED.subarray(1)],
    ['it is empty', () => Buffer.alloc(0)],
  ])('is removed and not run when it was changed after its download: %s [S-UPD-3]', async (_how, bytes) => {
    writeFileSync(path, bytes());
    await expect(verifyDownload(path, expected)).rejects.toMatchObject({ code: 'update.checksum' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not run when it is gone, or another kind of thing stands in its place', async () => {
    rmSync(path);
    await expect(verifyDownload(path, expected)).rejects.toMatchObject({ code: 'update.checksum' });
    mkdirSync(path);
    await expect(verifyDownload(path, expected)).rejects.toMatchObject({ code: 'update.checksum' });
    expect(existsSync(path)).toBe(false);
  });

  it('cannot be changed afterwards by who has opened it before [S-UPD-3]', async () => {
    const early = openSync(path, 'r+');
    try {
      await verifyDownload(path, expected);
      writeSync(early, Buffer.from('something else'), 0, 14, 0);
    } finally {
      closeSync(early);
    }
    expect(readFileSync(path).equals(SIGNED)).toBe(true);
  });

  it.runIf(hasModes)(
    'is not run by way of a link that was put in its place, or in that of its folder [S-UPD-3]',
    async () => {
      const elsewhere = join(folder, '..', 'elsewhere');
      mkdirSync(elsewhere);
      const other = join(elsewhere, 'ClawReach.AppImage');
      writeFileSync(other, SIGNED);
      rmSync(path);
      symlinkSync(other, path);
      await expect(verifyDownload(path, expected)).rejects.toMatchObject({ code: 'update.checksum' });
      rmSync(folder, { recursive: true });
      symlinkSync(elsewhere, folder);
      await expect(verifyDownload(path, expected)).rejects.toThrow('is not a folder');
      expect(readFileSync(other).equals(SIGNED)).toBe(true);
    },
  );

  it.runIf(CAN_BE_OTHER_USER)(
    'is not run from a folder that belongs to another user, who could exchange it [S-UPD-3]',
    async () => {
      chownSync(folder, 65_534, 65_534);
      await expect(verifyDownload(path, expected)).rejects.toThrow('belongs to another user');
    },
  );
});
