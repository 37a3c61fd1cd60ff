import { toHex } from '#shared/bytes/index.ts';
import type { FileFolder } from '#shared/storage.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { TerminalChannels } from '../terminals/index.ts';
import { createRecordingHandlers } from './handlers.ts';
import { Recordings } from './recordings.ts';

/** Recordings of terminals. */
export type RecordingsModule = Module & Readonly<{ recordings: Recordings | undefined }>;

/**
 * Creates the recordings of terminals.
 * @param dependencies.folder folder for the files; without it this agent records nothing
 * @param dependencies.channels terminals that can be recorded while a user interface shows them
 */
export function createRecordings(
  core: Core,
  { folder, channels }: Readonly<{ folder: FileFolder | undefined; channels: TerminalChannels }>,
): RecordingsModule {
  const { clock, crypto, logger, settings, views } = core;
  const recordings =
    folder === undefined
      ? undefined
      : new Recordings({
          folder,
          clock,
          logger: logger.child({ part: 'recordings' }),
          createId: () => toHex(crypto.randomBytes(4)),
          onChange: () => views.broadcast('recordings.changed', {}),
        });
  return {
    recordings,
    handlers: createRecordingHandlers({ recordings, channels, settings }),
    close: () => recordings?.close(),
  };
}
