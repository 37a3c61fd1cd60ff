import { requestedAction } from '#shared/locales/index.ts';
import { showHidden } from '#shared/visible-text/index.ts';
import { text } from '../../../locale/index.ts';

/** Rights whose requests the agent of this device words itself; a peer only adds a name or address. */
const AGENT_PHRASED: ReadonlySet<string> = new Set(['terminal', 'view', 'relay', 'forward']);

/** Describes what a peer asks for in the window's language; the agent says it in English. Unknown words stay as they were said. */
export function requestText(right: string, detail: string): string {
  const action = AGENT_PHRASED.has(right) ? requestedAction(detail) : undefined;
  if (action === undefined) return showHidden(detail);
  return 'what' in action ? text(action.key, { what: showHidden(action.what) }) : text(action.key);
}
