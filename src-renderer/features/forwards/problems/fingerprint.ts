const GROUP = 4;

/** `SHA256:abcdefgh…` as a person compares it: the scheme, then groups of four characters. */
export function groupSshFingerprint(fingerprint: string): Readonly<{ scheme: string; groups: readonly string[] }> {
  const colon = fingerprint.indexOf(':');
  const scheme = colon === -1 ? '' : fingerprint.slice(0, colon);
  return { scheme, groups: fingerprint.slice(colon + 1).match(new RegExp(`.{1,${GROUP}}`, 'gu')) ?? [] };
}
