import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ElectronUpdater from 'electron-updater';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/logger.ts';
import { settle } from '#test/support/fake-clock.ts';
import { ElectronEngine, type UpdateLibrary } from '../../../../src-main/desktop/updates/electron-engine.ts';
import type { ReleaseMetadata } from '#node/releases/index.ts';

const ENDINGS: Readonly<Record<string, string>> = { linux: '.AppImage', darwin: '.zip', win32: '.exe' };
const SIGNED = Buffer.from('a new version');

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawreach-engine-'));
  path = join(folder, `ClawReach${ENDINGS[process.platform] ?? ''}`);
  writeFileSync(path, SIGNED);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function release(): ReleaseMetadata {
  const url = `https://example.org/ClawReach${ENDINGS[process.platform] ?? ''}`;
  const sha512 = createHash('sha512').update(SIGNED).digest('base64');
  return {
    version: '1.1.0',
    files: [{ url, sha512, size: SIGNED.length }],
    releaseDate: 0,
    clawreach: { channel: 'stable', system: 'any', signed: 0, expires: 1 },
  };
}

class Token {
  cancelled = false;
  onCancel: () => void = () => undefined;

  cancel(): void {
    this.cancelled = true;
    this.onCancel();
  }
}

/** The library as it is: who asks for a download while there is one gets that one. */
class Updater extends EventEmitter {
  readonly finish: (() => void)[] = [];
  readonly installed: string[] = [];
  running: Promise<string[]> | undefined;

  setFeedURL = (): void => undefined;
  checkForUpdates = (): Promise<unknown> => Promise.resolve({ isUpdateAvailable: true });

  downloadUpdate = (token: Token): Promise<string[]> => {
    this.running ??= new Promise<string[]>((resolve, reject) => {
      this.finish.push(() => resolve([path]));
      // What was given up takes a while to end.
      token.onCancel = () => void setImmediate(() => reject(new Error('cancelled')));
    }).finally(() => {
      this.running = undefined;
    });
    return this.running;
  };

  quitAndInstall = (): void => void this.installed.push(path);
}

function scene() {
  const updater = new Updater();
  const library = { autoUpdater: updater, CancellationToken: Token, Provider: EventEmitter };
  const within: string[] = [];
  const network = {
    wasBroken: false,
    within: async (most: number, act: () => Promise<void>) => {
      within.push(`from ${String(most)}`);
      await act().finally(() => void within.push('to'));
    },
  };
  const engine = new ElectronEngine(silentLogger, network, () =>
    Promise.resolve(library as unknown as UpdateLibrary & typeof ElectronUpdater),
  );
  return { engine, updater, within };
}

describe('a download', () => {
  it('that begins while another is being given up is one of its own, with bounds of its own [S-UPD-4]', async () => {
    const { engine, updater, within } = scene();
    const first = new AbortController();
    const given = engine.download(release(), () => undefined, first.signal);
    await expect.poll(() => updater.finish.length).toBe(1);
    first.abort();
    const next = engine.download(release(), () => undefined, new AbortController().signal);
    await expect(given).rejects.toMatchObject({ code: 'update.download' });
    await expect.poll(() => updater.finish.length).toBe(2);
    expect(within).toEqual(['from 13', 'to', 'from 13']);
    updater.finish[1]?.();
    await next;
    expect(within.at(-1)).toBe('to');
  });
});

describe('an installer', () => {
  async function downloaded() {
    const { engine, updater } = scene();
    const done = engine.download(release(), () => undefined, new AbortController().signal);
    await expect.poll(() => updater.finish.length).toBe(1);
    updater.finish[0]?.();
    await done;
    return { engine, updater };
  }

  it('is started when the file is still the one that was signed [S-UPD-3]', async () => {
    const { engine, updater } = await downloaded();
    void engine.install().catch(() => undefined);
    await expect.poll(() => updater.installed).toEqual([path]);
  });

  it('is not started when the file was exchanged after its download [S-UPD-3]', async () => {
    const { engine, updater } = await downloaded();
    const other = Buffer.from('an evil thing');
    writeFileSync(path, other);
    await expect(engine.install()).rejects.toMatchObject({ code: 'update.checksum' });
    await settle();
    expect(updater.installed).toEqual([]);
  });

  it('is not started before anything was downloaded', async () => {
    const { engine, updater } = scene();
    await expect(engine.install()).rejects.toMatchObject({ code: 'update.install' });
    expect(updater.installed).toEqual([]);
  });
});
