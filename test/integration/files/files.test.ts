import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SettingsStore } from '#agent/core/store/index.ts';
import { FileSecretStore, JsonDocumentFile, PrivateFolder, RotatingLineFile } from '#node/files/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { CAN_BE_OTHER_USER, runAsOtherUser } from '#test/support/other-user.ts';
import { codeOf } from '#test/support/rejections.ts';

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
const mode = (path: string): number => statSync(path).mode & 0o777;

describe('a secret file', () => {
  test('is made for its owner only, in a directory for its owner only, and comes back', async () => {
    const path = join(temporaryDirectory(), 'deep', 'profile', 'secret');
    const store = new FileSecretStore(path);
    expect(await store.load()).toBeUndefined();
    await store.save(SECRET);
    expect(await store.load()).toEqual(SECRET);
    expect([mode(path), mode(dirname(path))]).toEqual([0o600, 0o700]);
    expect(readdirSync(dirname(path))).toEqual(['secret']);
  });

  test('is never overwritten, not even by one of two that save at once [S-KEY-3]', async () => {
    const path = join(temporaryDirectory(), 'secret');
    const saves = [1, 2, 3, 4].map((value) =>
      codeOf(() => new FileSecretStore(path).save(new Uint8Array(32).fill(value))).catch(() => 'saved'),
    );
    const outcomes = await Promise.all(saves);
    expect(outcomes.toSorted()).toEqual(['saved', 'store.secret-exists', 'store.secret-exists', 'store.secret-exists']);
    const winner = outcomes.indexOf('saved') + 1;
    expect(await new FileSecretStore(path).load()).toEqual(new Uint8Array(32).fill(winner));
    expect(readdirSync(dirname(path))).toEqual(['secret']);
  });

  test.each([0o640, 0o604, 0o660, 0o644, 0o777])(
    'that others may use (%o) is refused with the command that helps [S-KEY-1]',
    async (bits) => {
      const path = join(temporaryDirectory(), "it's secret");
      await new FileSecretStore(path).save(SECRET);
      chmodSync(path, bits);
      const error = await new FileSecretStore(path).load().catch((error: unknown) => error);
      expect(error).toMatchObject({
        code: 'store.secret-permissions',
        details: { command: `chmod 600 '${path.replace("'", `'\\''`)}'` },
      });
      expect(mode(path)).toBe(bits);
    },
  );

  test('in a directory that others may enter is refused [S-KEY-1]', async () => {
    const path = join(temporaryDirectory(), 'profile', 'secret');
    await new FileSecretStore(path).save(SECRET);
    chmodSync(dirname(path), 0o711);
    expect(await codeOf(() => new FileSecretStore(path).load())).toBe('store.directory-permissions');
  });

  test.runIf(CAN_BE_OTHER_USER)('of another owner is refused', async () => {
    const path = join(temporaryDirectory(), 'secret');
    await new FileSecretStore(path).save(SECRET);
    chownSync(path, 65534, 65534);
    expect(await codeOf(() => new FileSecretStore(path).load())).toBe('store.secret-permissions');
  });

  test.each([0, 1, 31, 33, 64])('of %i bytes is refused', async (length) => {
    const path = join(temporaryDirectory(), 'secret');
    writeFileSync(path, new Uint8Array(length), { mode: 0o600 });
    expect(await codeOf(() => new FileSecretStore(path).load())).toBe('store.secret-length');
    expect(await codeOf(() => new FileSecretStore(path).save(SECRET))).toBe('store.secret-exists');
  });

  test('that is a link or a directory is refused [S-KEY-1]', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'target'), SECRET, { mode: 0o600 });
    symlinkSync(join(directory, 'target'), join(directory, 'link'));
    expect(await codeOf(() => new FileSecretStore(join(directory, 'link')).load())).toBe('store.unreadable');
    mkdirSync(join(directory, 'folder'), { mode: 0o700 });
    expect(await codeOf(() => new FileSecretStore(join(directory, 'folder')).load())).toBe('store.secret-permissions');
  });
});

describe('a document file', () => {
  const open = (path: string): SettingsStore =>
    new SettingsStore({ file: new JsonDocumentFile(path), deviceName: 'laptop', logger: silentLogger });
  const rename = (store: SettingsStore, deviceName: string) => store.update((value) => ({ ...value, deviceName }));

  test('is for its owner only, as is its copy, and leaves nothing else behind', () => {
    const path = join(temporaryDirectory(), 'profile', 'settings.json');
    const store = open(path);
    expect(existsSync(path)).toBe(false);
    for (const name of ['one', 'two', 'three']) rename(store, name);
    expect(open(path).value.deviceName).toBe('three');
    expect([mode(path), mode(`${path}.bak`), mode(dirname(path))]).toEqual([0o600, 0o600, 0o700]);
    expect(readdirSync(dirname(path)).sort()).toEqual(['settings.json', 'settings.json.bak']);
  });

  test('that is cut at any byte gives the last good copy and is kept as it is', () => {
    const path = join(temporaryDirectory(), 'settings.json');
    const store = open(path);
    rename(store, 'older');
    rename(store, 'newer');
    const whole = readFileSync(path);
    const copy = readFileSync(`${path}.bak`, 'utf8');
    expect(copy).toContain('older');
    // The last byte is a line feed, which JSON does not need.
    const needed = whole.toString().trimEnd().length;
    for (let length = needed - 1; length >= 0; length -= 1) {
      truncateSync(path, length);
      expect(open(path).value.deviceName).toBe('older');
      expect(statSync(path).size).toBe(length);
    }
    writeFileSync(path, Buffer.alloc(whole.length));
    const afterZeros = open(path);
    expect(readFileSync(`${path}.bak`, 'utf8')).toBe(copy);
    rename(afterZeros, 'repaired');
    expect(readFileSync(`${path}.damaged-1`)).toEqual(Buffer.alloc(whole.length));
    expect(open(path).value.deviceName).toBe('repaired');
  });

  test('that is damaged without a good copy begins anew, and stays until something is saved, and then beside it', async () => {
    for (const text of ['', '\0\0\0\0', '[]', '"x"', 'null', '{"version":1}', '{"version":1,"data":{}}']) {
      const path = join(temporaryDirectory(), 'settings.json');
      writeFileSync(path, text, { mode: 0o600 });
      const store = open(path);
      expect(readFileSync(path, 'utf8')).toBe(text);
      rename(store, 'after');
      expect(readFileSync(`${path}.damaged-1`, 'utf8')).toBe(text);
      expect(open(path).value.deviceName).toBe('after');
    }
    const path = join(temporaryDirectory(), 'settings.json');
    writeFileSync(path, '{"version":2,"data":{}}');
    expect(await codeOf(() => open(path))).toBe('store.newer');
  });

  test('that something cuts short in place does not take its copy with it', () => {
    const path = join(temporaryDirectory(), 'settings.json');
    rename(open(path), 'one');
    // An editor, or a disk that is full, writes into the very file.
    truncateSync(path, 5);
    expect(open(path).value.deviceName).toBe('one');
  });

  test('that was half replaced by a name clash of the copy is still whole', () => {
    const path = join(temporaryDirectory(), 'settings.json');
    rename(open(path), 'one');
    linkSync(path, `${path}.bak2`);
    const file = new JsonDocumentFile(path);
    file.backUp();
    file.backUp();
    expect(readFileSync(`${path}.bak`)).toEqual(readFileSync(path));
    expect(readdirSync(dirname(path)).sort()).toEqual(['settings.json', 'settings.json.bak', 'settings.json.bak2']);
  });

  test.runIf(CAN_BE_OTHER_USER)('on a disk that refuses keeps its contents and tells why', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'settings.json');
    chownSync(directory, 65534, 65534);
    const source = `
      import { chmodSync, readFileSync } from 'node:fs';
      const { SettingsStore } = await import(${JSON.stringify(resolve('src-main/agent/core/store/index.ts'))});
      const { JsonDocumentFile } = await import(${JSON.stringify(resolve('src-node/files/index.ts'))});
      const { silentLogger } = await import(${JSON.stringify(resolve('src-shared/logger.ts'))});
      const path = ${JSON.stringify(path)};
      const open = () => new SettingsStore({ file: new JsonDocumentFile(path), deviceName: 'laptop', logger: silentLogger });
      const store = open();
      store.update((value) => ({ ...value, deviceName: 'kept' }));
      const before = readFileSync(path, 'utf8');
      chmodSync(${JSON.stringify(directory)}, 0o500);
      const codes = [];
      try { store.update((value) => ({ ...value, deviceName: 'lost' })); } catch (error) { codes.push(error.code, error.details.reason); }
      codes.push(store.value.deviceName, readFileSync(path, 'utf8') === before);
      chmodSync(path, 0o000);
      try { open(); } catch (error) { codes.push(error.code, error.details.reason); }
      chmodSync(path, 0o600);
      chmodSync(${JSON.stringify(directory)}, 0o700);
      console.log(JSON.stringify([...codes, open().value.deviceName]));`;
    expect(JSON.parse(runAsOtherUser(source))).toEqual([
      'store.write',
      'EACCES',
      'kept',
      true,
      'store.unreadable',
      'EACCES',
      'kept',
    ]);
  });

  test('is not opened in a directory that others may enter', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'something'), '');
    chmodSync(directory, 0o750);
    const error = await Promise.resolve()
      .then(() => open(join(directory, 'settings.json')))
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'store.directory-permissions',
      details: { command: `chmod 700 '${directory}'` },
    });
  });
});

describe('a file of lines', () => {
  test('is for its owner only and gives its lines newest first', async () => {
    const path = join(temporaryDirectory(), 'audit.jsonl');
    const file = new RotatingLineFile(path);
    await Promise.all(['one', 'two\nlines', 'three'].map((line) => file.append(line)));
    expect(await file.newest(10)).toEqual(['three', 'two lines', 'one']);
    expect(await file.newest(1)).toEqual(['three']);
    expect(mode(path)).toBe(0o600);
    await file.close();
  });

  test('is rotated by size, keeps so many files, and reads through them', async () => {
    const path = join(temporaryDirectory(), 'audit.jsonl');
    const file = new RotatingLineFile(path, { size: 1000, files: 5 });
    for (let number = 0; number < 500; number += 1) await file.append(`line ${String(number).padStart(4, '0')}`);
    const names = readdirSync(dirname(path)).sort();
    expect(names).toEqual(['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2', 'audit.jsonl.3', 'audit.jsonl.4']);
    for (const name of names) {
      expect(statSync(join(dirname(path), name)).size).toBeLessThanOrEqual(1000);
      expect(mode(join(dirname(path), name))).toBe(0o600);
    }
    const lines = await file.newest(150);
    expect(lines).toEqual(Array.from({ length: 150 }, (_, index) => `line ${String(499 - index).padStart(4, '0')}`));
    await file.close();
  });

  test('that ends in a torn line loses that one only', async () => {
    const path = join(temporaryDirectory(), 'audit.jsonl');
    const file = new RotatingLineFile(path);
    await file.append('whole');
    await file.close();
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"torn`);
    const again = new RotatingLineFile(path);
    await again.append('next');
    expect(await again.newest(10)).toEqual(['next', '{"torn', 'whole']);
    await again.close();
  });

  test('reads lines that span its blocks', async () => {
    const path = join(temporaryDirectory(), 'audit.jsonl');
    const file = new RotatingLineFile(path);
    const lines = [10, 70_000, 65_536, 3, 200_000, 65_535].map((length, index) => String(index).repeat(length));
    for (const line of lines) await file.append(line);
    expect(await file.newest(100)).toEqual(lines.toReversed());
    await file.close();
  });

  test('that cannot be opened rejects, and works once it can', async () => {
    const path = join(temporaryDirectory(), 'audit.jsonl');
    mkdirSync(path);
    const file = new RotatingLineFile(path);
    expect(await codeOf(() => file.append('one'))).toBe('store.write');
    rmdirSync(path);
    await file.append('two');
    expect(await file.newest(10)).toEqual(['two']);
    await file.close();
  });
});

if (!CAN_BE_OTHER_USER) console.info('files: NOT tested as another user, for that this has to run as root');

describe('a folder of files', () => {
  test('has files for its owner only, which are written from beginning to end and read piece by piece [S-TERM-15]', async () => {
    const path = join(temporaryDirectory(), 'recordings');
    const folder = new PrivateFolder(path);
    expect(await folder.list()).toEqual([]);
    const file = await folder.create('20261121T220312Z-0123abcd.cast');
    await file.append(new Uint8Array([1, 2, 3]));
    await file.append(new Uint8Array([4]));
    await file.close();
    expect([mode(path), mode(join(path, '20261121T220312Z-0123abcd.cast'))]).toEqual([0o700, 0o600]);
    expect(await folder.list()).toEqual([{ name: '20261121T220312Z-0123abcd.cast', size: 4 }]);
    expect([...(await folder.read('20261121T220312Z-0123abcd.cast', 2, 10))]).toEqual([3, 4]);
    expect(await codeOf(() => folder.create('20261121T220312Z-0123abcd.cast'))).toBe('store.write');
    await folder.remove('20261121T220312Z-0123abcd.cast');
    await folder.remove('20261121T220312Z-0123abcd.cast');
    expect(await folder.list()).toEqual([]);
  });

  test('gives nothing by a name or a link that leads elsewhere', async () => {
    const path = join(temporaryDirectory(), 'recordings');
    const folder = new PrivateFolder(path);
    await (await folder.create('one.cast')).close();
    writeFileSync(join(path, '..', 'secret'), 'secret');
    symlinkSync(join(path, '..', 'secret'), join(path, 'two.cast'));
    for (const name of ['../secret', '..', 'two.cast', 'a/b', ''])
      expect(await codeOf(() => folder.read(name, 0, 10))).toBe('store.unreadable');
    expect((await folder.list()).map(({ name }) => name)).toEqual(['one.cast']);
  });
});

test('a file of lines that is emptied has no older files either, and goes on', async () => {
  const path = join(temporaryDirectory(), 'history.jsonl');
  const file = new RotatingLineFile(path, { size: 100, files: 3 });
  for (let line = 0; line < 20; line += 1) await file.append(`line number ${line}`);
  await file.clear();
  expect(readdirSync(dirname(path))).toEqual([]);
  await file.append('anew');
  expect(await file.newest(10)).toEqual(['anew']);
  await file.close();
});
