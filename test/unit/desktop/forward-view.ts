import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { plainForward } from '#test/support/app-views.ts';

export function forwardView(
  changes: Partial<Omit<ForwardView, 'rule'>> = {},
  rule: Partial<Pick<ForwardRule, 'name' | 'enabled'>> = {},
): ForwardView {
  const socks: ForwardRule = {
    kind: 'socks5',
    name: 'Browse',
    enabled: true,
    peer: '0'.repeat(56),
    listen: { host: '127.0.0.1', port: 1080 },
    user: null,
    ...rule,
  };
  return plainForward(socks, { url: 'socks5h://127.0.0.1:1080', ...changes });
}
