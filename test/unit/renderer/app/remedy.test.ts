import { describe, expect, it } from 'vitest';
import { remedyFor } from '#renderer/app/remedy.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';

describe('the next step of an error', () => {
  it('leads where something can be done about it', () => {
    expect(remedyFor('relay.connection-refused')).toEqual({ to: 'settings', section: 'relay' });
    expect(remedyFor('share.no-relay')).toEqual({ to: 'settings', section: 'relay' });
    expect(remedyFor('relay.proxy-auth')).toEqual({ to: 'settings', section: 'network' });
    expect(remedyFor('store.key-store-locked')).toEqual({ to: 'settings', section: 'security' });
    expect(remedyFor('usage.no-peer')).toEqual({ to: 'peers' });
    expect(remedyFor('gateway.fingerprint-changed')).toEqual({ to: 'openclaw' });
    expect(remedyFor('agent.paused')).toBe('resume');
    expect(remedyFor('relay.hosted-stopped')).toBe('start-relay');
  });

  it('is none of the window where only waiting, the other device or another word helps', () => {
    for (const code of [
      'relay.refused.offline',
      'relay.rate',
      'rights.denied',
      'peer.name-taken',
      'gateway.text-invalid',
    ])
      expect(remedyFor(code)).toBe(undefined);
  });

  it('is known for codes that there are', () => {
    const known = Object.keys(ERROR_TEXTS).filter((code) => remedyFor(code) !== undefined);
    expect(known.length).toBeGreaterThan(60);
    for (const code of known) expect(ERROR_TEXTS[code]?.next).not.toBe('');
  });
});
