import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { plainForward } from '#test/support/app-views.ts';

const SOCKS: ForwardRule = {
  kind: 'socks5',
  name: 'Browse',
  enabled: true,
  peer: '0'.repeat(56),
  listen: { host: '127.0.0.1', port: 1080 },
  user: null,
};

/** A rule that is ready and at rest. */
export function forwardView(given: Partial<Omit<ForwardView, 'rule'>> = {}, rule: ForwardRule = SOCKS): ForwardView {
  return plainForward(rule, given);
}
