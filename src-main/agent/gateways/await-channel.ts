import type { GatewayRole } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { gatewayError } from '#shared/gateway/index.ts';
import type { KnownGateway } from './gateway.ts';
import type { GatewayChannel } from './types.ts';

export type AwaitOptions = Readonly<{
  clock: Clock;
  /** ms */
  timeout: number;
  signal: AbortSignal;
}>;

/**
 * Waits until a role of a gateway is connected, but not for what a person or an operator of the gateway has to do first.
 * @throws {GatewayError} what keeps it from being connected; `gateway.timeout` where nothing is known to
 * @throws {DOMException} AbortError
 */
export function awaitChannel(
  gateway: Pick<KnownGateway, 'link' | 'watch'>,
  role: GatewayRole,
  { clock, timeout, signal }: AwaitOptions,
): Promise<GatewayChannel> {
  return new Promise((resolve, reject) => {
    const link = gateway.link(role);
    const settle = (): void => {
      timer.cancel();
      unwatch();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new DOMException('given up', 'AbortError'));
    };
    const onAbort = (): void => fail(signal.reason);
    const look = (): void => {
      const { channel } = link;
      if (channel !== undefined) {
        settle();
        resolve(channel);
      } else if (link.isHeld) fail(link.failure);
    };
    const unwatch = gateway.watch(look);
    const timer = clock.setTimer(timeout, () => {
      fail(link.failure ?? gatewayError('gateway.timeout', 'not connected in time'));
    });
    signal.addEventListener('abort', onAbort, { once: true });
    look();
  });
}
