import { toHex } from '#shared/bytes/index.ts';
import type { FileFolder } from '#shared/storage.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { TerminalChannels } from '../terminals/index.ts';
import { createRecordingHandlers } from './handlers.ts';
import { Recordings } from './recordings.ts';

/** Module that records terminals and answers `recordings.*` calls. `recordings`: undefined if this agent keeps none. */
export type RecordingsModule = Module & Readonly<{ recordings: Recordings | undefined }>;

/**
 * Creates the recordings module.
 * @param dependencies.folder folder for the files; undefined: no recordings
 * @param dependencies.channels terminals that user interfaces show and that can be recorded
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
