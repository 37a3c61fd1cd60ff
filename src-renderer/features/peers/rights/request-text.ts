import { requestedAction } from '#shared/locales/index.ts';
import { showHidden } from '#shared/visible-text/index.ts';
import { text } from '../../../locale/index.ts';

/** Rights whose requests the local agent phrases; a peer only adds a name or address. */
const AGENT_PHRASED: ReadonlySet<string> = new Set(['terminal', 'view', 'relay', 'forward']);

/** Describes a peer's request in the window's language; the agent words it in English. Unknown requests are shown unchanged. */
export function requestText(right: string, detail: string): string {
  const action = AGENT_PHRASED.has(right) ? requestedAction(detail) : undefined;
  if (action === undefined) return showHidden(detail);
  return 'what' in action ? text(action.key, { what: showHidden(action.what) }) : text(action.key);
}
