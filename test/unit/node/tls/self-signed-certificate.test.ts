import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { loadCertificateFiles, openSelfSignedCertificate, pinOfCertificate } from '#node/tls/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { codeOf } from '#test/support/rejections.ts';

const NOW = Date.now();
const YEAR = 365 * 24 * 3_600_000;

test('the certificate is made once, for its owner only, and serves TLS', async () => {
  const directory = temporaryDirectory();
  const own = await openSelfSignedCertificate(directory, NOW);
  expect(await openSelfSignedCertificate(directory, NOW)).toEqual(own);
  expect((await stat(join(directory, 'tls-key.pem'))).mode & 0o777).toBe(0o600);
  const server = createServer({ cert: own.certificate, key: own.key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect({
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  expect(pinOfCertificate(socket.getPeerCertificate().raw)).toEqual(own.pin);
  socket.destroy();
  server.close();
});

test('the pin is the SHA-256 of the public key in SPKI form', async () => {
  const own = await openSelfSignedCertificate(temporaryDirectory(), NOW);
  const spki = new X509Certificate(own.certificate).publicKey.export({ type: 'spki', format: 'der' });
  expect(Buffer.from(own.pin).toString('hex')).toBe(createHash('sha256').update(spki).digest('hex'));
});

test('a certificate near its end is renewed with the same key, so that pins stay true', async () => {
  const directory = temporaryDirectory();
  const first = await openSelfSignedCertificate(directory, NOW);
  const renewed = await openSelfSignedCertificate(directory, NOW + 9.5 * YEAR);
  expect(renewed.certificate).not.toBe(first.certificate);
  expect(renewed.pin).toEqual(first.pin);
});

test('files that are missing, broken, or do not belong together are refused', async () => {
  const directory = temporaryDirectory();
  const [one, two] = [temporaryDirectory(), temporaryDirectory()];
  await openSelfSignedCertificate(one, NOW);
  await openSelfSignedCertificate(two, NOW);
  const certificate = join(one, 'tls-certificate.pem');
  expect((await loadCertificateFiles(certificate, join(one, 'tls-key.pem'))).pin).toHaveLength(32);
  expect(await codeOf(() => loadCertificateFiles(certificate, join(two, 'tls-key.pem')))).toBe('tls.certificate');
  expect(await codeOf(() => loadCertificateFiles(certificate, join(directory, 'none')))).toBe('tls.certificate');
  await writeFile(join(directory, 'tls-key.pem'), 'broken');
  expect(await codeOf(() => openSelfSignedCertificate(directory, NOW))).toBe('tls.certificate');
});
