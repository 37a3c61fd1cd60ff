import { connect, isIP } from 'node:net';

/** Time limit of the connection attempt, ms. An address of this machine answers at once. */
const PATIENCE = 1000;

/**
 * Reports whether a program already accepts connections at this address of this machine, perhaps because it listens at all addresses. Connects once
 * to find out. The agent checks this before it opens a port: on macOS and Windows it could otherwise take over the other program's connections.
 */
export function isAnswered(host: string, port: number): Promise<boolean> {
  if (port === 0 || isIP(host) === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => settle(false), PATIENCE);
    socket.once('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
