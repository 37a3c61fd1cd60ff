import { DOMParser, type Document, type Element } from '@xmldom/xmldom';

/** Service of a router that maps ports, and the URL that controls it. */
export type RouterService = Readonly<{ type: string; control: URL }>;

const SERVICE = /^urn:schemas-upnp-org:service:WAN(?:IPConnection:[12]|PPPConnection:1)$/;
/** Elements of one document that are looked at. */
const MOST_ELEMENTS = 2000;

/** Finds the service that maps ports in a router's description; undefined if there is none, or its URL leads elsewhere. Pure. */
export function routerService(description: string, base: URL): RouterService | undefined {
  for (const service of elements(parse(description), 'service')) {
    const type = textOf(service, 'serviceType') ?? '';
    const path = textOf(service, 'controlURL') ?? '';
    if (!SERVICE.test(type) || path === '' || !URL.canParse(path, base)) continue;
    const control = new URL(path, base);
    if (control.protocol === 'http:' && control.hostname === base.hostname) return { type, control };
  }
  return undefined;
}

/** Returns the text of the first element of this name, at most 256 characters; undefined without one. Pure. */
export function textInAnswer(answer: string, name: string): string | undefined {
  const [found] = elements(parse(answer), name);
  return found?.textContent?.trim().slice(0, 256);
}

/** Writes a request to a router's service (UPnP Device Architecture 1.1, section 3.2). Values are numbers, addresses and words of ours. Pure. */
export function soapRequest(type: string, action: string, values: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  return (
    '<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
    `<u:${action} xmlns:u="${type}">${lines.join('')}</u:${action}></s:Body></s:Envelope>\r\n`
  );
}

/** Parses a document of a router. Declared entities are not accepted. */
function parse(text: string): Document | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined;
  try {
    return new DOMParser({ onError: () => undefined }).parseFromString(text, 'text/xml');
  } catch {
    return undefined;
  }
}

function elements(document: Document | undefined, name: string): readonly Element[] {
  const found: Element[] = [];
  const list = document?.getElementsByTagNameNS('*', name);
  for (let index = 0; index < Math.min(list?.length ?? 0, MOST_ELEMENTS); index += 1) {
    const element = list?.item(index);
    if (element !== null && element !== undefined) found.push(element);
  }
  return found;
}

function textOf(parent: Element, name: string): string | undefined {
  return parent.getElementsByTagNameNS('*', name).item(0)?.textContent?.trim();
}
