import { afterEach } from 'vitest';
import type { Device } from '../e2e/device.ts';
import type { Stage } from '../e2e/stage.ts';
import { tellStepByStep, type Step } from '../steps.ts';
import { PairedWindow } from './paired-window.ts';
import { Photographs } from './photographs.ts';
import type { Surface } from './surface.ts';
import type { TerminalPane } from './terminal-pane.ts';

export type TerminalWindow = Readonly<{
  window: PairedWindow<Surface>;
  /** On office. */
  terminal: TerminalPane;
  photographs: Photographs;
}>;

/**
 * A story in a paired window with an open terminal, for the group this is called in; what fails is photographed.
 * @returns adds a step, and gives the window to it
 */
export function tellInTerminalWindow(
  open: (laptop: Device, stage: Stage) => Surface,
): Readonly<{ step: Step; opened: () => TerminalWindow }> {
  let made: TerminalWindow | undefined;
  const step = tellStepByStep(async (defer) => {
    made = undefined;
    const window = await PairedWindow.open(open);
    defer(() => window.close());
    const photographs = new Photographs(window.surface);
    made = { window, photographs, terminal: await window.openTerminal() };
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await made?.photographs.takeFailure();
  });
  return {
    step,
    opened: () => {
      if (made === undefined) throw new Error('the window is not open');
      return made;
    },
  };
}
