import { afterEach, expect, it, vi } from 'vitest';
import { silentLogger } from '#shared/logger.ts';
import { builtDefaultRelay } from '../../../../src-main/desktop/relay/built-default-relay.ts';

afterEach(() => vi.unstubAllGlobals());

it('is none in a build that was changed into an invalid one, and when run from sources', () => {
  expect(builtDefaultRelay(silentLogger)).toBeNull();
  vi.stubGlobal('CLAWREACH_DEFAULT_RELAY', '{"relay":{"url":"ws://relay.example.org"}}');
  expect(builtDefaultRelay(silentLogger)).toBeNull();
  vi.stubGlobal('CLAWREACH_DEFAULT_RELAY', 'not JSON');
  expect(builtDefaultRelay(silentLogger)).toBeNull();
});
