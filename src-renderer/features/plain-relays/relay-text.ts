import type { PlainRelayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { explain, text } from '../../locale/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';

/** Beginning of every plain relay's name, which stays in English in the audit log. */
const NAME = /^Plain relay /;

/** Returns the name of a plain relay where its kind is clear from the context: its host, and a number where several have the same. */
export function plainRelayName({ name }: Pick<PlainRelayView, 'name'>): string {
  return name.replace(NAME, '');
}

/** Returns that name in a form that is safe within a sentence. */
export function quotePlainRelay(relay: Pick<PlainRelayView, 'name'>): string {
  return quoteUntrusted(plainRelayName(relay));
}

/** Returns what plain relays have open here: `2 terminals open · 1 request running`. */
export function activityText(relays: readonly Pick<PlainRelayView, 'terminals' | 'requests'>[]): string {
  const terminals = relays.reduce((sum, relay) => sum + relay.terminals, 0);
  const requests = relays.reduce((sum, relay) => sum + relay.requests, 0);
  const open = [
    ...(terminals > 0 ? [text('plain-relays.terminals', { count: terminals })] : []),
    ...(requests > 0 ? [text('plain-relays.requests', { count: requests })] : []),
  ];
  return open.length === 0 ? text('plain-relays.idle') : open.join(' · ');
}

/** Returns the state of the connection. */
export function stateText({ state, enabled }: Pick<PlainRelayView, 'state' | 'enabled'>): string {
  return text(state === 'off' && enabled ? 'plain-relays.state.paused' : `plain-relays.state.${state}`);
}

/** Returns the problem of a plain relay and the next step; undefined without one. */
export function problemText({
  problem,
  details,
}: Pick<PlainRelayView, 'problem' | 'details'>): Readonly<{ what: string; next: string }> | undefined {
  if (problem === null) return undefined;
  const { what, next } = explain(new ClawReachError(problem, problem, { details }));
  return { what, next };
}
