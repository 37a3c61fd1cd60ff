import { systemCode } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import { portOwner, type PortProtocol } from './port-owner.ts';

const PRIVILEGED = 1024;
/** Number of ports tried, from the requested one on, to suggest a free one. */
const NEIGHBOURS = 16;

/** Opens and closes a port. Returns the port number, or undefined if the port can't be opened. */
export type ProbePort = (host: string, port: number) => Promise<number | undefined>;

/**
 * Converts the error of a port that can't be opened to a ForwardError, and suggests a free port, which it finds with `probe`. Used by `listenTcp` and
 * `openUdp`.
 * @param asked host as the person wrote it
 * @param ownerOf protocol for which the program that holds a taken port is named; undefined to name none
 */
export async function listeningError(
  error: unknown,
  {
    asked,
    host,
    port,
    ownerOf,
  }: Readonly<{ asked: string; host: string; port: number; ownerOf?: PortProtocol | undefined }>,
  probe: ProbePort,
): Promise<ForwardError> {
  switch (systemCode(error)) {
    case 'EADDRINUSE': {
      const owner = ownerOf === undefined ? undefined : await portOwner(ownerOf, port);
      return new ForwardError(
        'forward.port-in-use',
        `port ${port} is in use${owner === undefined ? '' : ` by ${owner}`}`,
        {
          cause: error,
          details: { port, free: await findFree(host, port + 1, probe), ...(owner === undefined ? {} : { owner }) },
        },
      );
    }
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

/** Creates the error for a host that is not an address of this machine. */
export function noSuchAddress(host: string, cause: unknown): ForwardError {
  return new ForwardError('forward.address', `${host} is no address of this machine`, { cause, details: { host } });
}

/** Returns the address at which to listen for a host. `localhost` may have two addresses; every program tries 127.0.0.1. */
export function listeningHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '') === 'localhost' ? '127.0.0.1' : host;
}

/** Returns a port that could be opened a moment ago, near the requested one if possible; 0 if there is none. */
async function findFree(host: string, from: number, probe: ProbePort): Promise<number> {
  for (let port = from; port < from + NEIGHBOURS && port <= 65_535; port += 1)
    if ((await probe(host, port)) !== undefined) return port;
  return (await probe(host, 0)) ?? 0;
}
