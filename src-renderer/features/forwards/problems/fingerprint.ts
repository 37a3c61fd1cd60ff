const GROUP = 4;

/** Splits `SHA256:abcdefgh…` into the scheme and groups of four characters, as people compare it. */
export function groupSshFingerprint(fingerprint: string): Readonly<{ scheme: string; groups: readonly string[] }> {
  const colon = fingerprint.indexOf(':');
  const scheme = colon === -1 ? '' : fingerprint.slice(0, colon);
  return { scheme, groups: fingerprint.slice(colon + 1).match(new RegExp(`.{1,${GROUP}}`, 'gu')) ?? [] };
}
