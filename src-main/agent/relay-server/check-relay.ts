import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { spkiPin } from '#node/sockets/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';

/** Longest wait for the relay, ms. */
const PATIENCE = 10_000;

/** Asks a relay from this machine whether it lives, and compares its key with the pin. @returns the reason of a failure; undefined if all is well */
export function checkRelay(host: string, port: number, pin: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({
      host,
      port,
      path: '/healthz',
      // The pin is what counts: no authority signs the relay's own certificate.
      rejectUnauthorized: false,
      agent: false,
      signal,
      timeout: PATIENCE,
    });
    const fail = (reason: string): void => {
      outgoing.destroy();
      resolve(cleanDetail(reason, 200));
    };
    const timer = setTimeout(() => fail('no answer in time'), PATIENCE);
    outgoing.on('error', (error) => fail(errorMessage(error)));
    outgoing.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        const certificate = (socket as TLSSocket).getPeerX509Certificate();
        if (certificate === undefined || toHex(spkiPin(certificate)) !== pin) fail('another certificate');
      }),
    );
    outgoing.on('response', (response) => {
      response.resume();
      const isAlive = response.statusCode === 200;
      if (isAlive) resolve(undefined);
      else fail(`HTTP ${response.statusCode}`);
    });
    outgoing.on('close', () => {
      clearTimeout(timer);
      resolve('the connection ended');
    });
    outgoing.end();
  });
}
