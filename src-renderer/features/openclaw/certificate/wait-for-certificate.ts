import { useApp } from '../../../store/index.ts';

/** Longest wait, ms. The gateway answered a probe a moment ago. */
const LIMIT = 20_000;

/**
 * Waits until the window's store shows that the agent has received this certificate from the gateway. The dialog that adds a gateway waits so before
 * it makes the agent trust the certificate once.
 * @param gateway ID of the gateway
 * @returns false after 20 s without the certificate
 */
export function waitForCertificate(gateway: string, fingerprint: string): Promise<boolean> {
  const isThere = (): boolean =>
    useApp
      .getState()
      .gateways.some(({ id, certificate }) => id === gateway && certificate?.fingerprint === fingerprint);
  if (isThere()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const done = (found: boolean): void => {
      clearTimeout(timer);
      stop();
      resolve(found);
    };
    const timer = setTimeout(() => done(false), LIMIT);
    const stop = useApp.subscribe(() => {
      if (isThere()) done(true);
    });
  });
}
