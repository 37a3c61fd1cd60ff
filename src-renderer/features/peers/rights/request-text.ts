import { requestedAction } from '#shared/locales/index.ts';
import { showHidden } from '#shared/visible-text/index.ts';
import { text } from '../../../locale/index.ts';

/** Subjects of requests that the local agent phrases, in English. The peer only contributes a name, an address or the end of the text. */
const AGENT_PHRASED: ReadonlySet<string> = new Set([
  'terminal',
  'view',
  'relay',
  'forward',
  'message',
  'send',
  'wake',
  'files',
  'use-relay',
]);

/**
 * Describes a peer's request in the window's language. The agent phrases requests in English; an unknown phrase is shown unchanged. Used on the page
 * of approvals and in the history. No I/O.
 * @param detail text of the agent
 */
export function requestText(right: string, detail: string): string {
  const action = AGENT_PHRASED.has(right) ? requestedAction(detail) : undefined;
  if (action === undefined) return showHidden(detail);
  return 'what' in action ? text(action.key, { what: showHidden(action.what) }) : text(action.key);
}

/** Returns the command that a peer wants to run, with hidden characters marked; undefined for other requests. */
export function requestedCommand(right: string, detail: string): string | undefined {
  const action = right === 'terminal' ? requestedAction(detail) : undefined;
  return action?.key === 'requested-action.run' ? showHidden(action.what) : undefined;
}

/** Describes a peer's request below a title that says what kind of request it is: a command, the URL of a relay or the names of files stand alone. */
export function requestDetail(right: string, detail: string): string {
  const action = right === 'use-relay' || right === 'send' ? requestedAction(detail) : undefined;
  if (action?.key === 'requested-action.use-relay' || action?.key === 'requested-action.send')
    return showHidden(action.what);
  return requestedCommand(right, detail) ?? requestText(right, detail);
}
