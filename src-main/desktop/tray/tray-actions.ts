import { assertNever } from '#shared/assert-never.ts';
import type { EventPayload } from '#shared/app-api/index.ts';
import type { TrayAction } from './model.ts';

/**
 * Functions that the tray's menu can call. The shell supplies them, except for `copy`, which writes to the clipboard and comes from
 * `createSystemTray`.
 */
export type TrayActions = Readonly<{
  show: () => void;
  go: (destination: EventPayload<'shell.navigate'>) => void;
  /** Enables or disables a forward. */
  forward: (id: string, enabled: boolean) => void;
  /** Pauses. @param milliseconds null: until resumed */
  pause: (milliseconds: number | null) => void;
  resume: () => void;
  copy: (text: string) => void;
  quit: () => void;
}>;

/**
 * Runs the action of a clicked menu entry by calling one or two of the given functions; does nothing else. Entries that navigate show the window. No
 * action skips a question that the window would ask.
 */
export function runTrayAction(action: TrayAction, { show, go, forward, pause, resume, copy, quit }: TrayActions): void {
  switch (action.do) {
    case 'copy':
      copy(action.text);
      return;
    case 'forward':
      forward(action.id, action.enabled);
      return;
    case 'pause':
      pause(action.milliseconds);
      return;
    case 'resume':
      resume();
      return;
    case 'quit':
      quit();
      return;
    case 'open':
      show();
      return;
    case 'pair':
      show();
      go({ to: 'pair', codeOrLink: null });
      return;
    case 'terminal':
      show();
      go({ to: 'terminal', peerId: action.peerId });
      return;
    case 'view':
      show();
      go({ to: 'shared', peerId: action.peerId, terminal: action.terminal });
      return;
    case 'peers':
    case 'terminals':
    case 'forwards':
    case 'approvals':
    case 'settings':
      show();
      go({ to: action.do });
      return;
    default:
      assertNever(action);
  }
}
