import { MOST_PROFILE_PROBLEMS } from '#shared/app-api/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { ProfileProblems } from '../core/store/index.ts';
import { PauseSwitch, type Paused } from './pause-switch.ts';

/** Module for the pause of this device, during which no connection is made or kept. `current`: undefined if not paused. */
export type PauseModule = Module & Readonly<{ pause: Readonly<{ current: Paused | undefined }> }>;

/**
 * Creates the pause module, which answers `agent.pause` and `agent.resume`, and adds problems of the profile to the status. Emits `pause.changed`;
 * the modules that hold connections act on that event. `PauseSwitch` saves the pause in the settings and writes the audit log.
 */
export function createPause(
  core: Core,
  { problems }: Readonly<{ problems?: Pick<ProfileProblems, 'list'> | undefined }>,
): PauseModule {
  const { settings, clock, logger, audit, events, views } = core;
  const pause = new PauseSwitch({
    settings,
    clock,
    logger,
    audit,
    onChange: (paused) => {
      if (core.closing.aborted) return;
      logger.info(paused ? 'this device is paused' : 'this device is no longer paused');
      events.emit('pause.changed', { paused });
      views.announce('peers');
    },
  });
  views.addStatus(() => {
    const { current } = pause;
    const all = [
      ...(problems?.list() ?? []),
      ...(pause.isUnsaved ? [{ code: 'agent.pause-unsaved', details: {} }] : []),
    ].slice(0, MOST_PROFILE_PROBLEMS);
    return {
      ...(current === undefined ? {} : { paused: current }),
      ...(all.length === 0 ? {} : { problems: all }),
    };
  });
  return {
    pause,
    handlers: {
      'agent.pause': async ({ until }) => {
        pause.pause(until);
        return views.status();
      },
      'agent.resume': async () => {
        pause.resume();
        return views.status();
      },
    },
    stop: () => pause.close(),
  };
}
