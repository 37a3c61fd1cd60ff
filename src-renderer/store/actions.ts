import type { ForwardView, GatewayView, RemoteView } from '#shared/app-api/index.ts';
import { useApp, type OpenClawTab, type Page, type Pairing, type Toast } from './state.ts';

/** Most toasts shown; the oldest is dropped. */
const MAX_TOASTS = 4;

let lastId = 0;

export function navigate(page: Page): void {
  useApp.setState({ page });
}

/** Goes to the page OpenClaw, at this tab. */
export function showOpenClaw(tab: OpenClawTab): void {
  useApp.setState({ page: 'openclaw', openClawTab: tab });
}

/** Opens pairing. A code or link only fills the form in. */
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

/** Opens a new terminal on a peer, on the terminals page. */
export function requestTerminal(peerId: string): void {
  lastId += 1;
  useApp.setState({ page: 'terminals', requestedTerminal: { peerId, serial: lastId } });
}

/** Opens a new terminal on a gateway's machine, on the terminals page. */
export function requestGatewayTerminal(gatewayId: string): void {
  lastId += 1;
  useApp.setState({ page: 'terminals', requestedTerminal: { gatewayId, serial: lastId } });
}

/** Watches a terminal that is shared with this device, on the terminals page. */
export function requestShared(peerId: string, terminal: string): void {
  lastId += 1;
  useApp.setState({ page: 'terminals', requestedShared: { peerId, terminal, serial: lastId } });
}

/** Shows a message that needs no answer. */
export function notify(toast: Readonly<{ tone: Toast['tone']; text: string }>): void {
  lastId += 1;
  const id = lastId;
  useApp.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, id }].slice(-MAX_TOASTS) }));
}

export function dismissToast(id: number): void {
  useApp.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Stores the agent's answer about one rule before its event arrives. */
export function applyForward(forward: ForwardView): void {
  useApp.setState(({ forwards }) => ({
    forwards: forwards.some(({ id }) => id === forward.id)
      ? forwards.map((before) => (before.id === forward.id ? forward : before))
      : [...forwards, forward],
  }));
}

/** Removes one rule. */
export function removeForward(removed: string): void {
  useApp.setState(({ forwards }) => ({ forwards: forwards.filter(({ id }) => id !== removed) }));
}

/** Stores the agent's answer about one gateway before its event arrives. */
export function applyGateway(gateway: GatewayView): void {
  useApp.setState(({ gateways }) => ({
    gateways: gateways.some(({ id }) => id === gateway.id)
      ? gateways.map((before) => (before.id === gateway.id ? gateway : before))
      : [...gateways, gateway],
  }));
}

/** Removes one gateway. */
export function removeGateway(removed: string): void {
  useApp.setState(({ gateways }) => ({ gateways: gateways.filter(({ id }) => id !== removed) }));
}

/** Stores the agent's answer about one saved OpenClaw before its event arrives. */
export function applyRemote(remote: RemoteView): void {
  useApp.setState(({ remotes }) => ({
    remotes: remotes.some(({ id }) => id === remote.id)
      ? remotes.map((before) => (before.id === remote.id ? remote : before))
      : [...remotes, remote],
  }));
}

/** Removes one saved OpenClaw. */
export function removeRemote(removed: string): void {
  useApp.setState(({ remotes }) => ({ remotes: remotes.filter(({ id }) => id !== removed) }));
}

/** Leaves the first page without pairing. */
export function skipFirstRun(): void {
  useApp.setState({ firstRunSkipped: true });
}

export function dismissMinimised(): void {
  useApp.setState({ minimised: false });
}
