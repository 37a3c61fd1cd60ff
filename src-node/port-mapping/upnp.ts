import type { Clock } from '#shared/clock.ts';
import { parseIp } from '#shared/forward/index.ts';
import { MAPPING_LIMITS, type MappingOutcome, type MappingRequest } from './types.ts';
import { askRouter } from './upnp-http.ts';
import { findRouterDescription } from './upnp-search.ts';
import { routerService, soapRequest, textInAnswer, type RouterService } from './upnp-xml.ts';

export type UpnpOptions = Readonly<{
  gateway: string;
  /** IPv4 address of this machine towards the router. */
  local: string;
  clock: Clock;
  signal: AbortSignal;
}>;

/** Another program has the port outside (UPnP WANIPConnection, section 2.5.16). */
const CONFLICTS = new Set(['718', '727', '729']);
const PERMANENT_ONLY = '725';
const DESCRIPTION = 'ClawReach relay';

/** Router that maps ports by UPnP: WANIPConnection 1 and 2, or WANPPPConnection 1. Every request goes to the default router only. */
export class UpnpRouter {
  readonly #service: RouterService;
  readonly #options: UpnpOptions;

  private constructor(service: RouterService, options: UpnpOptions) {
    this.#service = service;
    this.#options = options;
  }

  /** Finds the router's service; undefined if the default router has none. */
  static async find(options: UpnpOptions): Promise<UpnpRouter | undefined> {
    const { gateway, local, signal } = options;
    const url = await findRouterDescription(gateway, local, options);
    if (url === undefined) return undefined;
    try {
      const { status, text } = await askRouter(gateway, url, { signal });
      const service = status === 200 ? routerService(text, url) : undefined;
      return service === undefined ? undefined : new UpnpRouter(service, options);
    } catch {
      return undefined;
    }
  }

  /** Opens a port, for an hour or the life that is asked for; permanently if the router knows nothing else. */
  async map(request: MappingRequest): Promise<MappingOutcome> {
    const address = await this.#externalAddress();
    if (address === undefined) return { kind: 'refused', method: 'upnp', reason: 'no-address', code: 'no-address' };
    let port = request.externalPort;
    let life: number | null = request.life;
    let error = '';
    for (let attempt = 0; attempt < MAPPING_LIMITS.ports; attempt += 1) {
      error = await this.#call('AddPortMapping', {
        NewRemoteHost: '',
        NewExternalPort: port,
        NewProtocol: request.protocol.toUpperCase(),
        NewInternalPort: request.port,
        NewInternalClient: this.#options.local,
        NewEnabled: 1,
        NewPortMappingDescription: DESCRIPTION,
        NewLeaseDuration: life === null ? 0 : Math.round(life / 1000),
      }).then(({ code }) => code);
      if (error === '') return { kind: 'mapped', mapped: { method: 'upnp', address, port, life } };
      if (error === PERMANENT_ONLY && life !== null) life = null;
      else if (CONFLICTS.has(error)) port = 20_000 + Math.floor(Math.random() * 40_000);
      else break;
    }
    return { kind: 'refused', method: 'upnp', reason: 'refused', code: error };
  }

  async unmap(protocol: MappingRequest['protocol'], externalPort: number): Promise<void> {
    await this.#call('DeletePortMapping', {
      NewRemoteHost: '',
      NewExternalPort: externalPort,
      NewProtocol: protocol.toUpperCase(),
    });
  }

  async #externalAddress(): Promise<string | undefined> {
    const { code, text } = await this.#call('GetExternalIPAddress', {});
    const address = code === '' ? textInAnswer(text, 'NewExternalIPAddress') : undefined;
    return address !== undefined && parseIp(address)?.family === 4 ? address : undefined;
  }

  /** Calls an action; `code` is empty on success, else the error's number, or `no-answer`. */
  async #call(
    action: string,
    values: Readonly<Record<string, string | number>>,
  ): Promise<Readonly<{ code: string; text: string }>> {
    const { gateway, signal } = this.#options;
    const { type, control } = this.#service;
    try {
      const { status, text } = await askRouter(gateway, control, {
        signal,
        action: `${type}#${action}`,
        body: soapRequest(type, action, values),
      });
      if (status === 200) return { code: '', text };
      return { code: /^\d{3}$/.exec(textInAnswer(text, 'errorCode') ?? '')?.[0] ?? 'no-answer', text };
    } catch {
      return { code: 'no-answer', text: '' };
    }
  }
}
