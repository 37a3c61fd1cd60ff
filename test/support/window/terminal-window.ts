import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Device } from '../e2e/device.ts';
import type { Stage } from '../e2e/stage.ts';
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
 * A paired window with an open terminal for all tests of the group this is called in; what fails is photographed.
 * @returns gives it to a test
 */
export function useTerminalWindow(open: (laptop: Device, stage: Stage) => Surface): () => TerminalWindow {
  let made: TerminalWindow | undefined;
  const get = (): TerminalWindow => {
    if (made === undefined) throw new Error('the window is not open');
    return made;
  };
  let window: PairedWindow<Surface> | undefined;
  beforeAll(async () => {
    window = await PairedWindow.open(open);
    const photographs = new Photographs(window.surface);
    made = { window, photographs, terminal: await window.openTerminal() };
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await made?.photographs.takeFailure();
  });
  afterAll(() => window?.close());
  return get;
}
