import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseIp } from '#shared/forward/index.ts';

/** Longest wait for the system's routing table, ms. */
const PATIENCE = 3000;

/** Returns the IPv4 address of this machine's default router; undefined without one. Reads a file on Linux, runs a program of the system elsewhere. */
export async function defaultGateway(platform: string = process.platform): Promise<string | undefined> {
  try {
    if (platform === 'linux') return gatewayOfProc(await readFile('/proc/net/route', 'utf8'));
    if (platform === 'win32') return gatewayOfRoutePrint(await run('route.exe', ['print', '-4', '0.0.0.0']));
    return gatewayOfRouteGet(await run('/sbin/route', ['-n', 'get', 'default']));
  } catch {
    return undefined;
  }
}

/** Reads `/proc/net/route`: addresses are little-endian hexadecimal, the route with the lowest metric counts. Pure. */
export function gatewayOfProc(table: string): string | undefined {
  const routes = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    // Up, and through a gateway.
    .filter(([, destination, , flags, , , , mask]) => {
      return destination === '00000000' && mask === '00000000' && (Number.parseInt(flags ?? '0', 16) & 3) === 3;
    })
    .toSorted((one, other) => Number(one[6]) - Number(other[6]));
  const gateway = routes[0]?.[2];
  if (gateway === undefined || !/^[0-9A-F]{8}$/i.test(gateway)) return undefined;
  return usable([6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16)).join('.'));
}

/** Reads the output of `route -n get default` on macOS. Pure. */
export function gatewayOfRouteGet(output: string): string | undefined {
  return usable(/^\s*gateway:\s+(\S+)\s*$/m.exec(output)?.[1]);
}

/** Reads the output of `route print -4 0.0.0.0` on Windows, in any language: the route with the lowest metric counts. Pure. */
export function gatewayOfRoutePrint(output: string): string | undefined {
  const routes = [...output.matchAll(/^\s*0\.0\.0\.0\s+0\.0\.0\.0\s+(\S+)\s+\S+\s+(\d+)\s*$/gm)];
  return usable(routes.toSorted((one, other) => Number(one[2]) - Number(other[2]))[0]?.[1]);
}

function usable(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseIp(text);
  return address?.family === 4 && address.value !== 0n ? text : undefined;
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: PATIENCE, windowsHide: true }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });
}
