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
  /** Opens the address of a forward outside. */
  browse: (url: string) => void;
  quit: () => void;
}>;

/**
 * Runs the action of a clicked menu entry by calling one or two of the given functions; does nothing else. Entries that navigate show the window. No
 * action skips a question that the window would ask.
 */
export function runTrayAction(action: TrayAction, actions: TrayActions): void {
  const { show, go, forward, pause, resume, copy, browse, quit } = actions;
  switch (action.do) {
    case 'browse':
      browse(action.url);
      return;
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
    case 'machine':
      show();
      go({ to: action.do, peerId: action.peerId });
      return;
    case 'open-terminal':
      show();
      go({ to: 'open-terminal', id: action.id });
      return;
    case 'view':
      show();
      go({ to: 'shared', peerId: action.peerId, terminal: action.terminal });
      return;
    case 'peers':
    case 'terminals':
    case 'forwards':
    case 'transfers':
    case 'messages':
    case 'approvals':
    case 'settings':
      show();
      go({ to: action.do });
      return;
    default:
      assertNever(action);
  }
}
