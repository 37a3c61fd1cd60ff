import { text } from '../../../locale/index.ts';

const ADDRESS = /^(?:http:\/\/)?(?:[^@\s/]*@)?(?:\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?\/?$/i;

/** Checks a typed proxy address for `ProxyForm`. @returns an error text; undefined if the address may be valid. The agent checks it exactly */
export function proxyAddressProblem(typed: string): string | undefined {
  const address = typed.trim();
  if (address === '') return text('proxy.address.missing');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address) && !/^http:\/\//i.test(address)) return text('proxy.address.kind');
  const port = /:([0-9]+)\/?$/.exec(address)?.[1];
  const isPort = port === undefined || (Number(port) > 0 && Number(port) <= 65_535);
  return ADDRESS.test(address) && isPort ? undefined : text('proxy.address.invalid');
}

/** Checks a typed user name for a proxy. @returns an error text; undefined if the name is valid */
export function proxyUserProblem(typed: string): string | undefined {
  return typed.includes(':') ? text('proxy.user.invalid') : undefined;
}

/** Reports whether a pasted text contains a PEM certificate, for the dialog that adds an authority. */
export function hasCertificate(pasted: string): boolean {
  return /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/.test(pasted);
}
