import { useApp } from '../../../store/index.ts';

/** A gateway that was seen a moment ago is seen again by then, ms. */
const LIMIT = 20_000;

/** Waits until the agent has met this very certificate at the gateway. Resolves with whether it has. */
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
