import type { AppHandlers, RECORDING_CALLS } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { RecordingError } from '#shared/recording/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { SettingsStore } from '../core/store/index.ts';
import type { ChannelAbout, TerminalChannels } from '../terminals/index.ts';
import type { Recordings, RunningRecording } from './recordings.ts';

type RecordingHandlers = Pick<AppHandlers, keyof typeof RECORDING_CALLS>;
type RecordingParts = Readonly<{
  /** Undefined if this agent keeps no recordings. */
  recordings: Recordings | undefined;
  channels: TerminalChannels;
  settings: SettingsStore;
}>;

/**
 * Creates the handlers of the app API's `recordings.*` calls. They list, read and delete recordings, start and stop that of a running terminal, and
 * save the settings for recordings.
 */
export function createRecordingHandlers(parts: RecordingParts): RecordingHandlers {
  const { channels, settings } = parts;
  const recordings = (): Recordings => requireRecordings(parts);
  return {
    'recordings.list': async () => {
      const { recordings: found, used } = await recordings().list();
      return { recordings: [...found], used, limit: recordings().limit };
    },
    'recordings.read': async ({ id, offset }) => recordings().read(id, offset),
    'recordings.delete': async ({ id }) => {
      await recordings().remove(id);
      return {};
    },
    'recordings.start': async ({ channel, input = false }, { connection }) => {
      const { recording, ...about } = channels.about(connection, channel);
      if (recording !== undefined) return recording.view();
      const running = await recordings().start({ ...about, side: 'viewer', input });
      try {
        channels.record(connection, channel, running, 'redraw');
      } catch (error) {
        // The terminal has ended in the meantime.
        await running.recorder.stop();
        throw error;
      }
      return running.view();
    },
    'recordings.stop': async ({ channel }, { connection }) => {
      await channels.about(connection, channel).recording?.recorder.stop();
      return {};
    },
    'recordings.settings.get': async () => settings.value.recordings,
    'recordings.settings.set': async (given) =>
      settings.update((current) => ({ ...current, recordings: given })).recordings,
  };
}

/**
 * Starts to record a terminal that is about to be shown if `wanted` is set, or if the settings say so for its peer. Never rejects: the terminal opens
 * even if the recording fails.
 * @returns the recording; undefined if there is none
 */
export async function recordIfWanted(
  { recordings, settings, logger }: Pick<RecordingParts, 'recordings' | 'settings'> & Readonly<{ logger: Logger }>,
  about: ChannelAbout,
  wanted = false,
): Promise<RunningRecording | undefined> {
  const always = about.peerId !== null && settings.value.recordings.peers.includes(about.peerId);
  if (!wanted && !always) return undefined;
  try {
    return await recordings?.start({ ...about, side: 'viewer', input: false });
  } catch (error) {
    logger.warn('a terminal is not recorded', { errorCode: errorCode(error) });
    return undefined;
  }
}

function requireRecordings({ recordings }: Pick<RecordingParts, 'recordings'>): Recordings {
  if (recordings === undefined) throw new RecordingError('recording.unavailable', 'this agent keeps no recordings');
  return recordings;
}
