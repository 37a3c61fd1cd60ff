import type { AppApiClient, CallInput, ForwardView, ShellFacts } from '#shared/app-api/index.ts';
import { explain, joinSentences } from '../../../locale/index.ts';
import { notify } from '../../../store/index.ts';
import { goalOf } from '../form/goals.ts';
import { listensElsewhere } from '../form/kinds.ts';
import { localPortOf } from './meaning.ts';

/** Addresses of a port that a program here reaches at 127.0.0.1. */
const REACHED: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '0.0.0.0', '::']);

/** Usual port of RDP; the other ports of remote desktops are VNC's. */
const RDP_PORT = 3389;

/**
 * Returns what the application opens the system's remote desktop program with; undefined for a forward to something else, for one that this machine
 * doesn't reach at 127.0.0.1, and in a browser, which opens no program. Pure.
 */
export function viewerOf(
  forward: ForwardView,
  facts: ShellFacts | undefined,
): CallInput<'shell.openDesktop'> | undefined {
  const { rule } = forward;
  if (facts?.kind !== 'desktop' || goalOf(rule) !== 'desktop' || listensElsewhere(rule)) return undefined;
  if (!('to' in rule) || rule.to === null || !REACHED.has(rule.listen.host)) return undefined;
  return { protocol: rule.to.port === RDP_PORT ? 'rdp' : 'vnc', port: localPortOf(forward) };
}

/** Opens the system's program. A toast says what to do if there is none. */
export async function openViewer(api: AppApiClient, viewer: CallInput<'shell.openDesktop'>): Promise<void> {
  try {
    await api.call('shell.openDesktop', viewer);
  } catch (error) {
    const { what, next } = explain(error);
    notify({ tone: 'bad', text: joinSentences(what, next) });
  }
}
