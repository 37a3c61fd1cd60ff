const GROUP = 4;

/** Splits an SSH fingerprint such as `SHA256:abcdefgh…` into its scheme and groups of four characters, which people can compare. Pure. */
export function groupSshFingerprint(fingerprint: string): Readonly<{ scheme: string; groups: readonly string[] }> {
  const colon = fingerprint.indexOf(':');
  const scheme = colon === -1 ? '' : fingerprint.slice(0, colon);
  return { scheme, groups: fingerprint.slice(colon + 1).match(new RegExp(`.{1,${GROUP}}`, 'gu')) ?? [] };
}
