import { useApp } from '../../../store/index.ts';

/** Longest wait, ms; the gateway was reachable a moment ago. */
const LIMIT = 20_000;

/** Waits until the agent has received this certificate from the gateway. @returns whether it has */
export function untilCertificate(gateway: string, fingerprint: string): Promise<boolean> {
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
