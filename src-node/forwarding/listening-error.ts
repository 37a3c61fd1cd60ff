import { systemCode } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';

const PRIVILEGED = 1024;
/** Ports looked at for one that is free, beside the one that was wanted. */
const NEIGHBOURS = 16;

/** Opens and closes a port; the port, or undefined where that fails. */
export type ProbePort = (host: string, port: number) => Promise<number | undefined>;

/**
 * Why a port cannot be opened, in words of a forward.
 * @param asked the host as a person wrote it
 */
export async function listeningError(
  error: unknown,
  { asked, host, port }: Readonly<{ asked: string; host: string; port: number }>,
  probe: ProbePort,
): Promise<ForwardError> {
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new ForwardError('forward.port-in-use', `port ${port} is in use`, {
        cause: error,
        details: { port, free: await findFree(host, port + 1, probe) },
      });
    case 'EACCES':
      return new ForwardError('forward.port-privileged', `port ${port} needs an administrator`, {
        cause: error,
        details: { port, free: await findFree(host, port < PRIVILEGED ? port + 8000 : port + 1, probe) },
      });
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'ENOTFOUND':
      return noSuchAddress(asked, error);
    default:
      return new ForwardError('forward.listen-failed', `port ${port}: ${systemCode(error) ?? 'unknown'}`, {
        cause: error,
        details: { port },
      });
  }
}

export function noSuchAddress(host: string, cause: unknown): ForwardError {
  return new ForwardError('forward.address', `${host} is no address of this machine`, { cause, details: { host } });
}

/** `localhost` may be two addresses; every program tries this one. */
export function listeningHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '') === 'localhost' ? '127.0.0.1' : host;
}

/** A port that could be opened a moment ago, near the wanted one if possible. */
async function findFree(host: string, from: number, probe: ProbePort): Promise<number> {
  for (let port = from; port < from + NEIGHBOURS && port <= 65_535; port += 1)
    if ((await probe(host, port)) !== undefined) return port;
  return (await probe(host, 0)) ?? 0;
}
