import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { DocumentStore, type DocumentDefinition } from '#agent/core/store/index.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { codeOf } from '#test/support/rejections.ts';

type Note = { title: string; count: number };

/** Version 1 had no count. */
const NOTE: DocumentDefinition<Note> = {
  name: 'note',
  version: 2,
  schema: z.strictObject({ title: z.string(), count: z.number().int() }),
  migrations: { 1: (data) => ({ ...z.object({ title: z.string() }).parse(data), count: 0 }) },
  initial: () => ({ title: 'new', count: 1 }),
};

const GOOD = '{"version":2,"data":{"title":"good","count":7}}';
const OLDER = '{"version":2,"data":{"title":"older","count":3}}';

function load(file: MemoryDocumentFile, logger: Logger = silentLogger): DocumentStore<Note> {
  return new DocumentStore(file, NOTE, logger);
}

function countWarnings(): { logger: Logger; warnings: string[] } {
  const warnings: string[] = [];
  return { warnings, logger: { ...silentLogger, warn: (message) => void warnings.push(message) } };
}

describe('a document', () => {
  test('that was never saved has its initial contents and writes nothing', () => {
    const file = new MemoryDocumentFile();
    expect(load(file).value).toEqual({ title: 'new', count: 1 });
    expect(file.writes).toBe(0);
  });

  test('comes back as it was saved', () => {
    const file = new MemoryDocumentFile();
    load(file).save({ title: 'kept', count: 2 });
    expect(load(file).value).toEqual({ title: 'kept', count: 2 });
  });

  test('of an earlier version is migrated, and its earlier form is kept as the copy', () => {
    const file = new MemoryDocumentFile('{"version":1,"data":{"title":"old"}}');
    const store = load(file);
    expect(store.value).toEqual({ title: 'old', count: 0 });
    store.save({ title: 'old', count: 1 });
    expect(file.backup).toBe('{"version":1,"data":{"title":"old"}}');
    expect(JSON.parse(file.text ?? '')).toMatchObject({ version: 2 });
  });

  test('of a later version is refused, and neither it nor its copy is touched', async () => {
    const later = '{"version":3,"data":{"title":"later","color":"red"}}';
    const file = new MemoryDocumentFile(later, GOOD);
    expect(await codeOf(() => load(file))).toBe('store.newer');
    expect([file.text, file.backup, file.writes]).toEqual([later, GOOD, 0]);
  });

  test('that is cut at any byte is answered with the good copy, with a warning, and never overwritten', () => {
    for (let length = 0; length < GOOD.length; length += 1) {
      const cut = GOOD.slice(0, length);
      const file = new MemoryDocumentFile(cut, OLDER);
      const { logger, warnings } = countWarnings();
      const store = load(file, logger);
      expect(store.value).toEqual({ title: 'older', count: 3 });
      expect(warnings).toHaveLength(1);
      expect([file.text, file.backup]).toEqual([cut, OLDER]);
      store.save({ title: 'after', count: 1 });
      expect(file.aside).toEqual([cut]);
      expect(file.backup).toBe(OLDER);
      expect(load(file).value).toEqual({ title: 'after', count: 1 });
    }
  });

  test.each([
    ['empty', ''],
    ['full of zero bytes', '\0'.repeat(50)],
    ['not an object', '[1,2]'],
    ['without a version', '{"title":"x","count":1}'],
    ['of version zero', '{"version":0,"data":{"title":"x","count":1}}'],
    ['not what its schema says', '{"version":2,"data":{"title":5,"count":1}}'],
    ['an earlier version that cannot be migrated', '{"version":1,"data":[]}'],
  ])(
    'that is %s begins anew without a good copy, which a person is told, and what was there is kept',
    (_name, text) => {
      for (const backup of [undefined, text, '{']) {
        const file = new MemoryDocumentFile(text, backup);
        const store = load(file);
        expect(store.value).toEqual({ title: 'new', count: 1 });
        expect(file.told).toBe('store.lost');
        expect([file.text, file.backup, file.aside.length]).toEqual([text, backup, 0]);
        store.save({ title: 'after', count: 1 });
        expect(file.aside.toSorted()).toEqual((backup === undefined ? [text] : [backup, text]).toSorted());
        expect(load(file).value).toEqual({ title: 'after', count: 1 });
        expect(JSON.parse(file.backup ?? '')).toEqual(JSON.parse(file.text ?? ''));
      }
    },
  );

  test('that is missing beside a good copy comes from the copy, beside a damaged one it begins anew', () => {
    const missing = new MemoryDocumentFile(undefined, OLDER);
    expect(load(missing).value).toEqual({ title: 'older', count: 3 });
    expect(missing.told).toBe('store.restored');
    const torn = new MemoryDocumentFile(undefined, '{');
    const store = load(torn);
    expect(torn.told).toBe('store.lost');
    store.save({ title: 'after', count: 1 });
    expect(torn.aside).toEqual(['{']);
  });

  test('has a copy from its first save on', () => {
    const file = new MemoryDocumentFile();
    load(file).save({ title: 'one', count: 1 });
    file.text = file.text?.slice(0, 10);
    expect(load(file).value).toEqual({ title: 'one', count: 1 });
    expect(file.told).toBe('store.recovered');
  });

  test('that cannot be read is not replaced by its copy', async () => {
    const file = new MemoryDocumentFile(GOOD, OLDER);
    file.failure = { read: 'EPERM' };
    expect(await codeOf(() => load(file))).toBe('store.unreadable');
  });

  test('that cannot be written keeps its old contents in memory and in the file', async () => {
    const file = new MemoryDocumentFile(GOOD);
    const store = load(file);
    file.failure = { write: 'EPERM' };
    expect(await codeOf(() => store.save({ title: 'lost', count: 0 }))).toBe('store.write');
    expect(store.value).toEqual({ title: 'good', count: 7 });
    expect(file.text).toBe(GOOD);
  });

  test('that is damaged while the agent runs is set aside and does not become the copy', () => {
    const file = new MemoryDocumentFile(GOOD);
    const store = load(file);
    expect(file.backup).toBe(GOOD);
    file.text = GOOD.slice(0, 20);
    store.save({ title: 'next', count: 8 });
    expect(file.aside).toEqual([GOOD.slice(0, 20)]);
    expect(file.backup).toBe(GOOD);
  });

  test('is not overwritten when a later version has written it meanwhile', async () => {
    const file = new MemoryDocumentFile(GOOD);
    const store = load(file);
    const later = '{"version":9,"data":{}}';
    file.text = later;
    expect(await codeOf(() => store.save({ title: 'next', count: 8 }))).toBe('store.newer');
    expect(file.text).toBe(later);
  });

  test('takes no contents that it could not load again', async () => {
    const file = new MemoryDocumentFile(GOOD);
    const store = load(file);
    expect(await codeOf(() => store.save({ title: 'half', count: 0.5 }))).toBe('store.invalid');
    expect(file.text).toBe(GOOD);
  });
});
