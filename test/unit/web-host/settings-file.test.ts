import { expect, test } from 'vitest';
import { DEFAULT_WINDOW_SETTINGS } from '#shared/app-api/index.ts';
import type { LogFields, Logger } from '#shared/logger.ts';
import { StoreError } from '#shared/storage.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { WindowSettingsFile } from '../../../src-main/web-host/index.ts';

function warnings(): Readonly<{ logger: Logger; said: LogFields[] }> {
  const said: LogFields[] = [];
  const silent = (): void => undefined;
  const logger: Logger = {
    debug: silent,
    info: silent,
    error: silent,
    warn: (_message, fields) => void said.push(fields ?? {}),
    child: () => logger,
  };
  return { logger, said };
}

test('a window starts with the settings of its first day, and keeps what is saved', () => {
  const file = new MemoryDocumentFile();
  const { logger, said } = warnings();
  const settings = new WindowSettingsFile(file, logger);
  expect(settings.value).toEqual(DEFAULT_WINDOW_SETTINGS);
  settings.save({ ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' });
  expect(new WindowSettingsFile(file, logger).value.theme).toBe('dark');
  expect(said).toEqual([]);
});

test.each([
  ['a field that is missing', { theme: 'dark' }],
  ['a value that is not allowed', { ...DEFAULT_WINDOW_SETTINGS, theme: 'pink' }],
  ['a field of another version', { ...DEFAULT_WINDOW_SETTINGS, colour: 'red' }],
])('a document with %s is set aside and said so; the window looks as on its first day', (_name, document) => {
  const file = new MemoryDocumentFile();
  file.write(document);
  const { logger, said } = warnings();
  const settings = new WindowSettingsFile(file, logger);
  expect(settings.value).toEqual(DEFAULT_WINDOW_SETTINGS);
  expect(settings.damaged).toBeDefined();
  expect(said).toHaveLength(1);
  expect(file.read()).toBeUndefined();
});

test('what cannot be saved changes nothing', () => {
  const file = new MemoryDocumentFile();
  const settings = new WindowSettingsFile(file, warnings().logger);
  file.write = () => {
    throw new StoreError('store.write', 'the disk is full');
  };
  expect(() => settings.save({ ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' })).toThrow(StoreError);
  expect(settings.value.theme).toBe('system');
});
