import { MOST_PROFILE_PROBLEMS } from '#shared/app-api/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { PauseSwitch, type Paused } from './pause-switch.ts';

/** Pause of a device: no connection is made or kept while it lasts. */
export type PauseModule = Module & Readonly<{ pause: Readonly<{ current: Paused | undefined }> }>;

/** Creates the pause switch. It emits `pause.changed`; the modules that hold connections act on that. */
export function createPause(core: Core, { problems }: Pick<AgentOptions, 'problems'>): PauseModule {
  const { settings, clock, logger, audit, events, views } = core;
  const pause = new PauseSwitch({
    settings,
    clock,
    logger,
    audit,
    onChange: (paused) => {
      if (core.closing.aborted) return;
      logger.info(paused ? 'this device is paused' : 'this device is paused no more');
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
