import type { ForwardView, GatewayView, RemoteView } from '#shared/app-api/index.ts';
import { useApp, type OpenClawTab, type Page, type Pairing, type Toast } from './state.ts';

/** Older ones make room: nobody reads more at once. */
const MAX_TOASTS = 4;

let lastId = 0;

export function navigate(page: Page): void {
  useApp.setState({ page });
}

/** Goes to the page OpenClaw, at this tab. */
export function showOpenClaw(tab: OpenClawTab): void {
  useApp.setState({ page: 'openclaw', openClawTab: tab });
}

/** A code or link only fills the form in; the person decides. */
export function openPairing(mode: Pairing['mode'], codeOrLink: string | null = null): void {
  useApp.setState({ pairing: { mode, codeOrLink } });
}

export function closePairing(): void {
  useApp.setState({ pairing: undefined });
}

export function openPalette(palette: 'commands' | 'keys'): void {
  useApp.setState({ palette });
}

export function closePalette(): void {
  useApp.setState({ palette: undefined });
}

/** Goes to the terminals and opens a new one on this peer. */
export function requestTerminal(peerId: string): void {
  lastId += 1;
  useApp.setState({ page: 'terminals', requestedTerminal: { peerId, serial: lastId } });
}

/** Goes to the terminals and opens a new one on the gateway's own machine. */
export function requestGatewayTerminal(gatewayId: string): void {
  lastId += 1;
  useApp.setState({ page: 'terminals', requestedTerminal: { gatewayId, serial: lastId } });
}

/** Goes to the terminals and looks on at this one, if it is shared with this device. */
export function requestShared(peerId: string, terminal: string): void {
  lastId += 1;
  useApp.setState({ page: 'terminals', requestedShared: { peerId, terminal, serial: lastId } });
}

/** Says something that needs no answer. */
export function notify(toast: Readonly<{ tone: Toast['tone']; text: string }>): void {
  lastId += 1;
  const id = lastId;
  useApp.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, id }].slice(-MAX_TOASTS) }));
}

export function dismissToast(id: number): void {
  useApp.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** What the agent answered about one rule, until its next event tells all. */
export function applyForward(forward: ForwardView): void {
  useApp.setState(({ forwards }) => ({
    forwards: forwards.some(({ id }) => id === forward.id)
      ? forwards.map((before) => (before.id === forward.id ? forward : before))
      : [...forwards, forward],
  }));
}

/** One rule is gone. */
export function removeForward(removed: string): void {
  useApp.setState(({ forwards }) => ({ forwards: forwards.filter(({ id }) => id !== removed) }));
}

/** What the agent answered about one gateway, until its next event tells all. */
export function applyGateway(gateway: GatewayView): void {
  useApp.setState(({ gateways }) => ({
    gateways: gateways.some(({ id }) => id === gateway.id)
      ? gateways.map((before) => (before.id === gateway.id ? gateway : before))
      : [...gateways, gateway],
  }));
}

/** One gateway is gone, and what waited there. */
export function removeGateway(removed: string): void {
  useApp.setState(({ gateways }) => ({ gateways: gateways.filter(({ id }) => id !== removed) }));
}

/** What the agent answered about one saved remote, until its next event tells all. */
export function applyRemote(remote: RemoteView): void {
  useApp.setState(({ remotes }) => ({
    remotes: remotes.some(({ id }) => id === remote.id)
      ? remotes.map((before) => (before.id === remote.id ? remote : before))
      : [...remotes, remote],
  }));
}

/** One saved remote is gone. */
export function removeRemote(removed: string): void {
  useApp.setState(({ remotes }) => ({ remotes: remotes.filter(({ id }) => id !== removed) }));
}

/** On to the pages, without a peer or relay. */
export function skipFirstRun(): void {
  useApp.setState({ firstRunSkipped: true });
}

export function dismissMinimised(): void {
  useApp.setState({ minimised: false });
}
